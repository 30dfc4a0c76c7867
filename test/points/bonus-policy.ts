import type { MemberDay } from '#features/points/earning/member-day-rules.ts';
import { type PointsPolicy, pointsPolicy } from '#features/points/points-rules.ts';
import { tiersPolicy } from '#features/tiers/tier-rules.ts';
import type { Db } from '#foundation/db.ts';
import { createTransact } from '#foundation/facts.ts';
import { publishPolicy, readPolicy } from '#foundation/policy.ts';
import { tester } from '../support/shop.ts';

const past = new Date('2026-01-01T00:00:00Z');

/** The points policy of the brand, changed from the year's beginning or a later instant on. */
export async function publishPoints(db: Db, change: Partial<PointsPolicy>, from = past): Promise<void> {
  const { version: _, ...policy } = await readPolicy(db, pointsPolicy, from);
  await createTransact(
    db,
    [],
  )((tx) =>
    publishPolicy(tx, pointsPolicy, {
      data: { ...policy, ...change },
      effectiveFrom: from,
      now: past,
      actor: tester,
    }),
  );
}

/** What each tier earns, in percent; a tier that is not named earns the base rate. */
export async function publishTierPercents(db: Db, percents: Record<string, number>): Promise<void> {
  const { version: _, ...policy } = await readPolicy(db, tiersPolicy, past);
  if (policy.mode !== 'threshold') throw new Error(policy.mode);
  const tiers = policy.tiers.map((tier) => ({ ...tier, earnPercent: percents[tier.key] ?? 100 }));
  await createTransact(
    db,
    [],
  )((tx) =>
    publishPolicy(tx, tiersPolicy, {
      data: { ...policy, tiers },
      effectiveFrom: past,
      now: past,
      actor: tester,
    }),
  );
}

/** A member day that doubles everything everywhere, unless it is told otherwise. */
export const dayOf = (
  key: string,
  when: MemberDay['when'],
  over: Partial<Pick<MemberDay, 'storeCodes' | 'categories' | 'earnPercent'>> = {},
): MemberDay => ({
  key,
  name: { 'zh-TW': '會員日', en: 'Member day', ja: '会員デー' },
  when,
  storeCodes: null,
  categories: null,
  earnPercent: 200,
  ...over,
});
