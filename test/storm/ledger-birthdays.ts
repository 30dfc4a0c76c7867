import { join } from 'node:path';
import { startRemote } from '../support/processes.ts';
import type { BirthdayProcess, Met } from './birthday-process.ts';
import { expectSame, type Outcome } from './ledger-brand.ts';

const dayMs = 86_400_000;
const giftDaysAhead = 30;

/**
 * Every morning of some days, with somebody of every birthday, in processes of several time zones, each on a database
 * of its own: within a whole year everyone gets one gift and one wish, the gift at most 30 days ahead, the wish on the
 * day (29 February on the 28th of a common year), in every zone alike.
 */
export async function liveThroughBirthdays(of: {
  from: string;
  days: number;
  zones: readonly string[];
  openDatabase(nth: number): Promise<string>;
}): Promise<Outcome> {
  const lives = await Promise.all(
    of.zones.map(async (zone, nth) => {
      const databaseUrl = await of.openDatabase(nth);
      const remote = await startRemote<BirthdayProcess>(join(import.meta.dirname, 'birthday-process.ts'), {
        TZ: zone,
      });
      try {
        return { asked: zone, ...(await remote.call('live', { databaseUrl, from: of.from, days: of.days })) };
      } finally {
        await remote.end('SIGKILL');
      }
    }),
  );
  const [first] = lives;
  const findings = lives.flatMap(({ asked, zone, met, mornings }) => [
    ...expectSame('the zone', asked, zone),
    ...expectSame(`${zone}: mornings`, of.days, mornings),
    ...checkYears(met, of).map((finding) => `${zone}: ${finding}`),
    ...expectSame(`${zone}: who was met when`, first?.met, met).map((finding) => finding.slice(0, 500)),
  ]);
  const gifts = first?.met.filter(({ occasion }) => occasion.startsWith('gift:')).length ?? 0;
  return { figures: { mornings: of.days, zones: of.zones.length, 'gifts in each': gifts }, findings };
}

/** What is wrong with the birthdays that lie in these days, by a count of its own. */
function checkYears(met: readonly Met[], of: { from: string; days: number }): string[] {
  const first = Date.parse(`${of.from}T00:00:00Z`);
  const last = first + (of.days - 1) * dayMs;
  const years = [0, 1].map((at) => new Date([first, last][at] as number).getUTCFullYear());
  const known = Map.groupBy(met, ({ birthday, occasion }) => `${birthday} ${occasion}`);
  const findings: string[] = [];
  const expected = new Set<string>();
  for (let day = Date.UTC(2028, 0, 1); day < Date.UTC(2029, 0, 1); day += dayMs) {
    const birthday = new Date(day).toISOString().slice(5, 10);
    for (let year = years[0] as number; year <= (years[1] as number) + 1; year++) {
      const keptOn = keptIn(year, birthday);
      const kept = Date.parse(`${keptOn}T00:00:00Z`);
      const isWishDue = kept >= first && kept <= last;
      const isGiftDue = kept >= first && kept - giftDaysAhead * dayMs <= last;
      for (const [step, isDue] of [
        ['wish', isWishDue],
        ['gift', isGiftDue],
      ] as const) {
        const name = `${birthday} ${step}:${year}`;
        expected.add(name);
        const entries = known.get(name) ?? [];
        if (entries.length !== (isDue ? 1 : 0)) findings.push(`${name} came ${entries.length} times`);
        for (const { on, gifts } of entries) {
          const earliest = step === 'wish' ? kept : Math.max(first, kept - giftDaysAhead * dayMs);
          const isInTime = Date.parse(`${on}T00:00:00Z`) === earliest;
          if (!isInTime) findings.push(`${name} came on ${on}, the birthday is kept on ${keptOn}`);
          if (gifts !== (step === 'gift' ? 1 : 0)) findings.push(`${name} brought ${gifts} coupons`);
        }
      }
    }
  }
  for (const name of known.keys()) if (!expected.has(name)) findings.push(`${name} came unasked`);
  return findings;
}

const isLeap = (year: number): boolean => new Date(Date.UTC(year, 1, 29)).getUTCMonth() === 1;
const keptIn = (year: number, birthday: string): string =>
  `${year}-${birthday === '02-29' && !isLeap(year) ? '02-28' : birthday}`;
