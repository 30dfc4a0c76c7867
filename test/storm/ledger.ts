import { openScratchServer } from '../support/scratch-server.ts';
import { liveThroughBirthdays } from './ledger-birthdays.ts';
import { type LedgerBrand, type Outcome, openLedgerBrand } from './ledger-brand.ts';
import { raceForPoints, raceForQuota, raceOfKeys, raceOfTaps, raceOfTills } from './ledger-races.ts';
import { playRoundTrips } from './ledger-round-trips.ts';
import { playSequences } from './ledger-sequences.ts';

const connections = 64;
/** More than two cores can serve only makes each of them slower. */
const players = 12;
/** So many live through the same days, which are others in the next brand. */
const perBrand = 1_000;
const zones = ['UTC', 'Asia/Taipei', 'America/Los_Angeles', 'Pacific/Kiritimati'];

/** All that the ledger promises under races, returns, random lives and calendars; each prints its line. @param options.part only this one */
export async function stormLedger(options: {
  seed: number;
  sequences: number;
  part: string | undefined;
}): Promise<boolean> {
  const { seed, sequences, part } = options;
  const server = await openScratchServer('storm-ledger');
  const broken: string[] = [];
  const report = async (name: string, part: () => Promise<Outcome>) => {
    const startedAt = performance.now();
    const { figures, findings } = await part();
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    const told = Object.entries(figures).map(([figure, value]) => `${figure} ${value}`);
    console.log(`${findings.length === 0 ? 'held  ' : 'BROKEN'} ${name}: ${told.join(', ')} (${seconds} s)`);
    for (const finding of findings.slice(0, 20)) console.log(`BROKEN ${finding}`);
    broken.push(...findings);
  };
  const onBrand = async (database: string, at: number, parts: (brand: LedgerBrand) => Promise<void>) => {
    const brand = await openLedgerBrand(await server.openDatabase(database), at);
    try {
      await parts(brand);
      await report('the books of all that', async () => ({ figures: {}, findings: await brand.prove() }));
    } finally {
      await brand.close();
    }
  };
  const parts: Record<string, () => Promise<void>> = {
    races: () =>
      onBrand('races', connections, async (brand) => {
        await report('claims on one coupon', () => raceForQuota(brand, { claims: 10_000, quota: 500 }));
        await report('taps of the same members', () => raceOfTaps(brand, { members: 250, taps: 40 }));
        await report('spends of the same points', () =>
          raceForPoints(brand, { spends: 10_000, points: 500 }),
        );
        await report('calls under the same keys', () => raceOfKeys(brand, { keys: 200, calls: 50 }));
        await report('one coupon at two tills', () => raceOfTills(brand, { coupons: 1_000 }));
        await report('purchases and their full returns', () =>
          playRoundTrips(brand, { seed, rounds: 1_000 }),
        );
      }),
    birthdays: () =>
      report('birthdays of 2025 to 2028', () =>
        liveThroughBirthdays({
          from: '2025-01-01',
          days: 1_461,
          zones,
          openDatabase: (nth) => server.openDatabase(`birthdays_${nth}`),
        }),
      ),
    sequences: async () => {
      for (let played = 0; played < sequences && broken.length === 0; played += perBrand) {
        const size = Math.min(perBrand, sequences - played);
        await onBrand(`sequences_${played}`, players, (brand) =>
          report(`random sequences beside a model, from ${played + 1} on`, () =>
            playSequences(brand, { seed: seed + played, sequences: size }),
          ),
        );
      }
    },
  };
  const asked = Object.entries(parts).filter(([name]) => part === undefined || part === name);
  try {
    if (asked.length === 0)
      throw new Error(`The ledger's storm has the parts ${Object.keys(parts).join(', ')}`);
    for (const [, play] of asked) await play();
    console.log(
      broken.length === 0 ? 'Every promise held.' : `${broken.length} promises broken (seed ${seed}).`,
    );
    return broken.length === 0;
  } finally {
    await server.remove();
  }
}
