import { brandPolicy } from '#foundation/brand.ts';
import { dateInZone } from '#foundation/clock.ts';
import { type Db, sql } from '#foundation/db.ts';
import { readPolicy } from '#foundation/policy.ts';
import { readCouponTitles } from '../../coupons/coupon-reads.ts';
import { readStoreNamesByCode } from '../../stores/store-reads.ts';
import type { Surroundings } from './finding-rules.ts';

/** What rules that would come into force at `effectiveFrom` stand among now. */
export async function readLintSurroundings(
  db: Db,
  at: { now: Date; effectiveFrom: Date },
): Promise<Surroundings> {
  const { zone } = await readPolicy(db, brandPolicy, at.now);
  return {
    effectiveOn: dateInZone(at.effectiveFrom, zone),
    couponKeys: new Set((await readCouponTitles(db)).keys()),
    storeCodes: new Set((await readStoreNamesByCode(db)).keys()),
    memberCount: await countMembers(db),
  };
}

async function countMembers(db: Db): Promise<number> {
  const counted = await sql<{ count: number }>`
    select count(*) as count from members_published_members where joined_at is not null`.execute(db);
  return counted.rows[0]?.count ?? 0;
}
