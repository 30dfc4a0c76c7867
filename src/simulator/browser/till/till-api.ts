/** The brand's own API as any till would call it: `/api/v1` with a key, nothing of the simulator. */

import type { PageLanguage } from '../words/words.tsx';

export type MemberHint = { phone: string } | { memberNo: string } | { memberCode: string };

export type SaleLine = {
  lineNo: number;
  sku: string;
  name: string;
  category: string;
  quantity: number;
  unitPriceTwd: number;
  discountTwd: number;
};

export type Sale = {
  storeCode: string;
  receiptNo: string;
  purchasedAt: string;
  channel: 'store' | 'online';
  member: MemberHint | null;
  lines: SaleLine[];
  totalTwd: number;
  pointsPaid: number;
  claimIds: string[];
  couponCodes: string[];
};

export type SaleAnswer = {
  purchaseId: string;
  memberNo: string | null;
  points: {
    earned: number;
    availableOn: string | null;
    balance: number;
    /** Why there are more than the base rate gives. */
    bonuses: { text: Record<PageLanguage, string> }[];
  } | null;
};

export type FullReturn = {
  storeCode: string;
  purchaseStoreCode: string;
  receiptNo: string;
  purchasedOn: string;
  returnNo: string;
  returnedAt: string;
  full: true;
};

/** What a look-up says of tier, points and titles is shown as it comes, so nothing is promised about it. */
export type LookedUpCoupon = {
  claimId: string;
  title: unknown;
  endsOn?: unknown;
  reward?: { kind: string; amountTwd?: number; percent?: number; maxTwd?: number | null };
  minSpendTwd?: number;
  categories?: string[] | null;
};
export type LookedUpMember = { memberNo: string; tier: unknown; points: unknown; coupons: LookedUpCoupon[] };

/** The coupon behind a code, and whose it is. */
export type CheckedCode = LookedUpCoupon & {
  title: Partial<Record<string, string>>;
  endsOn: string;
  memberNo: string;
};

/** What is the matter with a field, or with the whole: the API's code for it, and its English sentence. */
export type Refused = { path: string; code: string; message: string };

/** A refusal of the API: its status and what it names, one thing at least. `status` 0 means that nobody answered. */
export class TillRefusal extends Error {
  readonly status: number;
  readonly reasons: Refused[];

  constructor(status: number, reasons: Refused[]) {
    super(`The API answered ${status}`);
    this.status = status;
    this.reasons = reasons;
  }
}

type ErrorBody = { error?: Partial<Refused> & { fields?: Partial<Refused>[] } };

async function post<T>(apiKey: string, path: string, body: unknown, isLookUp = false): Promise<T> {
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    authorization: `Bearer ${apiKey}`,
  };
  if (!isLookUp) headers['idempotency-key'] = crypto.randomUUID();
  const response = await fetch(`/api/v1/${path}`, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
  }).catch(() => {
    throw new TillRefusal(0, []);
  });
  const answer: unknown = await response.json().catch(() => null);
  if (response.ok) return answer as T;
  const error = (answer as ErrorBody | null)?.error;
  const named = error?.fields?.length ? error.fields : [{ ...error }];
  const reasons = named.map(({ path = '', code = '', message = response.statusText }) => ({
    path,
    code,
    message,
  }));
  throw new TillRefusal(response.status, reasons);
}

export const tillApi = {
  sell: (apiKey: string, sale: Sale) => post<SaleAnswer>(apiKey, 'purchases', sale),
  takeBack: (apiKey: string, fullReturn: FullReturn) => post<unknown>(apiKey, 'returns', fullReturn),
  lookUp: (apiKey: string, member: MemberHint) =>
    post<LookedUpMember>(apiKey, 'members/lookup', member, true),
  checkCode: (apiKey: string, asked: { code: string; storeCode: string }) =>
    post<CheckedCode>(apiKey, 'coupon-codes/check', asked, true),
  redeem: (
    apiKey: string,
    redemption: { memberNo: string; claimId: string; storeCode: string; receiptNo: string },
  ) => post<unknown>(apiKey, 'coupon-redemptions', redemption),
};
