import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Counted,
  fallingDay,
  percentileCuts,
  placesWithin,
  rankedWindow,
  rankMove,
  rankPopulation,
  scoreOf,
  scorePopulation,
  tierForScore,
} from '#features/tiers/ranking/ranking-rules.ts';
import { tiersPolicy, topPercentOf } from '#features/tiers/tier-rules.ts';
import { byPercentile, byScore } from './ranked-policies.ts';

const spender = (netTwd: number, purchases = netTwd > 0 ? 1 : 0): Counted => ({
  netTwd,
  purchases,
  activeDays: 0,
});
const keysOf = (people: Counted[], policy = byPercentile()) =>
  rankPopulation(policy, people).map((tier) => tier.key);
const count = (keys: string[], key: string) => keys.filter((each) => each === key).length;

describe('tiers by percentile', () => {
  it('give the top 5 of a hundred the first tier and the next 10 the second', () => {
    const keys = keysOf(Array.from({ length: 100 }, (_, at) => spender(at + 1)));
    expect([count(keys, 'diamond'), count(keys, 'platinum'), count(keys, 'general')]).toEqual([5, 10, 85]);
    expect(keys.slice(-5)).toEqual(Array(5).fill('diamond'));
    expect(topPercentOf(byPercentile(), 'platinum')).toBe(15);
  });

  it('take in everyone who is tied with the last place', () => {
    const people = [900, 800, 700, 600, 500, 500, 500, ...Array(93).fill(10)].map((net) => spender(net));
    const keys = keysOf(people);
    expect(count(keys, 'diamond')).toBe(7);
    // Places 8 to 15 and everybody after them have spent the same.
    expect(count(keys, 'platinum')).toBe(93);
  });

  it('leave out who spent less than the floor, or has kept no purchase', () => {
    const people = [spender(5_000), spender(400), spender(300), ...Array(17).fill(spender(0))];
    expect(keysOf(people)).toEqual(['diamond', 'platinum', 'platinum', ...Array(17).fill('general')]);
    expect(keysOf(people, byPercentile({ minSpendTwd: 1_000 }))[1]).toBe('general');
    expect(keysOf([{ ...spender(5_000), purchases: 0 }, ...Array(19).fill(spender(0))])[0]).toBe('general');
  });

  it('give nobody a share that is less than one member', () => {
    expect(keysOf(Array.from({ length: 6 }, (_, at) => spender(at + 1)))).toEqual(Array(6).fill('general'));
    expect(percentileCuts(byPercentile(), 6, () => 9)).toEqual([
      { tierKey: 'diamond', cutTwd: null },
      { tierKey: 'platinum', cutTwd: null },
    ]);
  });

  it.each([
    [1_000, 0.1, 1],
    [1_000, 5, 50],
    [199, 0.5, 0],
    [200, 0.5, 1],
    [3_000, 0.3, 9],
  ])('count places exactly: of %i members %d %% are %i', (members, share, places) => {
    expect(placesWithin(members, share)).toBe(places);
  });

  it('never rank somebody below anybody who spent less', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(50), { maxLength: 200 }), (spends) => {
        const keys = keysOf(spends.map((net) => spender(net)));
        const rank = (key: string | undefined) => ['general', 'platinum', 'diamond'].indexOf(key ?? '');
        return spends.every((net, a) =>
          spends.every((other, b) => (net >= other ? rank(keys[a]) >= rank(keys[b]) : true)),
        );
      }),
    );
  });

  it.each([
    ['a first tier with a share', { tiers: [{ ...byPercentile().tiers[0], sharePercent: 5 }] }],
    [
      'shares above 100',
      { tiers: byPercentile().tiers.map((each, at) => ({ ...each, sharePercent: at * 40 })) },
    ],
    ['a floor of 0', { minSpendTwd: 0 }],
  ])('refuse a policy with %s', (_what, over) => {
    expect(tiersPolicy.schema.safeParse({ ...byPercentile(), ...over }).success).toBe(false);
  });
});

describe('the mixed score', () => {
  it('lets an active low spender outrank a higher spender', () => {
    const anna = { netTwd: 20_000, purchases: 9, activeDays: 30 };
    const ben = { netTwd: 26_000, purchases: 1, activeDays: 0 };
    const others = Array.from({ length: 98 }, (_, at) => ({
      netTwd: at * 300,
      purchases: 1 + (at % 5),
      activeDays: at % 9,
    }));
    const [annas = 0, bens = 0] = scorePopulation(byScore(), [anna, ben, ...others]);
    expect(annas).toBeGreaterThan(bens);
    expect([tierForScore(byScore(), annas).key, tierForScore(byScore(), bens).key]).toEqual([
      'gold',
      'silver',
    ]);
    const spendOnly = byScore({ weights: { spend: 100, frequency: 0, activity: 0 } });
    const [annasSpend = 0, bensSpend = 0] = scorePopulation(spendOnly, [anna, ben, ...others]);
    expect(annasSpend).toBeLessThan(bensSpend);
  });

  it('gives 100 to the best in everything, 0 to the last, equals to equals', () => {
    const people = [
      { netTwd: 900, purchases: 9, activeDays: 9 },
      { netTwd: 500, purchases: 2, activeDays: 1 },
      { netTwd: 500, purchases: 2, activeDays: 1 },
      { netTwd: 0, purchases: 0, activeDays: 0 },
    ];
    expect(scorePopulation(byScore(), people)).toEqual([100, 33, 33, 0]);
    expect(scorePopulation(byScore(), people.slice(0, 1))).toEqual([0]);
  });

  it('weighs each measure by the share of all others below', () => {
    expect(scoreOf(byScore(), { spend: 50, frequency: 100, activity: 25 }, 101)).toBe(30 + 20 + 5);
  });

  it('refuses weights that do not come to 100', () => {
    const weights = { spend: 60, frequency: 20, activity: 10 };
    expect(tiersPolicy.schema.safeParse({ ...byScore(), weights }).success).toBe(false);
  });
});

describe('a ranking', () => {
  it('looks at the 365 days before its own', () => {
    expect(rankedWindow(byPercentile(), '2027-03-01')).toEqual({ from: '2026-03-01', until: '2027-02-28' });
  });

  const held = { rankHeld: 2, rankReached: 1, protectedUntil: '2027-12-01', belowSince: null };
  it.each([
    ['raises at once', { ...held, rankHeld: 0, rankedOn: '2027-03-01' }, 'up'],
    ['takes nothing in the protected days', { ...held, rankedOn: '2027-11-01' }, 'stay'],
    ['begins the days of grace after them', { ...held, rankedOn: '2027-12-01' }, 'below'],
    ['waits for their end', { ...held, belowSince: '2028-02-01', rankedOn: '2028-03-01' }, 'stay'],
    ['takes the tier at their end', { ...held, belowSince: '2027-12-01', rankedOn: '2028-01-01' }, 'down'],
    [
      'forgets them when the tier is reached again',
      { ...held, rankReached: 2, belowSince: '2027-12-01', rankedOn: '2028-01-01' },
      'recovered',
    ],
    ['leaves alone who is where they belong', { ...held, rankReached: 2, rankedOn: '2028-01-01' }, 'stay'],
  ] as const)('%s', (_what, of, move) => {
    expect(rankMove(byPercentile(), of)).toBe(move);
  });

  it('takes it at once where there is no grace', () => {
    expect(rankMove(byPercentile({ graceDays: 0 }), { ...held, rankedOn: '2027-12-01' })).toBe('down');
  });

  it.each([
    ['2027-12-01', 30, '2028-01-01'],
    ['2028-02-01', 30, '2028-04-01'],
    ['2027-12-01', 31, '2028-01-01'],
  ])('says when a tier goes that is missed since %s with %i days of grace', (since, days, on) => {
    expect(fallingDay(since, days)).toBe(on);
  });
});
