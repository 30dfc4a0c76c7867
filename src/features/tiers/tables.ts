import type { Generated } from 'kysely';

/**
 * `withdrawn`: a rise was taken back because the purchase that carried it was returned. `raised`: at a review, by
 * rules that had become kinder. `ranked_…`: by the month's ranking.
 */
export type TierReason =
  | 'joined'
  | 'risen'
  | 'withdrawn'
  | 'kept'
  | 'raised'
  | 'fallen'
  | 'imported'
  | 'ranked_up'
  | 'ranked_down';

export type TierMembershipsTable = {
  id: Generated<number>;
  member_id: number;
  tier_key: string;
  policy_version: number;
  reason: TierReason;
  cause_purchase_id: number | null;
  ranking_id: number | null;
  since: Date;
  review_on: string | null;
  /** By rank or score: the ranking that first found the member below this tier. */
  below_since: Generated<string | null>;
  until: Date | null;
};

export type TierRankingsTable = {
  id: Generated<number>;
  ranked_on: string;
  mode: 'percentile' | 'score';
  policy_version: number;
  member_count: number;
  ranked_at: Date;
  /** null while tiers are still being moved */
  applied_at: Date | null;
};

export type TierRankingCutsTable = {
  ranking_id: number;
  tier_key: string;
  cut_twd: number | null;
  min_score: number | null;
};

export type TierPlacesTable = {
  member_id: number;
  ranking_id: number;
  net_twd: number;
  purchase_count: number;
  active_days: number;
  place: number;
  score: number;
  tier_key: string;
};

export type TierNoticesTable = {
  membership_id: number;
  review_on: string;
  days_before: number;
  planned_at: Date;
};

export type TierGiftsTable = {
  gift_key: string;
  membership_id: number;
  coupon_key: string;
  claim_id: number | null;
  refused: string | null;
  given_at: Date;
};

declare module '#foundation/db.ts' {
  interface Database {
    tier_memberships: TierMembershipsTable;
    tier_rankings: TierRankingsTable;
    tier_ranking_cuts: TierRankingCutsTable;
    tier_places: TierPlacesTable;
    tier_notices: TierNoticesTable;
    tier_gifts: TierGiftsTable;
  }
}
