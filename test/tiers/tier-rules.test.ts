import { describe, expect, it } from 'vitest';
import {
  nextTier,
  type ThresholdPolicy,
  tierByKey,
  tierForSpend,
  tiersPolicy,
} from '#features/tiers/tier-rules.ts';

const words = (text: string) => ({ 'zh-TW': text, en: text, ja: text });
const tier = (key: string, thresholdTwd: number) => ({
  key,
  name: words(key),
  thresholdTwd,
  look: 'general' as const,
  menu: 'member' as const,
  benefit: words('x'),
  benefits: [],
  earnPercent: 100,
});
const policy: ThresholdPolicy = {
  mode: 'threshold',
  down: 'by_spend',
  windowMonths: 12,
  tiers: [tier('general', 0), tier('silver', 10_000), tier('gold', 30_000)],
  version: 1,
};

describe('tiers by threshold', () => {
  it.each([
    [0, 'general'],
    [9_999, 'general'],
    [10_000, 'silver'],
    [29_999, 'silver'],
    [30_000, 'gold'],
    [9_000_000, 'gold'],
    [-5, 'general'],
  ])('a net spend of NT$%i reaches %s', (net, key) => {
    expect(tierForSpend(policy, net).key).toBe(key);
  });

  it('tells what is missing to the next tier, and nothing at the top', () => {
    expect(nextTier(policy, tierByKey(policy, 'general'), 7_700)?.missingTwd).toBe(2_300);
    expect(nextTier(policy, tierByKey(policy, 'silver'), 31_000)?.missingTwd).toBe(0);
    expect(nextTier(policy, tierByKey(policy, 'gold'), 31_000)).toBeNull();
  });

  it('takes a tier that policy dropped for the first one', () => {
    expect(tierByKey(policy, 'diamond').key).toBe('general');
  });

  it.each([
    ['a first tier that does not begin at 0', [tier('general', 5)]],
    ['thresholds that do not rise', [tier('general', 0), tier('silver', 10), tier('gold', 10)]],
    ['no tier', []],
  ])('refuses a policy with %s', (_what, tiers) => {
    expect(tiersPolicy.schema.safeParse({ windowMonths: 12, tiers }).success).toBe(false);
  });
});
