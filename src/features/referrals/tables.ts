import type { Generated } from 'kysely';
import type { Locale } from '#foundation/i18n.ts';
import type { FarmSign, SignEvidence } from './farms/farm-rules.ts';

export type ReferralsTable = {
  invitee_id: number;
  inviter_id: number;
  received_at: Date;
  bound_at: Date | null;
  first_purchase_id: number | null;
  state: 'received' | 'bound' | 'rewarded' | 'refused';
  refused_reason: 'late' | 'already_member' | 'ring' | 'inviter_gone' | 'own_code' | 'farm' | null;
  rewarded_at: Date | null;
  inviter_refused_reason: 'life_cap' | null;
};

export type ReferralCodesTable = { member_id: number; code: string; created_at: Date };

export type ReferralMilestonesTable = {
  id: Generated<number>;
  member_id: number;
  friends: number;
  reached_at: Date;
  title: Record<Locale, string>;
  coupon_key: string | null;
  claim_id: number | null;
};

export type ReferralSuspicionsTable = {
  id: Generated<number>;
  inviter_id: number;
  sign: FarmSign;
  evidence: SignEvidence;
  found_at: Date;
  state: Generated<'open' | 'released' | 'refused'>;
  decided_at: Date | null;
  reason: string | null;
};

export type ReferralSuspectedTiesTable = { suspicion_id: number; invitee_id: number };

declare module '#foundation/db.ts' {
  interface Database {
    referrals: ReferralsTable;
    referral_codes: ReferralCodesTable;
    referral_milestones: ReferralMilestonesTable;
    referral_suspicions: ReferralSuspicionsTable;
    referral_suspected_ties: ReferralSuspectedTiesTable;
  }
}
