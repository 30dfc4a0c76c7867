import './tables.ts';
import type { Db, Tx } from '#foundation/db.ts';
import type { SoldLine } from './purchase-rules.ts';

export function readSoldLines(db: Db | Tx, purchaseId: number): Promise<SoldLine[]> {
  return db
    .selectFrom('purchase_lines')
    .select([
      'line_no as lineNo',
      'quantity',
      'amount_twd as amountTwd',
      'returned_quantity as returnedQuantity',
      'returned_twd as returnedTwd',
    ])
    .where('purchase_id', '=', purchaseId)
    .orderBy('line_no')
    .execute();
}
