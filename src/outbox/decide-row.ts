import { z } from 'zod';
import type { Clock } from '#foundation/clock.ts';
import type { Tx } from '#foundation/db.ts';
import type { Logger } from '#foundation/log.ts';
import type { House, Message } from '#line/turn.ts';
import type { MessageKinds } from './kinds.ts';
import type { LockedFriend, MarketingPast } from './lock-friends.ts';
import type { PickedRow } from './pick-rows.ts';
import { type ReachPolicy, refuseMarketing } from './reach-rules.ts';
import { askStillDue, type NotRendered, renderRow } from './render-row.ts';
import { maxMessages, withStopHint } from './stop-hint-messages.ts';

/** What leasing one row comes to. */
export type Decision =
  | { do: 'finish'; row: PickedRow; state: 'skipped' | 'failed' | 'unknown'; reason: string }
  /** Stays planned; `dueAt` is business time, `delayMs` wire time. */
  | { do: 'wait'; row: PickedRow; dueAt: Date | null; delayMs: number }
  /** A service message for which the month has no room: held for the next reply. */
  | { do: 'keep'; row: PickedRow }
  /** `messages` null: the body was frozen before and leaves as it is. `counts`: against the person's caps, from now. */
  | { do: 'send'; row: PickedRow; messages: Message[] | null; counts: boolean; json?: string }
  /** A reply that was never tried and is too late becomes a push. */
  | { do: 'push_instead'; row: PickedRow };

/** What all rows of a batch are judged by. */
export type DecideContext = {
  kinds: MessageKinds;
  house: House;
  reach: ReachPolicy;
  /** Business time. */
  now: Date;
  wire: Clock;
  log: Logger;
  friends: ReadonlyMap<string, LockedFriend | 'busy'>;
  /** Filled up while rows of the batch are let through. */
  past: Map<string, MarketingPast>;
  /** Rows whose kind said, asked for all of them together, that they are not due any more. */
  refused: ReadonlyMap<number, string>;
  isQuotaUsedUp: boolean;
  /** So little is left of LINE's month that each batch has to be cut to it. */
  isQuotaNear: boolean;
  /** What LINE refuses for now. */
  held: { token: boolean; quota: boolean };
  /** The brand's calendar day. */
  today: string;
  /** When the quiet hours end that hold now; null = they do not. */
  quietUntil: Date | null;
};

/** LINE takes a reply token for a minute; ten seconds are kept for the way. */
export const replyTokenMs = 50_000;
const busyDelayMs = 200;
const tokenDelayMs = 2_000;
const quotaDelayMs = 600_000;

export async function decideRow(tx: Tx, row: PickedRow, context: DecideContext): Promise<Decision> {
  // Whatever may have arrived is never called skipped: a person can look at it.
  const finish = (reason: string): Decision => ({
    do: 'finish',
    row,
    state: row.doubts > 0 ? 'unknown' : 'skipped',
    reason,
  });
  if (row.method === 'reply') return decideReply(row, context, finish);
  // Also where every try was refused: whoever decides sees by its tries what is known.
  if (row.isTooOld) return { do: 'finish', row, state: 'unknown', reason: 'not accepted in 23 hours' };
  if (row.expiresAt && row.expiresAt <= context.now) return finish('expired');
  const asIs: Decision = { do: 'send', row, messages: null, counts: false };
  if (row.channel === 'sms' || row.channel === 'webhook') return asIs;
  if (context.held.token) return { do: 'wait', row, dueAt: null, delayMs: tokenDelayMs };
  if (row.method === 'multicast' && row.doubts > 0) return decideDoubtful(row, context, finish) ?? asIs;
  const friend = context.friends.get(row.lineUserId as string);
  if (friend === 'busy') return { do: 'wait', row, dueAt: null, delayMs: busyDelayMs };
  const answersLate = row.kind === lateReplyKind && friend?.state === 'unknown';
  if (!friend || (friend.state !== 'following' && !answersLate)) return finish('not_a_friend');
  if (row.channel === 'rich_menu_link') {
    return { ...asIs, json: JSON.stringify({ menu: friend.menu }) };
  }
  const kept = context.held.quota ? keepBack(row, finish) : null;
  if (kept) return kept;
  if (row.purpose === 'marketing') {
    const held = holdMarketing(row, friend, context, finish);
    if (held) return held;
  }
  if (row.body) return askAgain(tx, row, friend, context, finish);
  return renderPush(tx, row, friend, context, finish);
}

/** A multicast that may have arrived: its recipients are looked at together, by `leaseMulticast`. */
const decideDoubtful = (row: PickedRow, context: DecideContext, finish: (reason: string) => Decision) =>
  (context.held.quota ? keepBack(row, finish) : null) ?? holdForQuiet(row, context, finish);

/** While LINE takes no messages that count: what may have arrived keeps its key and waits, offers end. */
function keepBack(row: PickedRow, finish: (reason: string) => Decision): Decision | null {
  if (row.reason === 'probe') return null;
  if (row.doubts > 0) return { do: 'wait', row, dueAt: null, delayMs: quotaDelayMs };
  if (row.purpose === 'marketing') return finish('quota');
  // An answer that came too late has its words already and cannot ride along.
  return row.kind === lateReplyKind
    ? { do: 'wait', row, dueAt: null, delayMs: quotaDelayMs }
    : { do: 'keep', row };
}

/** The kind of a push that was a reply and came too late; its body is frozen from the start. */
export const lateReplyKind = 'late_reply';

const replyData = z.object({ late: z.enum(['push', 'drop']).default('drop') });

function decideReply(row: PickedRow, context: DecideContext, finish: (reason: string) => Decision): Decision {
  if (row.doubts >= 2) return finish('tried twice without an answer');
  const age = context.wire.now().getTime() - (row.replyReceivedAt?.getTime() ?? 0);
  if (age <= replyTokenMs) {
    if (context.held.token) return { do: 'wait', row, dueAt: null, delayMs: tokenDelayMs };
    return { do: 'send', row, messages: null, counts: false };
  }
  const { late } = replyData.parse(row.data);
  return row.firstTryAt === null && late === 'push' ? { do: 'push_instead', row } : finish('late');
}

/** 停止, a pause and the quiet hours hold for every try of a push, also of a body that is frozen already. */
function holdMarketing(
  row: PickedRow,
  friend: LockedFriend,
  context: DecideContext,
  finish: (reason: string) => Decision,
): Decision | null {
  const { now, reach } = context;
  if (friend.marketing === 'stopped') return finish('stopped');
  if (friend.pausedUntil && friend.pausedUntil > now) return finish('paused');
  const quiet = holdForQuiet(row, context, finish);
  if (quiet) return quiet;
  // What may have arrived is counted against the caps already.
  if (row.doubts > 0) return null;
  const refusal = refuseMarketing(
    { marketing: friend.marketing, past: context.past.get(row.lineUserId as string)?.pushes ?? [] },
    { day: context.today, kind: row.kind },
    reach,
  );
  if (refusal) return finish(refusal);
  return context.isQuotaUsedUp && !row.body ? finish('quota') : null;
}

function holdForQuiet(
  row: PickedRow,
  { quietUntil }: DecideContext,
  finish: (reason: string) => Decision,
): Decision | null {
  if (!quietUntil) return null;
  if (row.quiet === 'skip') return finish('quiet_hours');
  const isPast = row.expiresAt && row.expiresAt <= quietUntil;
  return isPast ? finish('expired') : { do: 'wait', row, dueAt: quietUntil, delayMs: 0 };
}

/** The bytes stay, but what certainly reached nobody leaves only if it is still due, and counts when it leaves. */
async function askAgain(
  tx: Tx,
  row: PickedRow,
  friend: LockedFriend,
  context: DecideContext,
  finish: (reason: string) => Decision,
): Promise<Decision> {
  const asIs = { do: 'send', row, messages: null } as const;
  if (row.doubts > 0 || row.kind === lateReplyKind) return { ...asIs, counts: false };
  const refusal = context.refused.get(row.id);
  if (refusal) return finish(refusal);
  const refused = await askStillDue(tx, row, friend, context);
  if (refused) return refuse(row, refused, finish);
  if (row.purpose === 'marketing') addToPast(row, context);
  return { ...asIs, counts: row.purpose === 'marketing' };
}

const refuse = (
  row: PickedRow,
  { outcome, reason }: NotRendered,
  finish: (reason: string) => Decision,
): Decision => (outcome === 'skip' ? finish(reason) : { do: 'finish', row, state: 'failed', reason });

/** What is let through counts for the rest of the batch. */
function addToPast(row: PickedRow, { past, today }: DecideContext): void {
  const lineUserId = row.lineUserId as string;
  const earlier = past.get(lineUserId)?.pushes ?? [];
  past.set(lineUserId, { pushes: [...earlier, { day: today, kind: row.kind }], isFirst: false });
}

async function renderPush(
  tx: Tx,
  row: PickedRow,
  friend: LockedFriend,
  context: DecideContext,
  finish: (reason: string) => Decision,
): Promise<Decision> {
  const refusal = context.refused.get(row.id);
  if (refusal) return finish(refusal);
  const rendered = await renderRow(tx, row, friend, context);
  if (rendered.outcome !== 'messages') return refuse(row, rendered, finish);
  const { messages } = rendered;
  if (row.purpose !== 'marketing') return { do: 'send', row, messages, counts: false };
  const isFirst = context.past.get(row.lineUserId as string)?.isFirst ?? true;
  const said = isFirst ? withStopHint(messages, context.house.flex, friend.locale) : messages;
  if (said.length > maxMessages) {
    return { do: 'finish', row, state: 'failed', reason: 'no room for how to stop' };
  }
  addToPast(row, context);
  return { do: 'send', row, messages: said, counts: true };
}
