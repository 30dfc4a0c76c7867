import { sql } from 'kysely';
import type { Clock } from '../foundation/clock.ts';
import { type Tx, together } from '../foundation/db.ts';
import type { Transact } from '../foundation/facts.ts';
import { loadPolicies } from '../foundation/policy.ts';
import { type Friend, readFriends } from '../friends/friend-reads.ts';
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

/** Answers one person in one transaction: all that the event changes, the answer and the end of the event. */
export async function answerPerson<Planned>(
  parts: AnswerParts<Planned>,
  house: House,
  turn: PersonTurn,
): Promise<{ hasMore: boolean }> {
  const { planned, hasMore } = await parts.transact((tx) =>
    carryOut(parts, tx, house, [turn], parts.businessClock.now()),
  );
  for (const reply of planned) parts.replies.send(reply);
  return { hasMore };
}

/**
 * Answers several people at the same time in one transaction. Should anything fail, nothing of it has happened.
 * @param asking of different queues, each without its friend
 * @param isFit whether somebody can be answered along with the others, by what is known of the friend
 * @returns whom it has answered
 */
export async function answerPeople<Planned>(
  parts: AnswerParts<Planned>,
  house: House,
  asking: readonly PersonTurn[],
  isFit: (turn: PersonTurn) => boolean,
): Promise<{ hasMore: boolean; answered: readonly PersonTurn[] }> {
  const { planned, hasMore, answered } = await parts.transact(async (tx) => {
    const now = parts.businessClock.now();
    const [friends] = await together(
      readFriends(
        tx,
        asking.map(({ lineUserId }) => lineUserId),
      ),
      ...(asking.length > 1
        ? [
            sql`select set_config('lock_timeout', ${sharedLockTimeout}, true)`.execute(tx),
            loadPolicies(tx, [now]),
          ]
        : []),
    );
    const answered = asking
      .map((turn) => ({ ...turn, friend: friends.get(turn.lineUserId) ?? null }))
      .filter(isFit);
    return { answered, ...(await carryOut(parts, tx, house, answered, now)) };
  });
  for (const reply of planned) parts.replies.send(reply);
  return { hasMore, answered };
}

async function carryOut<Planned>(
  parts: AnswerParts<Planned>,
  tx: Tx,
  house: House,
  turns: readonly PersonTurn[],
  now: Date,
): Promise<{ planned: Planned[]; hasMore: boolean }> {
  const answered = await together(
    ...turns.map(async (turn) =>
      toReply(turn.held.event, await findAnswer(parts, tx, turn, house, now), turn),
    ),
  );
  const replies = answered.filter((reply) => reply !== null);
  const held = turns.map((turn) => turn.held);
  const [planned, { hasMore }] = await together(
    replies.length > 0 ? parts.replies.plan(tx, replies) : [],
    held.length > 0 ? finishEvents(tx, held, { state: 'done' }) : { hasMore: false },
  );
  return { planned, hasMore };
}

async function findAnswer<Planned>(
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
