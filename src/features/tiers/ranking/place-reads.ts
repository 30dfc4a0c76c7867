import '../tables.ts';
import { type Db, sql } from '#foundation/db.ts';

/** Where a member stood in the last ranking that they took part in. */
export type MemberPlace = {
  rankedOn: string;
  memberCount: number;
  netTwd: number;
  purchases: number;
  activeDays: number;
  /** By net spend, 1 = the highest; equal spend, equal place. */
  place: number;
  /** 0 to 100; 0 in a ranking by percentile. */
  score: number;
  /** What the tier that was asked for took then; null where nobody's spend was enough, or none was asked for. */
  nextCutTwd: number | null;
};

/** @param nextKey the tier whose cut is wanted, most often the next one up */
export async function readPlace(
  db: Db,
  memberId: number,
  nextKey: string | null,
): Promise<MemberPlace | null> {
  const found = await sql<MemberPlace>`
    select r.ranked_on as "rankedOn", r.member_count as "memberCount", p.net_twd as "netTwd",
           p.purchase_count as purchases, p.active_days as "activeDays", p.place, p.score,
           c.cut_twd as "nextCutTwd"
    from tier_places p join tier_rankings r on r.id = p.ranking_id
    left join tier_ranking_cuts c on c.ranking_id = r.id and c.tier_key = ${nextKey}
    where p.member_id = ${memberId}`.execute(db);
  return found.rows[0] ?? null;
}
