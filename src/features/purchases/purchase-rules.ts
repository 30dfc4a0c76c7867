import { z } from 'zod';
import type { FoundBy } from '#features/members/find-person-reads.ts';
import { declarePolicy } from '#foundation/policy.ts';

/** Within how many days goods can be brought back; what the chat says of returns. */
export const returnsPolicy = declarePolicy(
  'returns',
  z.object({ storeDays: z.int().min(0), onlineDays: z.int().min(0) }),
);

export type PurchaseLine = {
  lineNo: number;
  sku: string;
  name: string;
  category: string;
  quantity: number;
  unitPriceTwd: number;
  discountTwd: number;
};

/** A receipt as the till tells it; amounts were checked at the door (`purchaseBody`). */
export type Receipt = {
  storeCode: string;
  receiptNo: string;
  purchasedAt: Date;
  channel: 'store' | 'online';
  member: FoundBy | null;
  lines: readonly PurchaseLine[];
  totalTwd: number;
  pointsPaid: number;
  claimIds: readonly number[];
  /** Codes of coupons in place of their claims; left out where there are none. */
  couponCodes?: readonly string[];
};

/** What a line costs after its own discount. */
export const lineAmount = (line: Pick<PurchaseLine, 'quantity' | 'unitPriceTwd' | 'discountTwd'>): number =>
  line.quantity * line.unitPriceTwd - line.discountTwd;

/** A line as it stands in the table, but for its purchase. */
export const toLineRow = (line: PurchaseLine) => ({
  line_no: line.lineNo,
  sku: line.sku,
  name: line.name,
  category: line.category,
  quantity: line.quantity,
  unit_price_twd: line.unitPriceTwd,
  discount_twd: line.discountTwd,
  amount_twd: lineAmount(line),
});

/** What the lines cost together; the total may be less, never more. */
export const sumLines = (lines: readonly PurchaseLine[]): number =>
  lines.reduce((sum, line) => sum + lineAmount(line), 0);

/** What is known of a line that is in the customer's hands or came back. */
export type SoldLine = {
  lineNo: number;
  quantity: number;
  amountTwd: number;
  returnedQuantity: number;
  returnedTwd: number;
};
export type ReturnLine = { lineNo: number; quantity: number; amountTwd: number };

export type ReturnProblem = {
  at: { line: number; field: 'lineNo' | 'quantity' | 'amountTwd' } | 'lines';
  reason: 'unknown_line' | 'more_than_bought' | 'more_than_paid';
};

/** The first thing that is wrong with a partial return, or null. `leftTwd`: what has not come back of the total. */
export function checkReturnLines(
  sold: readonly SoldLine[],
  lines: readonly ReturnLine[],
  leftTwd: number,
): ReturnProblem | null {
  for (const [line, back] of lines.entries()) {
    const of = sold.find((each) => each.lineNo === back.lineNo);
    if (!of) return { at: { line, field: 'lineNo' }, reason: 'unknown_line' };
    if (back.quantity > of.quantity - of.returnedQuantity) {
      return { at: { line, field: 'quantity' }, reason: 'more_than_bought' };
    }
    if (back.amountTwd > of.amountTwd - of.returnedTwd) {
      return { at: { line, field: 'amountTwd' }, reason: 'more_than_paid' };
    }
  }
  const amount = lines.reduce((sum, back) => sum + back.amountTwd, 0);
  return amount > leftTwd ? { at: 'lines', reason: 'more_than_paid' } : null;
}

/** Everything that has not come back yet. Where the total was below the sum of the lines, the last lines bear it. */
export function completeReturn(sold: readonly SoldLine[], leftTwd: number): ReturnLine[] {
  let left = leftTwd;
  const lines = [];
  for (const of of sold) {
    const amountTwd = Math.min(left, of.amountTwd - of.returnedTwd);
    const quantity = of.quantity - of.returnedQuantity;
    left -= amountTwd;
    if (quantity > 0 || amountTwd > 0) lines.push({ lineNo: of.lineNo, quantity, amountTwd });
  }
  return lines;
}

/** Whether nothing of a purchase is left: all goods are back, or all of its money. */
export function isAllBack(
  sold: readonly SoldLine[],
  lines: readonly ReturnLine[],
  money: { totalTwd: number; returnedTwd: number },
): boolean {
  if (money.totalTwd > 0 && money.returnedTwd === money.totalTwd) return true;
  return sold.every((of) => {
    const back = lines.find((line) => line.lineNo === of.lineNo)?.quantity ?? 0;
    return of.returnedQuantity + back === of.quantity;
  });
}
