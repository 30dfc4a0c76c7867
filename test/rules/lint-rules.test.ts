import { describe, expect, it } from 'vitest';
import type { Surroundings } from '#features/rules/lint/finding-rules.ts';
import { lintRules } from '#features/rules/lint/lint-section-rules.ts';
import { lintTiers, listConditions } from '#features/rules/lint/lint-tiers-rules.ts';
import { type RuleSection, readRules, ruleSectionKeys, sectionOf } from '#features/rules/section-rules.ts';
import { readPolicy } from '#foundation/policy.ts';
import { openTestDatabase } from '../support/database.ts';
import { noon } from '../support/shop.ts';

const { db } = await openTestDatabase();
const around: Surroundings = {
  effectiveOn: '2026-11-21',
  couponKeys: new Set(['referral', 'welcome', 'pathfinder-1', 'pathfinder-5', 'pathfinder-10']),
  storeCodes: new Set(['xinyi']),
  memberCount: 500,
  mostSpentTwd: 120_000,
};

// biome-ignore lint/suspicious/noExplicitAny: rules of any section, to be changed by the test
async function defaults(section: RuleSection): Promise<any> {
  const { version: _, ...data } = await readPolicy(db, sectionOf(section), noon);
  return structuredClone(data);
}

function lint(section: RuleSection, data: unknown) {
  const read = readRules(section, data);
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return lintRules(read.rules, around);
}
const named = (section: RuleSection, data: unknown) =>
  lint(section, data).map(({ code, severity, path }) => `${severity} ${code} ${path}`);

describe('the linter', () => {
  it.each(ruleSectionKeys)(
    'has nothing to say of the rules that come with an installation: %s',
    async (section) => {
      expect(lint(section, await defaults(section))).toEqual([]);
    },
  );

  it('says what it finds in three languages, with the names that shoppers know', async () => {
    const data = await defaults('tiers');
    data.tiers[2].benefit = data.tiers[1].benefit;
    const [finding] = lint('tiers', data);
    expect(finding?.words['zh-TW']).toContain('「金卡」沒有「銀卡」以外的好處');
    expect(finding?.words.en).toContain('"Gold" gives nothing that "Silver" does not');
    expect(finding?.words.ja).toContain('「ゴールド」には「シルバー」にない特典がなく');
  });

  it('names a tier that has nothing which the lower one lacks', async () => {
    const data = await defaults('tiers');
    data.tiers[2].benefit = data.tiers[1].benefit;
    expect(named('tiers', data)).toEqual(['warning no_own_benefit tiers.2.benefits']);
  });

  it('names a tier that nobody has ever spent enough for, and one that earns less than the tier below', async () => {
    const data = await defaults('tiers');
    data.tiers[1].earnPercent = 200;
    data.tiers[2].earnPercent = 150;
    data.tiers[2].thresholdTwd = 120_001;
    expect(named('tiers', data)).toEqual([
      'error earns_less tiers.2.earnPercent',
      'warning spend_out_of_reach tiers.2.thresholdTwd',
    ]);
    const [, finding] = lint('tiers', data);
    expect(finding?.words['zh-TW']).toContain('「金卡」要消費 NT$120,001');
  });

  it('names tiers of one key, of which the later one is never reached, and of one name', async () => {
    const data = await defaults('tiers');
    data.tiers[2].key = data.tiers[1].key;
    data.tiers[2].name = data.tiers[1].name;
    expect(named('tiers', data)).toEqual(['error same_key tiers.2.key', 'warning same_name tiers.2.name']);
  });

  it.each([
    [1, 100, []],
    [19, 100, []],
    [20, 100, ['warning pays_back_much pointValueTwd']],
    [99, 100, ['warning pays_back_much pointValueTwd']],
    [100, 100, ['error pays_back_all pointValueTwd']],
    [200, 100, ['error pays_back_all pointValueTwd']],
  ])('knows what NT$%i for a point of NT$%i gives back', async (pointValueTwd, twdPerPoint, expected) => {
    expect(named('points', { ...(await defaults('points')), pointValueTwd, twdPerPoint })).toEqual(expected);
  });

  it('names points that end before they can be used', async () => {
    const data = { ...(await defaults('points')), ends: { kind: 'months', months: 1 } };
    expect(named('points', data)).toEqual([]);
    const late = { ...data, returnWindowDays: { store: 28, online: 27 } };
    expect(named('points', late)).toEqual(['error ends_before_usable returnWindowDays.store']);
  });

  it('names gifts that do not exist', async () => {
    const data = { ...(await defaults('referrals')), inviterCouponKey: 'gone' };
    expect(named('referrals', data)).toEqual(['error unknown_coupon inviterCouponKey']);
    const title = { 'zh-TW': '引路人', en: 'Pathfinder', ja: '案内人' };
    const milestones = [
      { friends: 1, title, couponKey: null },
      { friends: 2, title, couponKey: 'lost' },
    ];
    expect(named('referrals', { ...(await defaults('referrals')), milestones })).toEqual([
      'error unknown_coupon milestones.1.couponKey',
    ]);
  });

  it('names caps on invitations that others never let be reached, and titles beyond the life’s cap', async () => {
    const data = await defaults('referrals');
    expect(named('referrals', { ...data, caps: { perDay: 5, perMonth: 4, life: 20 } })).toEqual([
      'warning cap_never_reached caps.perDay',
    ]);
    const title = { 'zh-TW': '引路人', en: 'Guide', ja: '案内人' };
    const milestones = [
      { friends: 4, title, couponKey: null },
      { friends: 5, title, couponKey: 'gone' },
    ];
    expect(named('referrals', { ...data, milestones, caps: { perDay: 1, perMonth: 2, life: 4 } })).toEqual([
      'error unknown_coupon milestones.1.couponKey',
      'warning milestone_beyond_cap milestones.1.friends',
    ]);
  });

  it('names a cap that another one never lets it reach', async () => {
    const data = await defaults('reach');
    const usual = data.caps as object;
    const caps = {
      ...usual,
      perDay: 3,
      perThirtyDays: 5,
      byKind: { campaign: { perSevenDays: 3, perThirtyDays: 5 } },
    };
    expect(named('reach', { ...data, caps: { ...usual, perDay: 3 } })).toEqual([
      'warning cap_never_reached caps.perDay',
    ]);
    expect(named('reach', { ...data, caps })).toEqual([
      'warning cap_never_reached caps.perDay',
      'warning cap_never_reached caps.byKind.campaign.perSevenDays',
    ]);
  });

  it('names a day that is over before the rules begin, and stores that do not exist', async () => {
    const day = (over: object) => ({
      key: 'day',
      name: { 'zh-TW': '會員日', en: 'Member day', ja: '会員デー' },
      when: { kind: 'dates', from: '2026-11-01', to: '2026-11-21' },
      earnPercent: 200,
      ...over,
    });
    const data = await defaults('points');
    const with_ = (over: object) => named('points', { ...data, memberDays: [day(over)] });
    expect(with_({})).toEqual([]);
    expect(with_({ when: { kind: 'dates', from: '2026-11-01', to: '2026-11-20' } })).toEqual([
      'warning day_in_past memberDays.0.when.to',
    ]);
    expect(with_({ when: { kind: 'weekdays', weekdays: [3] }, storeCodes: ['xinyi', 'gone'] })).toEqual([
      'error unknown_store memberDays.0.storeCodes.1',
    ]);
  });

  it('names a cap that lets nothing through, and one that another never lets it reach', async () => {
    const data = await defaults('points');
    const with_ = (survey: object) =>
      named('points', { ...data, activities: { ...data.activities, survey } });
    expect(with_({ points: 10, perDay: 10, perMonth: 100 })).toEqual([]);
    expect(with_({ points: 10, perDay: 9, perMonth: 100 })).toEqual([
      'error cap_below_one activities.survey.perDay',
    ]);
    expect(with_({ points: 10, perDay: 50, perMonth: 40 })).toEqual([
      'warning cap_never_reached activities.survey.perDay',
    ]);
  });

  it('knows of benefits what is promised and not given, and gifts that do not exist', async () => {
    const data = await defaults('tiers');
    const name = { 'zh-TW': '點數加倍', en: 'more points', ja: 'ポイントアップ' };
    data.tiers[1].benefits = [
      { kind: 'points_percent', name },
      { kind: 'coupon', couponKey: 'gone', given: 'rise', name },
    ];
    expect(named('tiers', data)).toEqual([
      'error told_not_given tiers.1.benefits.0',
      'error unknown_coupon tiers.1.benefits.1.couponKey',
    ]);
    data.tiers[1].earnPercent = 120;
    data.tiers[1].benefits = [{ kind: 'points_percent', name }];
    data.tiers[2].earnPercent = 120;
    data.tiers[2].benefits = [{ kind: 'points_percent', name }];
    expect(named('tiers', data)).toEqual(['warning no_own_benefit tiers.2.benefits']);
    data.tiers[2].earnPercent = 150;
    expect(named('tiers', data)).toEqual([]);
  });

  it('names a tier beyond everybody’s score, and one whose share is nobody', async () => {
    const data = await defaults('tiers');
    const plain = (tiers: object[]) =>
      data.tiers.map(({ thresholdTwd: _, keepTwd: __, ...tier }: Record<string, unknown>, at: number) => ({
        ...tier,
        ...tiers[at],
      }));
    const score = { mode: 'score', tiers: plain([{ minScore: 0 }, { minScore: 60 }, { minScore: 100 }]) };
    expect(named('tiers', score)).toEqual(['warning score_out_of_reach tiers.2.minScore']);
    const share = (gold: number) => ({
      mode: 'percentile',
      tiers: plain([{ sharePercent: 0 }, { sharePercent: 10 }, { sharePercent: gold }]),
    });
    expect(named('tiers', share(5))).toEqual([]);
    // Of 500 members 0.1 percent is nobody.
    expect(named('tiers', share(0.1))).toEqual(['warning nobody_in_share tiers.2.sharePercent']);
  });

  it('counts what a shopper has to fulfil for a tier: three at most, whatever the tiers go by', async () => {
    const data = await defaults('tiers');
    const read = readRules('tiers', {
      mode: 'score',
      tiers: data.tiers.map(({ thresholdTwd: _, ...tier }: Record<string, unknown>, at: number) => ({
        ...tier,
        minScore: at * 30,
      })),
    });
    if (!read.ok || read.rules.section !== 'tiers') throw new Error('no tiers');
    const rules = read.rules.data;
    if (rules.mode !== 'score') throw new Error('no score');
    expect(rules.tiers.map((tier) => listConditions(rules, tier))).toEqual([
      [],
      ['spend', 'frequency', 'activity'],
      ['spend', 'frequency', 'activity'],
    ]);
    // A measure that the schema may learn one day.
    const wide = { ...rules, weights: { ...rules.weights, reviews: 10 } } as typeof rules;
    expect(lintTiers(wide, around).map(({ code, path }) => `${code} ${path}`)).toContain(
      'too_many_conditions tiers.1',
    );
  });
});
