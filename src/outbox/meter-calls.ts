import { setTimeout as pause } from 'node:timers/promises';
import type { LineEndpoint } from '#line/limit-rules.ts';
import { type Paces, paceTerms } from './pace-rules.ts';
import type { Reservation } from './reserve-pace.ts';

/** Calls are told to the others so often, in milliseconds. */
const tellMs = 25;
/** Until so far ahead of its pace an endpoint is not held up. */
const slackMs = 90;

type Meter = { gapMs: number; freeAt: number; untold: number; telling: Promise<void> | null };

/**
 * Keeps calls for which somebody waits (replies, profiles, menus) to their pace without a question before each: a
 * call leaves at once and is told to the other processes within 25 ms; only when all together have used up the pace
 * does the next one wait for its turn.
 */
export function createCallMeter(parts: {
  paces: Paces;
  reserve(input: { endpoint: LineEndpoint; calls: number; gapMs: number }): Promise<Reservation>;
  onFault(error: unknown): void;
}) {
  const meters = new Map<LineEndpoint, Meter>();

  function meterOf(endpoint: LineEndpoint): Meter {
    const known = meters.get(endpoint);
    if (known) return known;
    const { gapMs } = paceTerms(endpoint, parts.paces[endpoint]);
    const fresh: Meter = { gapMs, freeAt: 0, untold: 0, telling: null };
    meters.set(endpoint, fresh);
    return fresh;
  }

  async function tell(endpoint: LineEndpoint, meter: Meter): Promise<void> {
    await pause(tellMs);
    while (meter.untold > 0) {
      const calls = meter.untold;
      try {
        const { startsAtMs, gapMs, databaseMs } = await parts.reserve({
          endpoint,
          calls,
          gapMs: meter.gapMs,
        });
        meter.untold -= calls;
        const aheadMs = Math.max(0, startsAtMs - databaseMs) + calls * gapMs + meter.untold * meter.gapMs;
        meter.freeAt = performance.now() + aheadMs;
      } catch (error) {
        // Untold calls cost less than unanswered people.
        meter.untold = 0;
        parts.onFault(error);
      }
      await pause(tellMs);
    }
  }

  return {
    /** Resolves when the call may leave: at once, unless the endpoint's pace is used up. */
    async enter(endpoint: LineEndpoint): Promise<void> {
      const meter = meterOf(endpoint);
      const now = performance.now();
      const turn = Math.max(now, meter.freeAt);
      meter.freeAt = turn + meter.gapMs;
      meter.untold += 1;
      meter.telling ??= tell(endpoint, meter).finally(() => {
        meter.telling = null;
      });
      if (turn - now > slackMs) await pause(turn - now - slackMs);
    },
    /** Resolves when all calls have been told. */
    async idle(): Promise<void> {
      await Promise.all([...meters.values()].map(({ telling }) => telling));
    },
  };
}
