import { addDays, addMs, dateInZone, instantInZone, timeInZone } from '#foundation/clock.ts';
import { type ClockMove, furthestDays } from './contract.ts';

const morning = '09:00';
const minuteMs = 60_000;
const dayMs = 86_400_000;

export type Target = { ok: true; at: Date } | { ok: false; reason: 'backwards' | 'too_far' };

/**
 * Where a move of the demo's clock leads, in the shop's time zone: the next 09:00 that lies ahead, some
 * days on at the same time of day to the millisecond (what takes seven days is over after seven days), or 09:00 on a date.
 * The clock never goes back.
 */
export function findTarget(move: ClockMove, now: Date, zone: string): Target {
  const at = targetOf(move, now, zone);
  if (at <= now) return { ok: false, reason: 'backwards' };
  return at > addMs(now, furthestDays * dayMs) ? { ok: false, reason: 'too_far' } : { ok: true, at };
}

function targetOf(move: ClockMove, now: Date, zone: string): Date {
  const today = dateInZone(now, zone);
  switch (move.move) {
    case 'next-morning': {
      const coming = instantInZone(today, morning, zone);
      return coming > now ? coming : instantInZone(addDays(today, 1), morning, zone);
    }
    case 'days':
      return addMs(
        instantInZone(addDays(today, move.days), timeInZone(now, zone), zone),
        now.getTime() % minuteMs,
      );
    case 'date':
      return instantInZone(move.date, morning, zone);
  }
}
