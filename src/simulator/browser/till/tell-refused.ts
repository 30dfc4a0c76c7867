import type { PageWords } from '../words/page-words.ts';
import type { Refused } from './till-api.ts';

/** What the page calls a field of the API, or null where it has none of that name. */
function labelOf(path: string, { till, clock }: PageWords): string | null {
  const name = path.split('.').findLast((part) => !/^\d+$/.test(part)) ?? '';
  const labels: Record<string, string> = {
    storeCode: till.store,
    purchaseStoreCode: till.store,
    member: till.member,
    phone: till.memberBy.phone,
    memberNo: till.memberBy.memberNo,
    memberCode: till.memberBy.memberCode,
    claimIds: till.coupons,
    claimId: till.coupons,
    couponCodes: till.couponCode,
    code: till.couponCode,
    unitPriceTwd: till.unitPrice,
    quantity: till.quantity,
    discountTwd: till.discount,
    pointsPaid: till.pointsPaid,
    totalTwd: till.total,
    receiptNo: till.receipt,
    returnNo: till.receipt,
    purchasedAt: clock.title,
    returnedAt: clock.title,
  };
  return labels[name] ?? null;
}

/** What the API refused, in the words of the page: which field, what is the matter, and what to do. */
export function tellRefused({ path, code, message }: Refused, words: PageWords): string {
  const reasons: Record<string, string> = words.till.reasons;
  const [held] = /\d+/.exec(message) ?? [];
  const reason =
    code === 'too_few_points' && held
      ? words.till.fewerPoints(Number(held).toLocaleString('en'))
      : (reasons[code] ?? words.till.otherReason);
  const label = labelOf(path, words);
  return label === null ? reason : words.till.aboutField(label, reason);
}
