import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { beforeAll, describe, expect, it } from 'vitest';
import { assignTiers } from '#features/tiers/assign-tiers.ts';
import { raiseTier } from '#features/tiers/raise-tier.ts';
import { reviewDueTiers } from '#features/tiers/review/review-tiers-job.ts';
import { readTierStanding } from '#features/tiers/tier-reads.ts';
import { withdrawRise } from '#features/tiers/withdraw-rise.ts';
import { createTransact } from '#foundation/facts.ts';
import { newMemberNo } from '#foundation/ids.ts';
import { openTestDatabase } from '../support/database.ts';

const { db } = await openTestDatabase();
const transact = createTransact(db, []);
const now = new Date('2026-11-21T06:00:00Z');
const actor = { kind: 'system', id: 'test' } as const;
let storeId = 0;

beforeAll(async () => {
  const store = await sql<{ id: number }>`
    insert into stores (code, name, address, phone, created_at) values ('S1', 'S1', '', '', now()) returning id`.execute(
    db,
  );
  storeId = store.rows[0]!.id;
});

async function newMember(): Promise<number> {
  const made = await sql<{ id: number }>`
    insert into members (member_no, joined_at, created_at) values (${newMemberNo()}, ${now}, ${now}) returning id`.execute(
    db,
  );
  return made.rows[0]!.id;
}

async function buy(memberId: number, totalTwd: number, on = '2026-11-21'): Promise<number> {
  const made = await sql<{ id: number }>`
    insert into purchases (store_id, receipt_no, purchased_on, purchased_at, channel, member_id, total_twd, request_hash)
    values (${storeId}, ${randomUUID()}, ${on}, ${on}::date, 'store', ${memberId}, ${totalTwd}, sha256('')) returning id`.execute(
    db,
  );
  return made.rows[0]!.id;
}

const giveBack = (purchaseId: number) =>
  sql`update purchases set returned_twd = total_twd, fully_returned_at = now() where id = ${purchaseId}`.execute(
    db,
  );
const input = (memberId: number, at = now) => ({ memberId, now: at, actor, source: 'test' });
const tierOf = async (memberId: number, at = now) => (await readTierStanding(db, memberId, at)).tier.key;

describe('tiers', () => {
  it('rise at once with the purchase that reaches the threshold', async () => {
    const memberId = await newMember();
    const first = await buy(memberId, 9_999);
    await transact((tx) => raiseTier(tx, { ...input(memberId), purchaseId: first }));
    expect(await tierOf(memberId)).toBe('general');
    const second = await buy(memberId, 1);
    await transact((tx) => raiseTier(tx, { ...input(memberId), purchaseId: second }));
    const standing = await readTierStanding(db, memberId, now);
    expect([standing.tier.key, standing.reviewOn, standing.next?.missingTwd]).toEqual([
      'silver',
      '2027-11-21',
      20_000,
    ]);
  });

  it('count the last twelve months only', async () => {
    const memberId = await newMember();
    await buy(memberId, 50_000, '2025-11-20');
    const purchaseId = await buy(memberId, 500);
    await transact((tx) => raiseTier(tx, { ...input(memberId), purchaseId }));
    expect(await tierOf(memberId)).toBe('general');
  });

  it('go back to what they were when the purchase that carried the rise is returned', async () => {
    const memberId = await newMember();
    const silver = await buy(memberId, 12_000);
    await transact((tx) => raiseTier(tx, { ...input(memberId), purchaseId: silver }));
    const gold = await buy(memberId, 20_000);
    await transact((tx) => raiseTier(tx, { ...input(memberId), purchaseId: gold }));
    expect(await tierOf(memberId)).toBe('gold');
    await giveBack(gold);
    await transact((tx) => withdrawRise(tx, input(memberId)));
    expect(await tierOf(memberId)).toBe('silver');
  });

  it('go back whichever of the purchases that made the sum is returned', async () => {
    const memberId = await newMember();
    const small = await buy(memberId, 1_000);
    const carrier = await buy(memberId, 9_500);
    await transact((tx) => raiseTier(tx, { ...input(memberId), purchaseId: carrier }));
    await giveBack(small);
    await transact((tx) => withdrawRise(tx, input(memberId)));
    expect(await tierOf(memberId)).toBe('general');
  });

  it.each([[[0, 1]], [[1, 0]]])('are as before when all is returned, in the order %j', async (order) => {
    const memberId = await newMember();
    const bought: number[] = [];
    for (const total of [12_000, 20_000]) {
      bought.push(await buy(memberId, total));
      await transact((tx) => raiseTier(tx, { ...input(memberId), purchaseId: bought.at(-1) as number }));
    }
    expect(await tierOf(memberId)).toBe('gold');
    const after: string[] = [];
    for (const nth of order) {
      await giveBack(bought[nth] as number);
      await transact((tx) => withdrawRise(tx, input(memberId)));
      after.push(await tierOf(memberId));
    }
    expect(after).toEqual(['silver', 'general']);
  });

  it('keep the day of their own review when a higher one that came later is taken back', async () => {
    const memberId = await newMember();
    const silver = await buy(memberId, 12_000);
    await transact((tx) => raiseTier(tx, { ...input(memberId), purchaseId: silver }));
    const later = new Date('2026-12-01T04:00:00Z');
    const gold = await buy(memberId, 20_000, '2026-12-01');
    await transact((tx) => raiseTier(tx, { ...input(memberId, later), purchaseId: gold }));
    await giveBack(gold);
    await transact((tx) => withdrawRise(tx, input(memberId, later)));
    const standing = await readTierStanding(db, memberId, later);
    expect([standing.tier.key, standing.reviewOn]).toEqual(['silver', '2027-11-21']);
  });

  it('lose nothing that was reached because earlier spending has aged since, and keep their review', async () => {
    const memberId = await newMember();
    await buy(memberId, 9_000, '2026-02-01');
    const carrier = await buy(memberId, 2_000);
    await transact((tx) => raiseTier(tx, { ...input(memberId), purchaseId: carrier }));
    const later = new Date('2027-05-01T04:00:00Z');
    const gold = await buy(memberId, 30_000, '2027-05-01');
    await transact((tx) => raiseTier(tx, { ...input(memberId, later), purchaseId: gold }));
    await giveBack(gold);
    await transact((tx) => withdrawRise(tx, input(memberId, later)));
    const standing = await readTierStanding(db, memberId, later);
    expect([standing.tier.key, standing.reviewOn, standing.netTwd]).toEqual(['silver', '2027-11-21', 2_000]);
  });

  it('rise once under two purchases at the same moment', async () => {
    const memberId = await newMember();
    const [a, b] = [await buy(memberId, 15_000), await buy(memberId, 16_000)];
    await Promise.all(
      [a, b].map((purchaseId) => transact((tx) => raiseTier(tx, { ...input(memberId), purchaseId }))),
    );
    const rows = await db
      .selectFrom('tier_memberships')
      .selectAll()
      .where('member_id', '=', memberId)
      .execute();
    expect(rows.filter((row) => row.until === null).map((row) => row.tier_key)).toEqual(['gold']);
  });

  it('are kept or fall at their review, once however often the job runs', async () => {
    const [keeps, falls] = [await newMember(), await newMember()];
    for (const memberId of [keeps, falls]) {
      const purchaseId = await buy(memberId, 12_000, '2026-11-21');
      await transact((tx) => raiseTier(tx, { ...input(memberId), purchaseId }));
    }
    await buy(keeps, 11_000, '2027-06-01');
    const later = new Date('2027-11-22T02:00:00Z');
    const job = () => reviewDueTiers(db, transact, { today: '2027-11-22', now: later });
    await job();
    await job();
    expect([await tierOf(keeps, later), await tierOf(falls, later)]).toEqual(['silver', 'general']);
  });

  it('are set in one stroke after an import, and nobody is told', async () => {
    const [silver, gold, none] = [await newMember(), await newMember(), await newMember()];
    await buy(silver, 10_000);
    await buy(gold, 45_000);
    await buy(none, 900);
    await assignTiers(db, { today: '2026-11-21', now });
    expect([await tierOf(silver), await tierOf(gold), await tierOf(none)]).toEqual([
      'silver',
      'gold',
      'general',
    ]);
    const facts = await sql`select 1 from facts where member_id in (${silver}, ${gold})`.execute(db);
    expect(facts.rows).toEqual([]);
  });
});
