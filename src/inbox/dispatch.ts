import type { Clock } from '../foundation/clock.ts';
import { dateInZone } from '../foundation/clock.ts';
import type { Db, Tx } from '../foundation/db.ts';
import type { Transact } from '../foundation/facts.ts';
import { type Friend, readFriend } from '../friends/friend-reads.ts';
import { markFriendState } from '../friends/mark-friend-state.ts';
import { type LineEvent, readLineEvent } from '../line/events.ts';
import { parsePostback } from '../line/postback.ts';
import type { Answer, House, Turn, TurnInput } from '../line/turn.ts';
import type { PlannedReply } from '../outbox/enqueue.ts';
import { blankMessages } from './blank-bodies.ts';
import { readAsked, writeAsked } from './dialog.ts';
import { answerGroup } from './group-notice.ts';
import { findKeyword } from './keyword-rules.ts';
import { finishEvent, type LeasedQueue, type StoredEvent } from './lease-queues.ts';
import type { Prepare, Profile } from './prepare.ts';

/** How a planned answer leaves: put down in the turn's transaction, sent right after its commit. */
export type ReplyPort<Planned> = {
  plan(tx: Tx, reply: PlannedReply): Promise<Planned | null>;
  send(planned: Planned): void;
};

export type DispatchParts<Planned> = {
  db: Db;
  transact: Transact;
  house(): Promise<House>;
  businessClock: Clock;
  prepare: Prepare;
  /** A friend's row is made or brought up to date. */
  meet(tx: Tx, lineUserId: string, profile: Profile | null): Promise<Friend>;
  answer(turn: Turn, tx: Tx): Promise<Answer>;
  replies: ReplyPort<Planned>;
};

/**
 * Carries one event out: everything it changes, the answer and the end of the event are one transaction. What needs
 * HTTP before (`prepare`) has 800 ms and a fallback.
 */
export function createDispatch<Planned>(parts: DispatchParts<Planned>) {
  return async (stored: StoredEvent, queue: LeasedQueue): Promise<void> => {
    const event = readLineEvent(JSON.parse(stored.body.toString('utf8')));
    if (event.type === 'unsend') return takeBack(parts, event, stored, queue);
    if (stored.isUnsent) return leaveUnread(parts, event, stored, queue);
    if (event.source.type !== 'user') return speakToGroup(parts, event, stored, queue);
    if (event.source.userId === null) return ignore(parts, stored, queue, 'no_user');
    if (event.mode === 'standby') return noteStanding(parts, event, event.source.userId, stored, queue);
    await answerPerson(parts, event, event.source.userId, stored, queue);
  };
}

/** While another module holds the chat nothing is answered; only who follows is noted. */
async function noteStanding<Planned>(
  parts: DispatchParts<Planned>,
  event: LineEvent,
  lineUserId: string,
  stored: StoredEvent,
  queue: LeasedQueue,
): Promise<void> {
  const input = readInput(event);
  if (input.kind !== 'follow' && input.kind !== 'unfollow') return ignore(parts, stored, queue, 'standby');
  await parts.transact(async (tx) => {
    await markFriendState(tx, {
      lineUserId,
      eventKey: stored.eventKey,
      eventAt: stored.eventAt,
      now: parts.businessClock.now(),
      change:
        input.kind === 'follow' ? { to: 'following', isUnblocked: input.isUnblocked } : { to: 'blocked' },
    });
    await finishEvent(tx, queue, stored.id, { state: 'done' });
  });
}

async function answerPerson<Planned>(
  parts: DispatchParts<Planned>,
  event: LineEvent,
  lineUserId: string,
  stored: StoredEvent,
  queue: LeasedQueue,
): Promise<void> {
  const house = await parts.house();
  const input = readInput(event);
  const friend = await readFriend(parts.db, lineUserId);
  const prepared = await parts.prepare({ lineUserId, input, friend, house });
  const planned = await parts.transact(async (tx) => {
    const now = parts.businessClock.now();
    const met = await parts.meet(tx, lineUserId, prepared.profile);
    const turn: Turn = {
      eventKey: stored.eventKey,
      lineUserId,
      locale: met.language ?? 'zh-TW',
      displayName: met.displayName,
      input,
      asked: await readAsked(tx, house.secrets, lineUserId, stored.eventAt),
      eventAt: stored.eventAt,
      receivedAt: stored.receivedAt,
      now,
      house,
      prepared: { linkToken: prepared.linkToken },
    };
    const answer = await parts.answer(turn, tx);
    if (answer.ask !== undefined) await writeAsked(tx, house.secrets, lineUserId, answer.ask, stored.eventAt);
    const reply = await planAnswer(parts, tx, stored, answer, { lineUserId, replyToken: event.replyToken });
    await finishEvent(tx, queue, stored.id, { state: 'done' });
    return reply;
  });
  if (planned) parts.replies.send(planned);
}

/** Puts an answer down, where there is one and LINE gave a token for it. `to` is the person, the group or the room. */
async function planAnswer<Planned>(
  parts: DispatchParts<Planned>,
  tx: Tx,
  stored: StoredEvent,
  answer: Answer,
  to: { lineUserId: string; replyToken: string | null },
): Promise<Planned | null> {
  if (answer.messages.length === 0 || to.replyToken === null) return null;
  return parts.replies.plan(tx, {
    eventKey: stored.eventKey,
    lineUserId: to.lineUserId,
    memberId: null,
    replyToken: to.replyToken,
    receivedAt: stored.receivedAt,
    messages: answer.messages,
    late: answer.late ?? 'drop',
  });
}

/** Group and room chats see no member data: one line that points to the 1:1 chat, and only when we are mentioned. */
async function speakToGroup<Planned>(
  parts: DispatchParts<Planned>,
  event: LineEvent,
  stored: StoredEvent,
  queue: LeasedQueue,
): Promise<void> {
  const { chatId } = event.source;
  if (!chatId || !event.message?.mentionsSelf || !event.replyToken)
    return ignore(parts, stored, queue, 'group_not_mentioned');
  const house = await parts.house();
  const replyToken = event.replyToken;
  const asker = event.source.userId ? await readFriend(parts.db, event.source.userId) : null;
  const planned = await parts.transact(async (tx) => {
    const today = dateInZone(parts.businessClock.now(), house.brand.zone);
    const messages = await answerGroup(tx, { chatId, today, locale: asker?.language ?? 'zh-TW', house });
    const reply = await planAnswer(parts, tx, stored, { messages }, { lineUserId: chatId, replyToken });
    await finishEvent(tx, queue, stored.id, { state: 'done' });
    return reply;
  });
  if (planned) parts.replies.send(planned);
}

/** `unsend`: whatever we kept of that message is blanked at once. */
async function takeBack<Planned>(
  parts: DispatchParts<Planned>,
  event: LineEvent,
  stored: StoredEvent,
  queue: LeasedQueue,
): Promise<void> {
  await parts.transact(async (tx) => {
    if (event.unsentMessageId) await blankMessages(tx, event.unsentMessageId);
    await finishEvent(tx, queue, stored.id, { state: 'done' });
  });
}

/** A message that was taken back before we came to it is blanked and never answered. */
async function leaveUnread<Planned>(
  parts: DispatchParts<Planned>,
  event: LineEvent,
  stored: StoredEvent,
  queue: LeasedQueue,
): Promise<void> {
  await parts.transact(async (tx) => {
    await finishEvent(tx, queue, stored.id, { state: 'ignored', reason: 'unsent' });
    if (event.message?.id) await blankMessages(tx, event.message.id);
  });
}

async function ignore<Planned>(
  parts: DispatchParts<Planned>,
  stored: StoredEvent,
  queue: LeasedQueue,
  reason: string,
): Promise<void> {
  await parts.transact((tx) => finishEvent(tx, queue, stored.id, { state: 'ignored', reason }));
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
