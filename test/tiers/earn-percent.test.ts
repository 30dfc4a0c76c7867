import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { readEarnPercent } from '#features/tiers/earn-percent-reads.ts';
import { tiersPolicy } from '#features/tiers/tier-rules.ts';
import { createTransact } from '#foundation/facts.ts';
import { publishPolicy, readPolicy } from '#foundation/policy.ts';
import { openTestDatabase } from '../support/database.ts';
import { noon, openPerson, tester } from '../support/shop.ts';

const { db } = await openTestDatabase();
const transact = createTransact(db, []);
const at = (instant: string) => new Date(instant);

async function hold(memberId: number, key: string, since: string, until: string | null): Promise<void> {
  await sql`
    insert into tier_memberships (member_id, tier_key, policy_version, reason, since, until)
    values (${memberId}, ${key}, 1, 'imported', ${since}, ${until})`.execute(db);
}

it('earns the base rate in every tier until the brand says otherwise', async () => {
  const { memberId } = await openPerson(db);
  await hold(memberId, 'gold', '2026-01-01T00:00:00Z', null);
  expect(await readEarnPercent(db, { memberId, at: noon })).toBe(100);
});

it('earns by the tier held at the moment of buying, and by the rules in force then', async () => {
  const { version: _, ...policy } = await readPolicy(db, tiersPolicy, noon);
  if (policy.mode !== 'threshold') throw new Error(policy.mode);
  const percents: Record<string, number> = { silver: 120, gold: 150 };
  const tiers = policy.tiers.map((tier) => ({ ...tier, earnPercent: percents[tier.key] ?? 100 }));
  await transact((tx) =>
    publishPolicy(tx, tiersPolicy, {
      data: { ...policy, tiers },
      effectiveFrom: at('2026-06-01T00:00:00Z'),
      now: noon,
      actor: tester,
    }),
  );
  const { memberId } = await openPerson(db);
  await hold(memberId, 'silver', '2026-05-01T00:00:00Z', '2026-08-01T04:00:00Z');
  await hold(memberId, 'gold', '2026-08-01T04:00:00Z', null);
  const percentAt = (instant: string) => readEarnPercent(db, { memberId, at: at(instant) });
  expect(await percentAt('2026-04-01T00:00:00Z')).toBe(100);
  expect(await percentAt('2026-05-31T23:59:59Z')).toBe(100);
  expect(await percentAt('2026-06-01T00:00:00Z')).toBe(120);
  expect(await percentAt('2026-08-01T03:59:59Z')).toBe(120);
  expect(await percentAt('2026-08-01T04:00:00Z')).toBe(150);
  const { memberId: stranger } = await openPerson(db);
  expect(await readEarnPercent(db, { memberId: stranger, at: noon })).toBe(100);
});
