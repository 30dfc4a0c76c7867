import { type ApiProblem, fieldConflict, fieldProblem } from '#foundation/http.ts';
import { neverHappens } from '#foundation/outcome.ts';
import type { RedeemClaimOutcome } from './redeem-claim.ts';

/** Why a coupon cannot be used, as the API says it. @param path the field that names the claim */
export function wordRedeemRefusal(
  path: string,
  reason: Exclude<RedeemClaimOutcome, { ok: true }>['reason'],
): ApiProblem {
  switch (reason) {
    case 'unknown_claim':
      return fieldProblem(path, reason, 'This member holds no such coupon');
    case 'already_redeemed':
      return fieldConflict(path, reason, 'This coupon was used before, for another receipt');
    case 'spending_held':
      return fieldConflict(
        path,
        reason,
        'The card was moved to another LINE account within 24 hours: no spending yet',
      );
    case 'spending_locked':
      return fieldConflict(path, reason, 'Spending is locked until the staff has spoken with the member');
    case 'void':
      return fieldProblem(path, reason, 'This coupon was made void');
    case 'ended':
      return fieldProblem(path, reason, 'This coupon has ended');
    case 'other_store':
      return fieldProblem(path, reason, 'This coupon is not for this store');
    case 'other_channel':
      return fieldProblem(path, reason, 'This coupon is not for this channel');
    case 'other_category':
      return fieldProblem(
        path,
        reason,
        'Nothing in this purchase is of the categories that the coupon is for',
      );
    case 'below_min_spend':
      return fieldProblem(path, reason, 'The purchase is below the minimum that the coupon asks for');
    default:
      return neverHappens(reason);
  }
}
