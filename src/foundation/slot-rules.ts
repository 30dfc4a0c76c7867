import { addDays, dateInZone, instantInZone } from './clock.ts';

/** When a job is due: once a day at a wall-clock time of the brand's zone, or every so many minutes. */
export type Cadence = { daily: string } | { everyMinutes: number };

/**
 * How far a job that was down over its slots reaches back: `none` runs a slot only while it is fresh, `latest` only
 * the newest one, `{ days }` every slot of today and of so many days before.
 */
export type CatchUp = 'none' | 'latest' | { days: number };

/** A slot of policy `none` may start this late; ticks are never exact. */
const freshForMs = 10 * 60_000;
/** Slots of one job that one look may bring, whatever its policy. */
const mostAtOnce = 2_000;

/** The newest slot at or before `now`. */
export function latestSlot(cadence: Cadence, now: Date, zone: string): Date {
  if ('everyMinutes' in cadence) {
    const period = cadence.everyMinutes * 60_000;
    return new Date(Math.floor(now.getTime() / period) * period);
  }
  const today = dateInZone(now, zone);
  const slot = instantInZone(today, cadence.daily, zone);
  return slot <= now ? slot : instantInZone(addDays(today, -1), cadence.daily, zone);
}

/** The slot before `slot`. */
export function previousSlot(cadence: Cadence, slot: Date, zone: string): Date {
  if ('everyMinutes' in cadence) return new Date(slot.getTime() - cadence.everyMinutes * 60_000);
  return instantInZone(addDays(dateInZone(slot, zone), -1), cadence.daily, zone);
}

/**
 * Which slots of a job to run now, oldest first, and up to which slot the policy writes off what was missed.
 * @param job.settled the newest slot that needs no further run: only later ones are new. A clock that went back
 *   finds none.
 * @param job.unsettled slots that were begun, not finished and may be tried again
 */
export function chooseSlots(
  job: { cadence: Cadence; catchUp: CatchUp; settled: Date; unsettled: readonly Date[] },
  now: Date,
  zone: string,
): { run: Date[]; writeOff: Date | null } {
  const newest = latestSlot(job.cadence, now, zone);
  const oldest = oldestWanted(job.catchUp, newest, now, zone);
  const run: Date[] = [];
  let slot = newest;
  while (slot > job.settled && slot >= oldest && run.length < mostAtOnce) {
    run.push(slot);
    slot = previousSlot(job.cadence, slot, zone);
  }
  const isMissed = slot > job.settled;
  const again = job.unsettled.filter((each) => each <= job.settled && each >= oldest);
  return {
    run: [...run, ...again].sort((a, b) => a.getTime() - b.getTime()),
    writeOff: isMissed ? slot : null,
  };
}

function oldestWanted(catchUp: CatchUp, newest: Date, now: Date, zone: string): Date {
  if (catchUp === 'latest') return newest;
  if (catchUp === 'none') {
    return now.getTime() - newest.getTime() <= freshForMs ? newest : new Date(newest.getTime() + 1);
  }
  return instantInZone(addDays(dateInZone(now, zone), -catchUp.days), '00:00', zone);
}
