import { describe, expect, it } from 'vitest';
import {
  type Candidate,
  choose,
  excludeByReach,
  type Reach,
  roomUnderCaps,
} from '#features/flows/plan-rules.ts';

const reachable: Reach = {
  lineUserId: `U${'0'.repeat(32)}`,
  isBound: true,
  isFollowing: true,
  hasConsent: true,
  marketing: 'all',
  pushesToday: 0,
  pushesSevenDays: 0,
  pushesFourteenDays: 0,
  pushesThirtyDays: 0,
  pushesLess: 0,
};
const caps = { perDay: 1, perSevenDays: 2, perFourteenDays: 3, perThirtyDays: null };

function candidate(
  flow: Candidate['flow'],
  rank: [number, number],
  occasion: string,
  ridesOn: string | null = null,
) {
  return { flow, step: 'x', memberId: 1, occasion, rank, ridesOn, offer: null, data: {} } satisfies Candidate;
}
const wish = candidate('birthday', [1, 1], 'wish:2026');
const gift = candidate('birthday', [1, 2], 'gift:2026', 'wish:2026');
const reminder = candidate('coupon_reminder', [2, 1], 'claim:1:1');
const another = candidate('coupon_reminder', [2, 7], 'claim:2:7', 'claim:1:1');
const winBack = candidate('win_back', [3, 1], 'lapse:2026-01-01');

const occasions = (some: { occasion: string }[]) => some.map((one) => one.occasion);

describe('reach', () => {
  it.each([
    [{}, null],
    [{ isBound: false }, 'not_bound'],
    [{ lineUserId: null }, 'no_line'],
    [{ isFollowing: false }, 'not_following'],
    [{ marketing: 'stopped' }, 'stopped'],
    [{ hasConsent: false }, 'no_consent'],
    [{ marketing: 'less' }, null],
  ] as const)('%o is left out: %s', (over, reason) => {
    expect(excludeByReach({ ...reachable, ...over })).toBe(reason);
  });

  it.each([
    [{}, 1],
    [{ pushesToday: 1, pushesSevenDays: 1 }, 0],
    [{ pushesSevenDays: 1 }, 1],
    [{ pushesSevenDays: 2 }, 0],
    [{ pushesFourteenDays: 2, pushesThirtyDays: 9 }, 1],
    [{ pushesFourteenDays: 3 }, 0],
    [{ marketing: 'less', pushesLess: 0 }, 1],
    [{ marketing: 'less', pushesLess: 1 }, 0],
    [{ marketing: 'all', pushesLess: 1 }, 1],
  ] as const)('%o leaves room for %i', (over, room) => {
    expect(roomUnderCaps({ ...reachable, ...over }, caps)).toBe(room);
  });
});

describe('what one person gets on a day', () => {
  it.each([
    [[winBack, reminder, wish], ['wish:2026'], ['claim:1:1', 'lapse:2026-01-01']],
    [[winBack, reminder], ['claim:1:1'], ['lapse:2026-01-01']],
    [[winBack], ['lapse:2026-01-01'], []],
    [[gift, wish, winBack], ['wish:2026', 'gift:2026'], ['lapse:2026-01-01']],
    [[another, reminder], ['claim:1:1', 'claim:2:7'], []],
    [[another], ['claim:2:7'], []],
  ])('case %#: the best-ranked go, the cap falls on the rest', (candidates, going, left) => {
    const chosen = choose(candidates, reachable, caps);
    expect(occasions(chosen.going)).toEqual(going);
    expect(occasions(chosen.skipped.map((one) => one.candidate)).sort()).toEqual([...left].sort());
    expect(chosen.skipped.every((one) => one.reason === 'capped')).toBe(true);
  });

  it('lets two through where the brand allows two a day', () => {
    const chosen = choose([winBack, reminder, wish], reachable, { ...caps, perDay: 2 });
    expect(occasions(chosen.going)).toEqual(['wish:2026', 'claim:1:1']);
  });

  it('gives everything the reason for which a person cannot be reached', () => {
    const chosen = choose([wish, gift], { ...reachable, marketing: 'stopped' }, caps);
    expect(chosen).toMatchObject({ going: [], skipped: [{ reason: 'stopped' }, { reason: 'stopped' }] });
    expect(choose([wish], undefined, caps).skipped[0]?.reason).toBe('not_bound');
  });
});
