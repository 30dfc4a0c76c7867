import { type ClockSample, estimateOffset } from './pace-rules.ts';
import type { Reservation } from './reserve-pace.ts';
import { watchArrivals } from './watch-arrivals.ts';

export type PacerParts = {
  gapMs: number;
  graceMs: number;
  reserve(calls: number): Promise<Reservation>;
  /** There may be slots again, or it is worth asking again. */
  onSlots(): void;
  onFault(error: unknown): void;
};

export type Pacer = ReturnType<typeof createPacer>;

/** Slots are held so far ahead that a database which stalls for less than that costs none. */
const aheadMs = 500;
/** Few at a time, so that processes take turns. */
const chunkMs = 100;
const askAgainMs = 100;
/** A slot so far away stands on a clock that was set. */
const absurdMs = 30_000;
const keptSamples = 16;
const tickMs = 1;

/**
 * The time slots that this process holds of an endpoint. Who has something to send takes the next one; a slot that
 * nobody took within the grace is lost, so that a process which stalled never catches up in a burst. Calls that were
 * held up together on their way arrive in one: as many slots as came too late are lost after them.
 */
export function createPacer(parts: PacerParts) {
  const slots: number[] = [];
  let samples: ClockSample[] = [];
  let asking: Promise<void> | null = null;
  let taken = 0;
  const arrivals = watchArrivals(parts.graceMs);

  async function ask(calls: number): Promise<void> {
    const askedMs = performance.now();
    try {
      const { startsAtMs, gapMs, databaseMs } = await parts.reserve(calls);
      samples = [...samples, { databaseMs, askedMs, toldMs: performance.now() }].slice(-keptSamples);
      const first = startsAtMs + estimateOffset(samples);
      if (Math.abs(first - performance.now()) > absurdMs + calls * gapMs) samples = samples.slice(-1);
      else for (let nth = 0; nth < calls; nth++) slots.push(first + nth * gapMs);
    } catch (error) {
      parts.onFault(error);
      await new Promise((resolve) => setTimeout(resolve, askAgainMs));
    }
  }

  return {
    /** Takes a slot. @returns 0, or in how many milliseconds to ask again; Infinity = `onSlots` tells */
    take(): number {
      const now = performance.now();
      arrivals.noteTurn(now);
      for (;;) {
        const [next] = slots;
        if (next === undefined) return Number.POSITIVE_INFINITY;
        if (next - now > tickMs) return next - now;
        slots.shift();
        if (next < now - parts.graceMs || next < arrivals.lostUntil()) continue;
        taken = next;
        return 0;
      }
    },
    /** The slot that was taken last, for whoever tells when its call was answered. */
    taken: (): number => taken,
    /** The call that left with this slot has been answered, whatever LINE said. */
    noteAnswer: (slot: number): void => arrivals.note(slot, performance.now()),
    /** So many calls wait: sees to it that there are slots for the next half second of them. */
    want(calls: number): void {
      const missing = calls - slots.length;
      const ahead = (slots.at(-1) ?? 0) - performance.now();
      if (asking || missing <= 0 || ahead >= aheadMs) return;
      asking = ask(Math.min(missing, Math.ceil(chunkMs / parts.gapMs))).finally(() => {
        asking = null;
        parts.onSlots();
      });
    },
    /** Resolves when nothing is asked for any more. */
    idle: async (): Promise<void> => {
      await asking;
    },
  };
}
