import type { LookedUpCoupon, MemberHint, SaleLine } from './till-api.ts';

export type MemberBy = 'none' | 'phone' | 'memberNo' | 'memberCode';

/** A line as it is typed: numbers are still text. */
export type TypedLine = { id: number; category: string; unitPrice: string; quantity: string };

export type KeptReceipt = {
  storeCode: string;
  receiptNo: string;
  purchasedAt: string;
  totalTwd: number;
  memberNo: string | null;
  isReturned: boolean;
};

/** Whole number of a field; what is no number counts as nothing. */
export function wholeNumber(text: string): number {
  const value = Number.parseInt(text, 10);
  return Number.isFinite(value) && value > 0 ? value : 0;
}

export function memberHint(by: MemberBy, value: string): MemberHint | null {
  const typed = value.trim();
  switch (by) {
    case 'none':
      return null;
    case 'phone':
      return { phone: typed };
    case 'memberNo':
      return { memberNo: typed };
    case 'memberCode':
      return { memberCode: typed };
  }
}

/** The typed lines as the API takes them; the discount is laid on them from the first on. */
export function saleLines(typed: TypedLine[], discountTwd: number): SaleLine[] {
  let left = discountTwd;
  return typed.map((line, index) => {
    const quantity = Math.max(1, wholeNumber(line.quantity));
    const unitPriceTwd = wholeNumber(line.unitPrice);
    const taken = Math.min(left, quantity * unitPriceTwd);
    left -= taken;
    return {
      lineNo: index + 1,
      sku: `DEMO-${line.category}`,
      name: line.category,
      category: line.category,
      quantity,
      unitPriceTwd,
      discountTwd: taken,
    };
  });
}

export function saleTotal(lines: SaleLine[]): number {
  return lines.reduce((sum, line) => sum + line.quantity * line.unitPriceTwd - line.discountTwd, 0);
}

/** What the chosen coupons take off these lines, in NT$; what does not fit is left to the API to refuse. */
export function couponDiscount(coupons: LookedUpCoupon[], typed: TypedLine[]): number {
  return coupons.reduce((sum, coupon) => sum + worth(coupon, typed), 0);
}

function worth({ reward, categories, minSpendTwd = 0 }: LookedUpCoupon, typed: TypedLine[]): number {
  const lines = saleLines(typed, 0).filter((line) => !categories || categories.includes(line.category));
  const spent = saleTotal(lines);
  if (!reward || spent < minSpendTwd) return 0;
  if (reward.kind === 'amount_off') return Math.min(reward.amountTwd ?? 0, spent);
  if (reward.kind !== 'percent_off') return 0;
  return Math.min(Math.floor((spent * (reward.percent ?? 0)) / 100), reward.maxTwd ?? spent);
}

/** A fresh number in the shape of a Taiwanese invoice: two letters, eight digits. */
export function freshReceiptNo(letters: 'SK' | 'RT'): string {
  const [random = 0] = crypto.getRandomValues(new Uint32Array(1));
  return `${letters}${String(random % 100_000_000).padStart(8, '0')}`;
}

const storageKey = 'shuke-simulator-receipts';
const keptReceipts = 6;

export function readReceipts(): KeptReceipt[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(storageKey) ?? '[]');
    return Array.isArray(kept) ? (kept as KeptReceipt[]) : [];
  } catch {
    return [];
  }
}

/** Keeps the newest few over a reload of the page, and gives back what it kept. */
export function keepReceipts(receipts: KeptReceipt[]): KeptReceipt[] {
  const kept = receipts.slice(0, keptReceipts);
  localStorage.setItem(storageKey, JSON.stringify(kept));
  return kept;
}
