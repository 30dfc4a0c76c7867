import { campaignProofs } from './features/campaigns/campaigns-audit-reads.ts';
import { couponProofs } from './features/coupons/coupons-audit-reads.ts';
import { thanksProofs } from './features/flows/thanks/thanks-audit-reads.ts';
import { activityProofs } from './features/points/activities/activities-audit-reads.ts';
import { pointsCauseProofs } from './features/points/proof/causes-audit-reads.ts';
import { ledgerProofs } from './features/points/proof/ledger-audit-reads.ts';
import { purchaseProofs } from './features/purchases/purchases-audit-reads.ts';
import { referralProofs } from './features/referrals/referrals-audit-reads.ts';
import { earnPercentProofs } from './features/tiers/earn-percent-audit-reads.ts';
import { tierProofs } from './features/tiers/tiers-audit-reads.ts';
import type { Proof } from './foundation/prove.ts';

/** Every proof of what members hold, from the sums to the causes: `npm run audit` and the night ask all of them. */
export const proofs: readonly Proof[] = [
  ...ledgerProofs,
  ...pointsCauseProofs,
  ...activityProofs,
  ...purchaseProofs,
  ...couponProofs,
  ...tierProofs,
  ...earnPercentProofs,
  ...referralProofs,
  ...thanksProofs,
  ...campaignProofs,
];
