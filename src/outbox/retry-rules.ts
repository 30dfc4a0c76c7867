import type { LineAnswer } from '#line/client.ts';
import type { OutboxMessagesTable } from './tables.ts';

/** One call to the outside: for one row, or for all recipients of a multicast. */
export type Errand = {
  /** The rows that share its end; the first holds the body. */
  ids: readonly number[];
  leaseToken: string;
  channel: OutboxMessagesTable['channel'];
  method: OutboxMessagesTable['method'];
  purpose: OutboxMessagesTable['purpose'];
  lineUserId: string | null;
  /** The stream of its rows, with the pace at which they were leased. */
  stream: { id: number; pacePerSecond: number | null } | null;
  retryKey: string;
  /** The frozen bytes; empty for SMS and webhooks, whose content is sealed. */
  body: Buffer;
  secret: Buffer | null;
  /** A reply (or what became of one) with which held notices go. */
  hasRiders: boolean;
  /** Tries whether LINE takes messages again that count against a month that was used up. */
  isProbe: boolean;
  /** When the event came whose token a reply bears, by the wire's clock; null for all else. */
  replyReceivedAt: Date | null;
  /** Tries so far, this one included. */
  attempts: number;
  /** Those of them that nobody can tell the end of, this one included. */
  doubts: number;
};

/** The end of one try. `isDefinite`: this try certainly had no effect. */
export type Verdict =
  | { to: 'sent'; status: number | null; requestId: string | null; reason?: string }
  | { to: 'failed' | 'skipped'; status: number | null; reason: string }
  | { to: 'unknown'; status: number | null; reason: string }
  | {
      to: 'again';
      delayMs: number;
      isDefinite: boolean;
      wasUntried?: boolean;
      status: number | null;
      reason: string;
    }
  /** A multicast that LINE refused: its recipients go on in two halves, each under a key of its own. */
  | { to: 'apart'; status: number; reason: string };

/** What a try tells about LINE itself, beside the row. */
export type Signal = 'slow_down' | 'quota_used_up' | 'token_refused';

export type Judgement = { verdict: Verdict; signal?: Signal };

const firstDelayMs = 250;
const longestDelayMs = 60_000;
/** Soon: whether it may be tried then is decided when it is leased, by what is held back. */
const heldDelayMs = 1_000;

/**
 * Exponential back-off: 0.25 s doubled with each try up to a minute, of which the upper half is spread.
 * @param spread 0 to 1
 */
export function backOff(attempts: number, spread: number): number {
  const full = Math.min(longestDelayMs, firstDelayMs * 2 ** Math.min(20, attempts - 1));
  return Math.round(full * (0.5 + spread / 2));
}

/** A row's own place between 0 and 1: its retry key is random, so rows that failed together come back apart. */
export const spreadOf = (errand: Pick<Errand, 'retryKey'>): number =>
  Number.parseInt(errand.retryKey.slice(0, 8), 16) / 0xffffffff;

/** What LINE's answer means for a push, a multicast or a menu, by LINE's table of status codes. */
export function judgeAnswer(errand: Errand, answer: LineAnswer): Judgement {
  if (answer.outcome === 'ok') return sent(answer.status, answer.requestId);
  if (answer.outcome === 'unknown') {
    const common = { status: null, reason: answer.cause };
    return again(errand, answer.reached ? { ...common, isDefinite: false } : { ...common, isDefinite: true });
  }
  const { status, message: reason } = answer;
  if (status === 409) return sent(status, answer.acceptedRequestId);
  if (status === 401) return { verdict: notTaken(errand, status, reason), signal: 'token_refused' };
  if (status === 429 && /monthly/i.test(reason)) {
    // What an earlier try may have brought is not called skipped.
    const isOver = errand.purpose === 'marketing' && errand.doubts <= 1;
    const verdict: Verdict = isOver
      ? { to: 'skipped', status, reason: 'quota' }
      : notTaken(errand, status, reason);
    return { verdict, signal: 'quota_used_up' };
  }
  if (status === 429) return { ...again(errand, { status, reason, isDefinite: true }), signal: 'slow_down' };
  if (status >= 500) return again(errand, { status, reason, isDefinite: false });
  if (status === 400 && errand.method === 'multicast' && errand.ids.length > 1 && !blamesMessages(reason))
    return { verdict: { to: 'apart', status, reason } };
  // 400 speaks of the body, which was no better before; 403 of the account, maybe before LINE looks at the key.
  const isMessage = errand.method === 'push' || errand.method === 'multicast';
  if (status === 403 && isMessage && errand.doubts > 1) return { verdict: { to: 'unknown', status, reason } };
  return { verdict: { to: 'failed', status, reason } };
}

/** LINE takes a reply token for a minute; two seconds of it the event may have been on its way. */
const tokenLifeMs = 58_000;

/**
 * A reply has no retry key. If the end of the first try is unknown, the same token is tried once more, and a 400
 * then says that the first had arrived: LINE takes a token once. It says nothing where the token had run out.
 * @param answeredAt wire time
 */
export function judgeReply(errand: Errand, answer: LineAnswer, answeredAt: Date): Judgement {
  if (answer.outcome === 'ok') return sent(answer.status, answer.requestId);
  const isSecond = errand.doubts >= 2;
  if (answer.outcome === 'unknown' || answer.status >= 500) {
    const reason = answer.outcome === 'unknown' ? answer.cause : answer.message;
    const status = answer.outcome === 'unknown' ? null : answer.status;
    if (answer.outcome === 'unknown' && !answer.reached) {
      return {
        verdict: { to: 'again', delayMs: 500, isDefinite: true, wasUntried: !isSecond, status, reason },
      };
    }
    if (isSecond) return { verdict: { to: 'unknown', status, reason } };
    return { verdict: { to: 'again', delayMs: 300, isDefinite: false, status, reason } };
  }
  const { status, message: reason } = answer;
  if (status === 400 && isSecond) {
    const age = answeredAt.getTime() - (errand.replyReceivedAt?.getTime() ?? 0);
    if (age > tokenLifeMs)
      return { verdict: { to: 'unknown', status, reason: 'tried again too late to tell' } };
    return { verdict: { to: 'sent', status, requestId: null, reason: 'the second try was refused' } };
  }
  if (status === 401) {
    return {
      verdict: { to: 'again', delayMs: 5_000, isDefinite: true, status, reason },
      signal: 'token_refused',
    };
  }
  if (status === 429) return { verdict: { to: 'again', delayMs: 1_000, isDefinite: true, status, reason } };
  return { verdict: { to: 'failed', status, reason } };
}

/** LINE names what is wrong with a body: `messages[0].text`. Where it names no recipient, no half of them is better. */
const blamesMessages = (reason: string): boolean => /\bmessages\[\d/.test(reason) && !/\bto\b/.test(reason);

/**
 * LINE did not look at it, so its key has not begun to live: unless an earlier try may have arrived, the 23 hours
 * begin with the next.
 */
function notTaken(errand: Errand, status: number, reason: string): Verdict {
  const wasUntried = errand.doubts <= 1;
  return { to: 'again', delayMs: heldDelayMs, isDefinite: true, wasUntried, status, reason };
}

function sent(status: number, requestId: string | null): Judgement {
  return { verdict: { to: 'sent', status, requestId } };
}

function again(
  errand: Errand,
  end: { status: number | null; reason: string; isDefinite: boolean },
): { verdict: Verdict } {
  return { verdict: { to: 'again', delayMs: backOff(errand.attempts, spreadOf(errand)), ...end } };
}
