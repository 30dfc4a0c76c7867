import { describe, expect, it } from 'vitest';
import { bestDistance, bestReached, rulesOfSpend } from '#features/tiers/promised-rules.ts';
import { dueNotice, reviewOutcome } from '#features/tiers/review/review-rules.ts';
import { type ThresholdPolicy, tiersPolicy } from '#features/tiers/tier-rules.ts';
import { byPercentile } from './ranked-policies.ts';

const words = (text: string) => ({ 'zh-TW': text, en: text, ja: text });
const tier = (key: string, thresholdTwd: number, keepTwd?: number) => ({
  key,
  name: words(key),
  thresholdTwd,
  ...(keepTwd !== undefined && { keepTwd }),
  look: 'general' as const,
  menu: 'member' as const,
  benefit: words('x'),
});
const policyOf = (over: object = {}, version = 1): ThresholdPolicy => ({
  ...(tiersPolicy.schema.parse({
    windowMonths: 12,
    tiers: [tier('general', 0), tier('silver', 10_000, 8_000), tier('gold', 30_000, 25_000)],
    ...over,
  }) as ThresholdPolicy),
  version,
});

describe('a review', () => {
  it.each([
    ['gold', 25_000, 'kept', 'gold'],
    ['gold', 24_999, 'fallen', 'silver'],
    ['gold', 8_000, 'fallen', 'silver'],
    ['gold', 7_999, 'fallen', 'general'],
    ['silver', 8_000, 'kept', 'silver'],
    ['silver', 7_999, 'fallen', 'general'],
    ['silver', 30_000, 'raised', 'gold'],
    ['diamond', 12_000, 'fallen', 'silver'],
  ])('of %s with NT$%i is %s: %s', (held, netTwd, move, key) => {
    const outcome = reviewOutcome(policyOf(), held, netTwd);
    expect([outcome.move, outcome.tier.key]).toEqual([move, key]);
  });

  it('takes one tier at most where the brand wants it so', () => {
    const policy = policyOf({ down: 'one_down' });
    expect(reviewOutcome(policy, 'gold', 0).tier.key).toBe('silver');
    expect(reviewOutcome(policy, 'silver', 0).tier.key).toBe('general');
    expect(reviewOutcome(policy, 'gold', 25_000).move).toBe('kept');
  });

  it('asks for what reaches a tier where nothing else is said', () => {
    const policy = policyOf({ tiers: [tier('general', 0), tier('silver', 10_000)] });
    expect(reviewOutcome(policy, 'silver', 9_999).move).toBe('fallen');
    expect(reviewOutcome(policy, 'silver', 10_000).move).toBe('kept');
  });

  it.each([
    [61, null],
    [60, 60],
    [31, 60],
    [30, 30],
    [8, 30],
    [7, 7],
    [1, 7],
    [0, null],
    [-3, null],
  ])('that is %i days away is announced by the notice of %s', (days, notice) => {
    expect(dueNotice(days)).toBe(notice);
  });

  it.each([
    ['keeps for more than it is reached for', [tier('general', 0), tier('silver', 10_000, 10_001)]],
    [
      'keeps for no more than the tier below',
      [tier('general', 0), tier('silver', 5_000), tier('gold', 9_000, 5_000)],
    ],
  ])('refuses a tier that %s', (_what, tiers) => {
    expect(tiersPolicy.schema.safeParse({ windowMonths: 12, tiers }).success).toBe(false);
  });
});

describe('rules that were promised', () => {
  const old = policyOf();
  const harder = policyOf({ tiers: [tier('general', 0), tier('silver', 20_000), tier('gold', 60_000)] }, 2);
  const of = { policy: harder, heldPolicy: old, reviewOn: '2027-11-21' };

  it('count beside those in force until the review, and not after', () => {
    expect(rulesOfSpend({ ...of, today: '2027-11-20' })).toEqual([harder, old]);
    expect(rulesOfSpend({ ...of, today: '2027-11-21' })).toEqual([harder]);
    expect(rulesOfSpend({ ...of, heldPolicy: null, today: '2027-01-01' })).toEqual([harder]);
  });

  it('count also where tiers have gone over to ranks', () => {
    expect(rulesOfSpend({ ...of, policy: byPercentile(), today: '2027-01-01' })).toEqual([old]);
  });

  it('give the better of two, with what brought it', () => {
    const measured = [
      { rules: harder, netTwd: 31_000 },
      { rules: old, netTwd: 31_000 },
    ];
    const reached = bestReached(harder, measured);
    expect([reached.tier.key, reached.by?.rules.version]).toEqual(['gold', 1]);
    expect(bestDistance('gold', measured)).toEqual({ missingTwd: 0, reachTwd: 30_000, months: 12 });
    expect(bestDistance('gold', measured.slice(0, 1)).missingTwd).toBe(29_000);
    expect(bestDistance('diamond', measured).missingTwd).toBeNull();
  });
});
