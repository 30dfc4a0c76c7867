import { type LineEndpoint, lineEndpoints, lineLimits } from '#line/limit-rules.ts';

/** Calls a second of all processes together. */
export type Paces = Readonly<Record<LineEndpoint, number>>;

/** What a deployment chooses when it chooses nothing. */
const usualShare = 0.9;

const longestGraceMs = 110;
/** How much of a second's spare room a late slot may use; the rest is for calls that are late behind it, on their way. */
const graceShare = 0.6;
/** Timers and clocks are not exact, and that calls are held up on their way is known only from their answers. */
const blurMs = 70;
const secondMs = 1_000;
const spanSeconds = 10;

/** @param chosen calls a second where they differ from nine tenths of LINE's limit */
export function choosePaces(chosen: Partial<Record<LineEndpoint, number>> = {}): Paces {
  const paces = lineEndpoints.map((endpoint) => [
    endpoint,
    chosen[endpoint] ?? lineLimits[endpoint] * usualShare,
  ]);
  return Object.fromEntries(paces) as Paces;
}

/**
 * The distance of time slots, and how late a slot may still be used. Calls that use slots `gap` apart, each at most
 * `grace` late, number at most (T + grace) / gap + 1 in any time T. So the gap is chosen for ten seconds to hold ten
 * times the pace, and the grace for one second to hold LINE's limit.
 * @param perSecond above LINE's limit it is no pace for LINE, and only the ten seconds count
 */
export function paceTerms(endpoint: LineEndpoint, perSecond: number): { gapMs: number; graceMs: number } {
  const limit = lineLimits[endpoint];
  const spareMs = perSecond < limit ? ((limit - 1) / perSecond - 1) * secondMs : Number.POSITIVE_INFINITY;
  const graceMs = Math.max(0, Math.min(longestGraceMs, Math.floor(spareMs * graceShare)));
  const most = Math.max(1, spanSeconds * perSecond - 1);
  return { gapMs: (spanSeconds * secondMs + graceMs + blurMs) / most, graceMs };
}

/** One look at the database's clock: what it said, and the own time before and after asking. */
export type ClockSample = { databaseMs: number; askedMs: number; toldMs: number };

/** Own time minus the database's, by the sample that leaves the least doubt. */
export function estimateOffset(samples: readonly ClockSample[]): number {
  const best = samples.reduce((a, b) => (b.toldMs - b.askedMs <= a.toldMs - a.askedMs ? b : a));
  return (best.askedMs + best.toldMs) / 2 - best.databaseMs;
}
