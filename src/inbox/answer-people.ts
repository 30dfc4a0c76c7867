import { sql } from 'kysely';
import type { Clock } from '../foundation/clock.ts';
import { type Tx, together } from '../foundation/db.ts';
import type { Transact } from '../foundation/facts.ts';
import type { Friend } from '../friends/friend-reads.ts';
import type { Answer, House, Turn, TurnInput } from '../line/turn.ts';
import type { PlannedReply } from '../outbox/enqueue.ts';
import { openAsked, writeAsked } from './dialog.ts';
import { finishEvents, type HeldEvent, type StoredEvent } from './lease-queues.ts';
import type { Prepared, Profile } from './prepare.ts';

/** How planned answers leave: put down in the turns' transaction, sent right after its commit. */
export type ReplyPort<Planned> = {
  /** @returns what is to be sent now, which may be fewer */
  plan(tx: Tx, replies: readonly PlannedReply[]): Promise<Planned[]>;
  send(planned: Planned): void;
};

export type AnswerParts<Planned> = {
  transact: Transact;
  businessClock: Clock;
  /** A friend's row is made or brought up to date. */
  meet(tx: Tx, lineUserId: string, profile: Profile | null): Promise<Friend>;
  answer(turn: Turn, tx: Tx): Promise<Answer>;
  replies: ReplyPort<Planned>;
};

/** What one person did, with all that had to be known before the transaction. */
export type PersonTurn = {
  held: HeldEvent;
  lineUserId: string;
  input: TurnInput;
  replyToken: string | null;
  friend: Friend | null;
  prepared: Prepared;
};

/** Nobody waits long because of a row that somebody else's answer needs: then each is served alone. */
const sharedLockTimeout = '250ms';

/**
 * Answers one or several people at the same time in one transaction: all that their events change, the answers
 * and the ends of the events. Should anything fail, nothing of it has happened.
 * @param turns of different queues
 */
export async function answerPeople<Planned>(
  parts: AnswerParts<Planned>,
  house: House,
  turns: readonly PersonTurn[],
): Promise<{ hasMore: boolean }> {
  const { planned, hasMore } = await parts.transact(async (tx) => {
    if (turns.length > 1)
      await sql`select set_config('lock_timeout', ${sharedLockTimeout}, true)`.execute(tx);
    const now = parts.businessClock.now();
    const answered = await together(
      ...turns.map(async (turn) =>
        toReply(turn.held.event, await answerPerson(parts, tx, turn, house, now), turn),
      ),
    );
    const replies = answered.filter((reply) => reply !== null);
    const planned = replies.length > 0 ? await parts.replies.plan(tx, replies) : [];
    const held = turns.map((turn) => turn.held);
    return { planned, ...(await finishEvents(tx, held, { state: 'done' })) };
  });
  for (const reply of planned) parts.replies.send(reply);
  return { hasMore };
}

async function answerPerson<Planned>(
  parts: AnswerParts<Planned>,
  tx: Tx,
  { held, lineUserId, input, friend, prepared }: PersonTurn,
  house: House,
  now: Date,
): Promise<Answer> {
  const { event } = held;
  const met = friend && !prepared.profile ? friend : await parts.meet(tx, lineUserId, prepared.profile);
  const turn: Turn = {
    eventKey: event.eventKey,
    lineUserId,
    locale: met.language ?? 'zh-TW',
    displayName: met.displayName,
    input,
    asked: openAsked(house.secrets, event.dialog, event.eventAt),
    eventAt: event.eventAt,
    receivedAt: event.receivedAt,
    now,
    house,
    prepared: { linkToken: prepared.linkToken },
  };
  const answer = await parts.answer(turn, tx);
  if (answer.ask !== undefined) await writeAsked(tx, house.secrets, lineUserId, answer.ask, event.eventAt);
  return answer;
}

/** The answer to put down, where there is one and LINE gave a token for it. `to` is the person, the group or the room. */
export function toReply(
  event: StoredEvent,
  answer: Answer,
  to: { lineUserId: string; replyToken: string | null },
): PlannedReply | null {
  if (answer.messages.length === 0 || to.replyToken === null) return null;
  return {
    eventKey: event.eventKey,
    lineUserId: to.lineUserId,
    memberId: null,
    replyToken: to.replyToken,
    receivedAt: event.receivedAt,
    messages: answer.messages,
    late: answer.late ?? 'drop',
  };
}
