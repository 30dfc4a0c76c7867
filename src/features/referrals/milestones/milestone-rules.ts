import { z } from 'zod';

/** Titles stand on the member card, in a line of their own. */
const title = z.string().trim().min(1).max(20);

const milestone = z.object({
  /** How many friends have to be rewarded for it. */
  friends: z.int().min(1).max(100_000),
  title: z.object({ 'zh-TW': title, en: title, ja: title }),
  /** What the member gets with it; null = the honour alone. */
  couponKey: z.string().nullable(),
});

export type Milestone = z.infer<typeof milestone>;

export const milestoneList = z
  .array(milestone)
  .max(20)
  .refine(
    (list) => list.every((each, at) => at === 0 || each.friends > (list[at - 1]?.friends ?? 0)),
    'Each milestone must ask for more friends than the one before',
  );

/** The milestones that so many rewarded friends reach. */
export const reachedBy = (list: readonly Milestone[], friends: number): Milestone[] =>
  list.filter((each) => each.friends <= friends);
