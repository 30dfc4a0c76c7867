import type { ColumnType, Generated } from 'kysely';
import type { CouponText, RewardKind } from './coupon-rules.ts';

type Json<T> = ColumnType<T, string, string>;

export type CouponsTable = {
  id: Generated<number>;
  key: string;
  title: Json<CouponText>;
  reward_kind: RewardKind;
  amount_off_twd: number | null;
  percent_off: number | null;
  percent_off_max_twd: number | null;
  gift_name: Json<CouponText> | null;
  min_spend_twd: Generated<number>;
  store_codes: string[] | null;
  categories: string[] | null;
  channels: ('store' | 'online')[] | null;
  tier_keys: string[] | null;
  audience_keys: string[] | null;
  is_claimable: boolean;
  points_price: number | null;
  claim_from: Date | null;
  claim_until: Date | null;
  valid_days: number | null;
  valid_until: string | null;
  quota: number | null;
  claimed_count: Generated<number>;
  per_member: Generated<number>;
  created_at: Date;
  withdrawn_at: Date | null;
};

export type CouponClaimsTable = {
  id: Generated<number>;
  coupon_id: number;
  member_id: number;
  seq: number;
  issue_key: string;
  state: Generated<'held' | 'redeemed' | 'ended' | 'void'>;
  claimed_at: Date;
  points_paid: number | null;
  ends_on: string;
  redeemed_at: Date | null;
  redeemed_store_id: number | null;
  redeemed_receipt_no: string | null;
  redeemed_purchase_id: number | null;
  redeem_key: string | null;
  voided_at: Date | null;
  void_reason: string | null;
};

export type CouponRedemptionsTable = {
  id: Generated<number>;
  claim_id: number;
  store_id: number;
  receipt_no: string;
  receipt_on: string;
  purchase_id: number | null;
  redeemed_at: Date;
  actor_kind: string;
  actor_id: string;
  undone_at: Date | null;
  undone_reason: string | null;
};

type CouponCodesTable = {
  claim_id: number;
  kind: 'counter' | 'online';
  code_hmac: Buffer;
  made_at: Date;
  expires_at: Date | null;
  spent_at: Date | null;
};

type CouponCodeTriesTable = {
  id: Generated<number>;
  caller: string;
  member_id: number | null;
  tried_at: Date;
};

export type CouponOnceKeysTable = { purpose: string; holder: string; given_at: Date };

declare module '#foundation/db.ts' {
  interface Database {
    coupons: CouponsTable;
    coupon_claims: CouponClaimsTable;
    coupon_redemptions: CouponRedemptionsTable;
    coupon_codes: CouponCodesTable;
    coupon_code_tries: CouponCodeTriesTable;
    coupon_once_keys: CouponOnceKeysTable;
  }
}
