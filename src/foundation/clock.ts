import { Temporal } from 'temporal-polyfill';

/** A source of instants. The only `new Date()` of the service stands in this file. */
export type Clock = { now(): Date };

/** Leases, token age, pace, time-outs: always real. */
export const wireClock: Clock = { now: () => new Date() };

/**
 * Rules, slots and `occurred_at`. It runs beside the wire clock, ahead of it by an offset that only the demo
 * and the tests move; it never goes back.
 */
export type BusinessClock = Clock & {
  /** Moves forward to `instant`; going back is refused. */
  jumpTo(instant: Date): void;
  offsetMs(): number;
};

export function createBusinessClock(wire: Clock = wireClock, startOffsetMs = 0): BusinessClock {
  let offset = startOffsetMs;
  const now = () => new Date(wire.now().getTime() + offset);
  return {
    now,
    offsetMs: () => offset,
    jumpTo(instant) {
      const distance = instant.getTime() - now().getTime();
      if (distance < 0) throw new RangeError('The business clock does not go back');
      offset += distance;
    },
  };
}

/** A clock that tests set by hand: it stands still until it is moved. */
export function createFixedClock(
  start: string | Date,
): BusinessClock & { set(instant: string | Date): void } {
  let at = new Date(start);
  return {
    now: () => new Date(at),
    offsetMs: () => 0,
    set(instant) {
      at = new Date(instant);
    },
    jumpTo(instant) {
      if (instant < at) throw new RangeError('The business clock does not go back');
      at = new Date(instant);
    },
  };
}

let lastDay = { ms: Number.NaN, zone: '', date: '' };

/**
 * The calendar day 'YYYY-MM-DD' of an instant in a zone such as 'Asia/Taipei'. Everybody in a batch asks for the same:
 * the last answer is remembered.
 */
export function dateInZone(instant: Date, zone: string): string {
  const ms = instant.getTime();
  if (lastDay.ms !== ms || lastDay.zone !== zone)
    lastDay = { ms, zone, date: toZoned(instant, zone).toPlainDate().toString() };
  return lastDay.date;
}

/** The wall-clock time 'HH:MM' of an instant in a zone. */
export function timeInZone(instant: Date, zone: string): string {
  return toZoned(instant, zone).toPlainTime().toString({ smallestUnit: 'minute' });
}

/** The instant at which the wall clock of a zone shows `time` ('HH:MM') on `date`. */
export function instantInZone(date: string, time: string, zone: string): Date {
  const zoned = Temporal.PlainDate.from(date).toZonedDateTime({ timeZone: zone, plainTime: time });
  return new Date(zoned.epochMilliseconds);
}

const mostSums = 1_000;
const sums = new Map<string, string>();

/** `date` moved by whole days. A batch asks for the same few sums for each of its people: they are remembered. */
export function addDays(date: string, days: number): string {
  const asked = `${date} ${days}`;
  const known = sums.get(asked);
  if (known !== undefined) return known;
  const sum = Temporal.PlainDate.from(date).add({ days }).toString();
  if (sums.size >= mostSums) sums.clear();
  sums.set(asked, sum);
  return sum;
}

/** `date` moved by whole months; the day is clamped to the month's last. */
export function addMonths(date: string, months: number): string {
  return Temporal.PlainDate.from(date).add({ months }).toString();
}

/** Whole days from `from` to `to`; negative when `to` is earlier. */
export function daysBetween(from: string, to: string): number {
  return Temporal.PlainDate.from(from).until(Temporal.PlainDate.from(to)).days;
}

/** The day of the week: 1 (Monday) to 7 (Sunday). */
export function weekdayOf(date: string): number {
  return Temporal.PlainDate.from(date).dayOfWeek;
}

/** `instant` moved by milliseconds. */
export function addMs(instant: Date, ms: number): Date {
  return new Date(instant.getTime() + ms);
}

function toZoned(instant: Date, zone: string) {
  return Temporal.Instant.fromEpochMilliseconds(instant.getTime()).toZonedDateTimeISO(zone);
}
