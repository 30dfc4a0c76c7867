import { afterAll, describe, expect, it } from 'vitest';
import { openTestDatabase } from '../support/database.ts';
import { liveThroughBirthdays } from './ledger-birthdays.ts';
import { openLedgerBrand } from './ledger-brand.ts';
import { raceForPoints, raceForQuota, raceOfKeys, raceOfTaps, raceOfTills } from './ledger-races.ts';
import { playRoundTrips } from './ledger-round-trips.ts';
import { playSequences } from './ledger-sequences.ts';

const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));
const { url } = await openTestDatabase({ max: 2 });
const brand = await openLedgerBrand(url, 32);
afterAll(() => brand.close());
const zones = ['Pacific/Kiritimati', 'America/Los_Angeles'];
const birthdays = await Promise.all(zones.map(() => openTestDatabase({ max: 1 })));

describe('a slice of the ledger storm', { timeout: 240_000 }, () => {
  it('a coupon is claimed exactly as often as there are', async () => {
    const { findings } = await raceForQuota(brand, { claims: 500, quota: 50 });
    expect(findings).toEqual([]);
  });

  it('each member who may have one gets one, however often they tap', async () => {
    const { findings } = await raceOfTaps(brand, { members: 20, taps: 40 });
    expect(findings).toEqual([]);
  });

  it('exactly as many points are spent at the till as there are', async () => {
    const { findings } = await raceForPoints(brand, { spends: 200, points: 40 });
    expect(findings).toEqual([]);
  });

  it('a receipt has one effect however often it is told, and another one under its number has none', async () => {
    const { findings } = await raceOfKeys(brand, { keys: 8, calls: 50 });
    expect(findings).toEqual([]);
  });

  it('a coupon shown at two tills at once is used at one of them', async () => {
    const { findings } = await raceOfTills(brand, { coupons: 40 });
    expect(findings).toEqual([]);
  });

  it(`a purchase and its full return leave all as it was (SEED=${seed})`, async () => {
    const { findings } = await playRoundTrips(brand, { seed, rounds: 30 });
    expect(findings).toEqual([]);
  });

  it(`random lives agree with a model of the rules (SEED=${seed})`, async () => {
    const { findings } = await playSequences(brand, { seed, sequences: 120 });
    expect(findings.join('\n')).toBe('');
  });

  it('the books of all that hold', async () => {
    expect((await brand.prove()).join('\n')).toBe('');
  });

  it('everyone gets one birthday gift a year, in a process of whatever time zone', async () => {
    const { findings } = await liveThroughBirthdays({
      from: '2027-01-20',
      days: 45,
      zones,
      openDatabase: async (nth) => birthdays[nth]?.url ?? '',
    });
    expect(findings).toEqual([]);
  });
});
