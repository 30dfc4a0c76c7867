import { dateInZone } from '../foundation/clock.ts';
import type { Db } from '../foundation/db.ts';
import { readFriend } from '../friends/friend-reads.ts';
import { markFriendState } from '../friends/mark-friend-state.ts';
import { type LineEvent, readLineEvent } from '../line/events.ts';
import { parsePostback } from '../line/postback.ts';
import type { House, TurnInput } from '../line/turn.ts';
import { type AnswerParts, answerPeople, answerPerson, type PersonTurn, toReply } from './answer-people.ts';
import { blankMessages } from './blank-bodies.ts';
import { answerGroup } from './group-notice.ts';
import { findKeyword } from './keyword-rules.ts';
import { finishEvents, type HeldEvent } from './lease-queues.ts';
import { asksLine, nothingPrepared, type Prepare } from './prepare.ts';

export type DispatchParts<Planned> = AnswerParts<Planned> & {
  db: Db;
  house(): Promise<House>;
  prepare: Prepare;
};

/** Whether a queue that was served has more waiting. */
export type Carried = { hasMore: boolean };

/**
 * Carries events out: everything that one changes, the answer and the end of the event are one transaction. What needs
 * HTTP before (`prepare`) has 800 ms and a fallback.
 */
export function createDispatch<Planned>(parts: DispatchParts<Planned>) {
  return {
    async handle(held: HeldEvent): Promise<Carried> {
      const event = readEvent(held);
      if (event.type === 'unsend') return takeBack(parts, event, held);
      if (held.event.isUnsent) return leaveUnread(parts, event, held);
      if (event.source.type !== 'user') return speakToGroup(parts, event, held);
      const { userId } = event.source;
      if (userId === null) return ignore(parts, held, 'no_user');
      if (event.mode === 'standby') return noteStanding(parts, event, userId, held);
      return answerAlone(parts, event, userId, held);
    },

    /**
     * Answers those who only ask in one transaction, which spares the database most of what one alone costs.
     * @returns those that must be handled alone; should it throw, nothing has happened to any
     */
    async handleTogether(all: readonly HeldEvent[]): Promise<Carried & { rest: HeldEvent[] }> {
      const asking = all.flatMap((held) => readQuestion(held) ?? []);
      if (asking.length === 0) return { rest: [...all], hasMore: false };
      const house = await parts.house();
      const { hasMore, answered } = await answerPeople(
        parts,
        house,
        asking,
        (turn) => !asksLine({ ...turn, house }),
      );
      const done = new Set(answered.map(({ held }) => held));
      return { rest: all.filter((held) => !done.has(held)), hasMore };
    },
  };
}

const readEvent = (held: HeldEvent): LineEvent => readLineEvent(JSON.parse(held.event.body.toString('utf8')));

/**
 * The turn of a person who asks outside any dialog. Such answers lock rows of that person at most, so that several in
 * one transaction never wait for one another in a circle.
 */
function readQuestion(held: HeldEvent): PersonTurn | null {
  const event = readEvent(held);
  const { userId } = event.source;
  // What failed before would only spoil it for the others.
  if (held.event.attempts > 0) return null;
  if (held.event.isUnsent || event.mode === 'standby' || event.source.type !== 'user' || userId === null)
    return null;
  const input = event.type === 'message' || event.type === 'postback' ? readInput(event) : null;
  const isQuestion =
    input?.kind === 'other' ||
    (input?.kind === 'text' && held.event.dialog === null) ||
    (input?.kind === 'postback' && input.name.startsWith('go:'));
  if (!input || !isQuestion) return null;
  const { replyToken } = event;
  return { held, lineUserId: userId, input, replyToken, friend: null, prepared: nothingPrepared };
}

async function answerAlone<Planned>(
  parts: DispatchParts<Planned>,
  event: LineEvent,
  lineUserId: string,
  held: HeldEvent,
): Promise<Carried> {
  const house = await parts.house();
  const input = readInput(event);
  const friend = await readFriend(parts.db, lineUserId);
  const prepared = await parts.prepare({ lineUserId, input, friend, house });
  const { replyToken } = event;
  return answerPerson(parts, house, { held, lineUserId, input, replyToken, friend, prepared });
}

/** While another module holds the chat nothing is answered; only who follows is noted. */
async function noteStanding<Planned>(
  parts: DispatchParts<Planned>,
  event: LineEvent,
  lineUserId: string,
  held: HeldEvent,
): Promise<Carried> {
  const input = readInput(event);
  if (input.kind !== 'follow' && input.kind !== 'unfollow') return ignore(parts, held, 'standby');
  return parts.transact(async (tx) => {
    await markFriendState(tx, {
      lineUserId,
      eventKey: held.event.eventKey,
      eventAt: held.event.eventAt,
      now: parts.businessClock.now(),
      change:
        input.kind === 'follow' ? { to: 'following', isUnblocked: input.isUnblocked } : { to: 'blocked' },
    });
    return finishEvents(tx, [held], { state: 'done' });
  });
}

/** Group and room chats see no member data: one line that points to the 1:1 chat, and only when we are mentioned. */
async function speakToGroup<Planned>(
  parts: DispatchParts<Planned>,
  event: LineEvent,
  held: HeldEvent,
): Promise<Carried> {
  const { chatId } = event.source;
  if (!chatId || !event.message?.mentionsSelf || !event.replyToken)
    return ignore(parts, held, 'group_not_mentioned');
  const house = await parts.house();
  const replyToken = event.replyToken;
  const asker = event.source.userId ? await readFriend(parts.db, event.source.userId) : null;
  const { planned, hasMore } = await parts.transact(async (tx) => {
    const today = dateInZone(parts.businessClock.now(), house.brand.zone);
    const messages = await answerGroup(tx, { chatId, today, locale: asker?.language ?? 'zh-TW', house });
    const reply = toReply(held.event, { messages }, { lineUserId: chatId, replyToken });
    const planned = reply ? await parts.replies.plan(tx, [reply]) : [];
    return { planned, ...(await finishEvents(tx, [held], { state: 'done' })) };
  });
  for (const reply of planned) parts.replies.send(reply);
  return { hasMore };
}

/** `unsend`: whatever we kept of that message is blanked at once. */
async function takeBack<Planned>(
  parts: DispatchParts<Planned>,
  event: LineEvent,
  held: HeldEvent,
): Promise<Carried> {
  return parts.transact(async (tx) => {
    if (event.unsentMessageId) await blankMessages(tx, event.unsentMessageId);
    return finishEvents(tx, [held], { state: 'done' });
  });
}

/** A message that was taken back before we came to it is blanked and never answered. */
async function leaveUnread<Planned>(
  parts: DispatchParts<Planned>,
  event: LineEvent,
  held: HeldEvent,
): Promise<Carried> {
  return parts.transact(async (tx) => {
    const carried = await finishEvents(tx, [held], { state: 'ignored', reason: 'unsent' });
    if (event.message?.id) await blankMessages(tx, event.message.id);
    return carried;
  });
}

async function ignore<Planned>(
  parts: DispatchParts<Planned>,
  held: HeldEvent,
  reason: string,
): Promise<Carried> {
  return parts.transact((tx) => finishEvents(tx, [held], { state: 'ignored', reason }));
}

/** What the person did, in our terms. */
export function readInput(event: LineEvent): TurnInput {
  if (event.type === 'follow') return { kind: 'follow', isUnblocked: event.follow.isUnblocked };
  if (event.type === 'unfollow') return { kind: 'unfollow' };
  if (event.type === 'accountLink')
    return event.link?.result === 'ok' && event.link.nonce
      ? { kind: 'account_link', nonce: event.link.nonce }
      : { kind: 'other' };
  if (event.type === 'message' && event.message?.type === 'text' && event.message.text !== null)
    return { kind: 'text', text: event.message.text, keyword: findKeyword(event.message.text) };
  if (event.type === 'postback' && event.postback) {
    const parsed = parsePostback(event.postback.data);
    return parsed && parsed.version === 1
      ? { kind: 'postback', name: parsed.name, args: { ...parsed.args }, params: event.postback.params }
      : { kind: 'stale_postback' };
  }
  return { kind: 'other' };
}
