import type { MemberDay } from '../../features/points/earning/member-day-rules.ts';
import { pointsPolicy } from '../../features/points/points-rules.ts';
import { tiersPolicy } from '../../features/tiers/tier-rules.ts';
import type { Actor } from '../../foundation/audit.ts';
import { addDays } from '../../foundation/clock.ts';
import type { Tx } from '../../foundation/db.ts';
import { publishPolicy, readPolicy } from '../../foundation/policy.ts';

/** Tea counts double from the day before the first morning for a week, and everything on the 18th of each month. */
const demoMemberDays = (firstMorning: string): MemberDay[] => [
  {
    key: 'tea-week',
    name: { 'zh-TW': '茶葉週', en: 'Tea week', ja: 'お茶ウィーク' },
    when: { kind: 'dates', from: addDays(firstMorning, -2), to: addDays(firstMorning, 6) },
    storeCodes: null,
    categories: ['茶葉'],
    earnPercent: 200,
  },
  {
    key: 'eighteenth',
    name: { 'zh-TW': '18 日會員日', en: "Members' day on the 18th", ja: '18日会員デー' },
    when: { kind: 'month_days', monthDays: [18] },
    storeCodes: null,
    categories: null,
    earnPercent: 200,
  },
];

const tierPercents: Record<string, number> = { silver: 120, gold: 150 };

/** What makes the demo brand's points worth a look: member days, tiers that earn more, points for taking part. */
export async function publishDemoRules(
  tx: Tx,
  by: { firstMorning: string; effectiveFrom: Date; now: Date; actor: Actor },
): Promise<void> {
  const { version: _, ...points } = await readPolicy(tx, pointsPolicy, by.now);
  const data = {
    ...points,
    memberDays: demoMemberDays(by.firstMorning),
    activities: {
      survey: { points: 20, perDay: null, perMonth: 40 },
      profile: { points: 30, perDay: null, perMonth: 30 },
      review: { points: 10, perDay: 10, perMonth: 50 },
      visit: { points: 2, perDay: 2, perMonth: 20 },
    },
  };
  await publishPolicy(tx, pointsPolicy, { ...by, data });
  const { version: __, ...tiers } = await readPolicy(tx, tiersPolicy, by.now);
  if (tiers.mode !== 'threshold') return;
  const steps = tiers.tiers.map((tier) => ({
    ...tier,
    earnPercent: tierPercents[tier.key] ?? tier.earnPercent,
  }));
  await publishPolicy(tx, tiersPolicy, { ...by, data: { ...tiers, tiers: steps } });
}
