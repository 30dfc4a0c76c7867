import { brandPolicy } from '#foundation/brand.ts';
import { addDays, dateInZone } from '#foundation/clock.ts';
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
    ...(await measureEverybody(db, dateInZone(at.now, zone))),
  };
}

/** Everybody whom a ranking would count: members, whoever was imported as one, and whoever bought within a year. */
async function measureEverybody(
  db: Db,
  today: string,
): Promise<{ memberCount: number; mostSpentTwd: number }> {
  const counted = await sql<{ memberCount: number; mostSpentTwd: number }>`
    with spent as (
      select member_id, sum(net_twd)::bigint as net, max(purchased_on) as last_on
      from purchases_published_purchases where member_id is not null group by 1
    )
    select count(*) filter (
             where m.joined_at is not null or m.imported_at is not null or s.last_on > ${addDays(today, -365)}
           ) as "memberCount", coalesce(max(s.net), 0) as "mostSpentTwd"
    from members_published_members m left join spent s on s.member_id = m.id`.execute(db);
  return counted.rows[0] ?? { memberCount: 0, mostSpentTwd: 0 };
}
