import type { Generated } from 'kysely';

/** `withdrawn`: a rise was taken back because the purchase that carried it was returned. */
export type TierReason = 'joined' | 'risen' | 'withdrawn' | 'kept' | 'fallen' | 'imported';

export type TierMembershipsTable = {
  id: Generated<number>;
  member_id: number;
  tier_key: string;
  policy_version: number;
  reason: TierReason;
  cause_purchase_id: number | null;
  since: Date;
  review_on: string | null;
  until: Date | null;
};

declare module '#foundation/db.ts' {
  interface Database {
    tier_memberships: TierMembershipsTable;
  }
}
