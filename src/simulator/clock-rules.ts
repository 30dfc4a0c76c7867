import { addDays, addMs, dateInZone, instantInZone, timeInZone } from '#foundation/clock.ts';
import type { ClockMove } from './contract.ts';

const morning = '09:00';
const minuteMs = 60_000;

/**
 * Where a move of the demo's clock leads, in the shop's time zone: the next 09:00 that lies ahead, some
 * days on at the same time of day to the millisecond (what takes seven days is over after seven days), or 09:00 on a date. Null when it would lead back: the clock never does.
 */
export function findTarget(move: ClockMove, now: Date, zone: string): Date | null {
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
    case 'date': {
      const target = instantInZone(move.date, morning, zone);
      return target > now ? target : null;
    }
  }
}
