import type { Generated } from 'kysely';

type PurchasesTable = {
  id: Generated<number>;
  store_id: number;
  receipt_no: string;
  purchased_on: string;
  purchased_at: Date;
  channel: 'store' | 'online';
  member_id: number | null;
  total_twd: number;
  points_paid: Generated<number>;
  returned_twd: Generated<number>;
  fully_returned_at: Date | null;
  request_hash: Buffer;
  content_hash: Buffer | null;
  answer: unknown;
  is_history: Generated<boolean>;
  recorded_at: Generated<Date>;
};

type PurchaseLinesTable = {
  purchase_id: number;
  line_no: number;
  sku: string;
  name: string;
  category: string;
  quantity: number;
  unit_price_twd: number;
  discount_twd: number;
  amount_twd: number;
  returned_quantity: Generated<number>;
  returned_twd: Generated<number>;
};

type PurchaseReturnsTable = {
  id: Generated<number>;
  purchase_id: number;
  store_id: number;
  return_no: string;
  returned_on: string;
  returned_at: Date;
  amount_twd: number;
  is_full: boolean;
  request_hash: Buffer;
  answer: unknown;
  is_history: Generated<boolean>;
  recorded_at: Generated<Date>;
};

type PurchaseReturnLinesTable = {
  return_id: number;
  line_no: number;
  quantity: number;
  amount_twd: number;
};

declare module '#foundation/db.ts' {
  interface Database {
    purchases: PurchasesTable;
    purchase_lines: PurchaseLinesTable;
    purchase_returns: PurchaseReturnsTable;
    purchase_return_lines: PurchaseReturnLinesTable;
  }
}
