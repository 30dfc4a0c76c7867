/** A call is as late as the least late of so many in a row: one slow answer says nothing of the way. */
const together = 8;
/** What a call takes when nothing holds it up is the least of so long a time. */
const spanMs = 5_000;
/** No turn for so long and the process itself stood still: answers had come, and were only read late. */
const stillMs = 15;
/** Answers that are read so soon after it are of that time. */
const afterMs = 10;
const mostLateMs = 2_000;

/**
 * Tells from the answers how late calls reach LINE. While something holds them up all of them get later, and then
 * arrive in a burst: for as long as they were later than the grace, slots are to be lost behind it.
 * All times are milliseconds of the own clock.
 */
export function watchArrivals(graceMs: number) {
  let turnAt = Number.NEGATIVE_INFINITY;
  let stood = { endedAt: Number.NEGATIVE_INFINITY, ms: 0 };
  let least = {
    since: Number.NEGATIVE_INFINITY,
    ms: Number.POSITIVE_INFINITY,
    before: Number.POSITIVE_INFINITY,
  };
  const last: number[] = [];
  let tookMs = Number.NEGATIVE_INFINITY;
  let lostUntil = Number.NEGATIVE_INFINITY;

  /** The process is at work: called often enough, it tells when it was not. */
  function noteTurn(now: number): void {
    if (now - turnAt > stillMs) stood = { endedAt: now, ms: now - turnAt };
    turnAt = now;
  }

  /** What a call takes that nothing holds up. */
  function leastOf(ms: number, now: number): number {
    if (now - least.since > spanMs) least = { since: now, ms: Number.POSITIVE_INFINITY, before: least.ms };
    least.ms = Math.min(least.ms, ms);
    return Math.min(least.ms, least.before);
  }

  return {
    noteTurn,
    /** Slots before this moment are lost. */
    lostUntil: (): number => lostUntil,
    note(slot: number, now: number): void {
      noteTurn(now);
      const standingMs = now - stood.endedAt <= afterMs ? stood.ms : 0;
      const leastMs = leastOf(now - slot, now);
      last.push(now - slot - standingMs);
      if (last.length > together) last.shift();
      if (last.length < together) return;
      const lateBy = (ms: number) => Math.min(mostLateMs, Math.max(graceMs, ms - leastMs));
      const before = tookMs;
      tookMs = Math.min(...last);
      // What is late and stays so arrives at the pace. What is made up for arrives on top of it.
      const madeUpMs = lateBy(before) - lateBy(tookMs);
      if (madeUpMs > 0) lostUntil = Math.max(lostUntil, now) + madeUpMs;
    },
  };
}
