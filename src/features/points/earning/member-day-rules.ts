import { z } from 'zod';
import { storeCodeText } from '#features/stores/store-rules.ts';
import { weekdayOf } from '#foundation/clock.ts';

const texts = z.object({
  'zh-TW': z.string().min(1).max(20),
  en: z.string().min(1).max(40),
  ja: z.string().min(1).max(20),
});

const when = z.discriminatedUnion('kind', [
  z
    .object({ kind: z.literal('dates'), from: z.iso.date(), to: z.iso.date() })
    .refine(({ from, to }) => from <= to, { path: ['to'], message: 'Before the first day' }),
  /** 1 (Monday) to 7 (Sunday). */
  z.object({ kind: z.literal('weekdays'), weekdays: z.array(z.int().min(1).max(7)).min(1).max(7) }),
  /** A month that has no such day has no member day. */
  z.object({ kind: z.literal('month_days'), monthDays: z.array(z.int().min(1).max(31)).min(1).max(31) }),
]);

/** Days on which purchases earn more, everywhere or in some stores, on everything or on some categories. */
export const memberDay = z.object({
  key: z.string().regex(/^[a-z0-9_-]{1,40}$/, '1 to 40 of a-z, 0-9, "_" and "-"'),
  name: texts,
  /** First and last day included, in the brand's zone. */
  when,
  storeCodes: z.array(storeCodeText).min(1).max(200).nullable().default(null),
  categories: z.array(z.string().min(1).max(60)).min(1).max(200).nullable().default(null),
  /** Points of what counts, in percent of the base rate. */
  earnPercent: z.int().min(101).max(1000),
});

export const memberDays = z
  .array(memberDay)
  .max(100)
  .refine((days) => new Set(days.map(({ key }) => key)).size === days.length, 'Each key only once')
  .default([]);

export type MemberDay = z.infer<typeof memberDay>;

/** What was bought, as far as earning asks. Money is whole NT$, after discounts of the line. */
export type EarningLine = { category: string; amountTwd: number };

/** What a member day gives to one purchase: its percent, on the part `eligibleTwd` of all lines `linesTwd`. */
export type DayBonus = Pick<MemberDay, 'key' | 'name' | 'earnPercent'> & {
  eligibleTwd: number;
  linesTwd: number;
};

/** Whether a business day is one of these days. */
export function isMemberDay(when: MemberDay['when'], on: string): boolean {
  switch (when.kind) {
    case 'dates':
      return when.from <= on && on <= when.to;
    case 'weekdays':
      return when.weekdays.includes(weekdayOf(on));
    case 'month_days':
      return when.monthDays.includes(Number(on.slice(8)));
  }
}

/**
 * The member day that gives most to a purchase, the first of them where several give the same; null where none
 * gives anything. Bonuses of two days are never added.
 */
export function pickMemberDay(
  days: readonly MemberDay[],
  of: { on: string; storeCode: string; lines: readonly EarningLine[] },
): DayBonus | null {
  const linesTwd = sumOf(of.lines);
  let best: DayBonus | null = null;
  for (const { key, name, when, storeCodes, categories, earnPercent } of days) {
    if (!isMemberDay(when, of.on) || (storeCodes && !storeCodes.includes(of.storeCode))) continue;
    const eligibleTwd = sumOf(
      of.lines.filter(({ category }) => !categories || categories.includes(category)),
    );
    const bonus = { key, name, earnPercent, eligibleTwd, linesTwd };
    if (weigh(bonus) > weigh(best)) best = bonus;
  }
  return best;
}

const weigh = (bonus: DayBonus | null): number => (bonus ? bonus.eligibleTwd * (bonus.earnPercent - 100) : 0);

const sumOf = (lines: readonly EarningLine[]): number =>
  lines.reduce((total, { amountTwd }) => total + amountTwd, 0);
