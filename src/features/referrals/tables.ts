export type ReferralsTable = {
  invitee_id: number;
  inviter_id: number;
  received_at: Date;
  bound_at: Date | null;
  first_purchase_id: number | null;
  state: 'received' | 'bound' | 'rewarded' | 'refused';
  refused_reason: 'late' | 'already_member' | 'ring' | 'inviter_gone' | 'own_code' | null;
  rewarded_at: Date | null;
};

export type ReferralCodesTable = { member_id: number; code: string; created_at: Date };

declare module '#foundation/db.ts' {
  interface Database {
    referrals: ReferralsTable;
    referral_codes: ReferralCodesTable;
  }
}
