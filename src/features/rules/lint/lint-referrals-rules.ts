import { formatNumber } from '#foundation/i18n.ts';
import type { RulesOf } from '../section-rules.ts';
import { type Finding, find, type Surroundings } from './finding-rules.ts';

type Referrals = RulesOf<'referrals'>;

/** Gifts that do not exist, caps that others never let it reach, titles that nobody has a reason to go for. */
export function lintReferrals(data: Referrals, around: Surroundings): Finding[] {
  return [...lintGifts(data, around), ...lintCaps(data), ...lintMilestones(data)];
}

function lintCaps({ caps }: Referrals): Finding[] {
  const pairs = [
    ['perDay', 'perMonth'],
    ['perMonth', 'life'],
    ['perDay', 'life'],
  ] as const;
  return pairs.flatMap(([shorter, longer]) => {
    const [small, large] = [caps[shorter], caps[longer]];
    if (small === null || large === null || small <= large) return [];
    return [
      find('warning', 'cap_never_reached', `caps.${shorter}`, (words) =>
        words.capNeverReached(formatNumber(small), formatNumber(large)),
      ),
    ];
  });
}

/** Friends beyond the life's cap still count for a title, and bring the inviter nothing else. */
function lintMilestones({ milestones, caps: { life } }: Referrals): Finding[] {
  return milestones.flatMap(({ friends, title }, at) =>
    life === null || friends <= life
      ? []
      : [
          find('warning', 'milestone_beyond_cap', `milestones.${at}.friends`, (words, locale) =>
            words.milestoneBeyondCap(title[locale], formatNumber(friends), formatNumber(life)),
          ),
        ],
  );
}

function lintGifts(data: Referrals, around: Surroundings): Finding[] {
  const gifts: [path: string, couponKey: string | null][] = [
    ['inviterCouponKey', data.inviterCouponKey],
    ['inviteeCouponKey', data.inviteeCouponKey],
    ...data.milestones.map(
      ({ couponKey }, at) => [`milestones.${at}.couponKey`, couponKey] as [string, typeof couponKey],
    ),
  ];
  return gifts.flatMap(([path, key]) =>
    key === null || around.couponKeys.has(key)
      ? []
      : [find('error', 'unknown_coupon', path, (words) => words.unknownCoupon(key))],
  );
}
