import './tables.ts';
import type { Actor } from '#foundation/audit.ts';
import { brandPolicy } from '#foundation/brand.ts';
import { hashContent } from '#foundation/content-hash.ts';
import { sql, type Tx } from '#foundation/db.ts';
import { recordHistory } from '#foundation/facts.ts';
import { readPolicy } from '#foundation/policy.ts';
import {
  completeReturn,
  isAllBack,
  lineAmount,
  type PurchaseLine,
  type ReturnLine,
  type SoldLine,
  toLineRow,
} from './purchase-rules.ts';
import { purchaseRecorded, purchaseReturned } from './purchases-facts.ts';

/** A receipt of the past, with what came back of it. Amounts must fit as at the till's door. */
export type PastPurchase = {
  storeId: number;
  receiptNo: string;
  purchasedAt: Date;
  channel: 'store' | 'online';
  memberId: number | null;
  lines: readonly PurchaseLine[];
  totalTwd: number;
  back: { returnNo: string; returnedAt: Date; lines: readonly ReturnLine[] | 'all' } | null;
};

const chunk = 1000;

/**
 * Brings receipts of the past in sets. They earn no points, redeem nothing and trigger nothing; each leaves facts
 * marked as history. Receipts that are known already (store, number, business day) are left as they are.
 * @returns how many were new
 */
export async function importPurchases(
  tx: Tx,
  purchases: readonly PastPurchase[],
  by: { now: Date; actor: Actor; source: string },
): Promise<number> {
  const { zone } = await readPolicy(tx, brandPolicy, by.now);
  let count = 0;
  for (let at = 0; at < purchases.length; at += chunk) {
    const rows = purchases.slice(at, at + chunk).map(weigh);
    const made = await insertPurchases(tx, rows, zone);
    await insertLines(tx, made);
    await insertReturns(tx, made, zone);
    await recordFacts(tx, made, by);
    count += made.length;
  }
  return count;
}

type Weighed = ReturnType<typeof weigh>;
type Made = Weighed & { id: number; purchasedOn: string; isFirst: boolean };

/** What came back, line by line and in all. */
function weigh(past: PastPurchase) {
  const sold: SoldLine[] = past.lines.map((line) => ({
    lineNo: line.lineNo,
    quantity: line.quantity,
    amountTwd: lineAmount(line),
    returnedQuantity: 0,
    returnedTwd: 0,
  }));
  const back = past.back?.lines === 'all' ? completeReturn(sold, past.totalTwd) : (past.back?.lines ?? []);
  const returnedTwd = back.reduce((sum, line) => sum + line.amountTwd, 0);
  const isFull = past.back !== null && isAllBack(sold, back, { totalTwd: past.totalTwd, returnedTwd });
  return { past, back, returnedTwd, isFull };
}

async function insertPurchases(tx: Tx, rows: readonly Weighed[], zone: string): Promise<Made[]> {
  const told = rows.map(({ past, returnedTwd, isFull }, at) => ({
    at,
    store_id: past.storeId,
    receipt_no: past.receiptNo,
    purchased_at: past.purchasedAt,
    channel: past.channel,
    member_id: past.memberId,
    total_twd: past.totalTwd,
    returned_twd: returnedTwd,
    fully_returned_at: isFull ? past.back?.returnedAt : null,
    hash: hashContent(past).toString('hex'),
  }));
  const made = await sql<{ at: number; id: number; purchasedOn: string }>`
    with told as (
      select distinct on (store_id, receipt_no, purchased_on) * from (
        select r.*, (r.purchased_at at time zone ${zone})::date as purchased_on
        from jsonb_to_recordset(${JSON.stringify(told)}::jsonb) as r(
          at integer, store_id bigint, receipt_no text, purchased_at timestamptz, channel text, member_id bigint,
          total_twd integer, returned_twd integer, fully_returned_at timestamptz, hash text)
      ) r order by store_id, receipt_no, purchased_on, at
    ), made as (
      insert into purchases (store_id, receipt_no, purchased_on, purchased_at, channel, member_id, total_twd,
                             returned_twd, fully_returned_at, request_hash, is_history)
      select store_id, receipt_no, purchased_on, purchased_at, channel, member_id, total_twd,
             returned_twd, fully_returned_at, decode(hash, 'hex'), true
      from told order by purchased_at
      on conflict (store_id, receipt_no, purchased_on) do nothing
      returning id, store_id, receipt_no, purchased_on
    )
    select told.at, made.id, made.purchased_on as "purchasedOn"
    from made join told using (store_id, receipt_no, purchased_on)`.execute(tx);
  const members = [...new Set(rows.map((row) => row.past.memberId).filter((id) => id !== null))];
  const first = await sql<{ id: number }>`
    select distinct on (member_id) id from purchases where member_id = any(${members}::bigint[])
    order by member_id, purchased_at, id`.execute(tx);
  const firsts = new Set(first.rows.map((row) => row.id));
  return made.rows.map(({ at, id, purchasedOn }) => ({
    ...(rows[at] as Weighed),
    id,
    purchasedOn,
    isFirst: firsts.has(id),
  }));
}

async function insertLines(tx: Tx, made: readonly Made[]): Promise<void> {
  const lines = made.flatMap(({ id, past, back }) =>
    past.lines.map((line) => {
      const returned = back.find((each) => each.lineNo === line.lineNo);
      return {
        purchase_id: id,
        ...toLineRow(line),
        returned_quantity: returned?.quantity ?? 0,
        returned_twd: returned?.amountTwd ?? 0,
      };
    }),
  );
  await sql`
    insert into purchase_lines (purchase_id, line_no, sku, name, category, quantity, unit_price_twd, discount_twd,
                                amount_twd, returned_quantity, returned_twd)
    select * from jsonb_to_recordset(${JSON.stringify(lines)}::jsonb) as r(
      purchase_id bigint, line_no integer, sku text, name text, category text, quantity integer,
      unit_price_twd integer, discount_twd integer, amount_twd integer, returned_quantity integer,
      returned_twd integer)`.execute(tx);
}

async function insertReturns(tx: Tx, made: readonly Made[], zone: string): Promise<void> {
  const slips = made.flatMap(({ id, past, back, returnedTwd, isFull }) =>
    past.back === null
      ? []
      : [
          {
            purchase_id: id,
            store_id: past.storeId,
            return_no: past.back.returnNo,
            returned_at: past.back.returnedAt,
            amount_twd: returnedTwd,
            is_full: isFull,
            hash: hashContent(past.back).toString('hex'),
            lines: back,
          },
        ],
  );
  if (slips.length === 0) return;
  await sql`
    with told as (
      select * from jsonb_to_recordset(${JSON.stringify(slips)}::jsonb) as r(
        purchase_id bigint, store_id bigint, return_no text, returned_at timestamptz, amount_twd integer,
        is_full boolean, hash text, lines jsonb)
    ), made as (
      insert into purchase_returns (purchase_id, store_id, return_no, returned_on, returned_at, amount_twd, is_full,
                                    request_hash, is_history)
      select purchase_id, store_id, return_no, (returned_at at time zone ${zone})::date, returned_at, amount_twd,
             is_full, decode(hash, 'hex'), true
      from told
      returning id, purchase_id
    )
    insert into purchase_return_lines (return_id, line_no, quantity, amount_twd)
    select made.id, l."lineNo", l.quantity, l."amountTwd"
    from made join told using (purchase_id)
    cross join jsonb_to_recordset(told.lines) as l("lineNo" integer, quantity integer, "amountTwd" integer)`.execute(
    tx,
  );
}

async function recordFacts(
  tx: Tx,
  made: readonly Made[],
  by: { actor: Actor; source: string },
): Promise<void> {
  const bought = made.map(({ id, past, purchasedOn, returnedTwd, isFirst }) => ({
    memberId: past.memberId,
    occurredAt: past.purchasedAt,
    ...by,
    dedupeKey: String(id),
    data: {
      purchaseId: id,
      storeId: past.storeId,
      channel: past.channel,
      purchasedOn,
      totalTwd: past.totalTwd,
      netTwd: past.totalTwd - returnedTwd,
      pointsPaid: 0,
      isFirst: isFirst && past.memberId !== null,
    },
  }));
  await recordHistory(tx, purchaseRecorded, bought);
  const returns = await sql<{ id: number; purchaseId: number; returnedOn: string; at: Date }>`
    select id, purchase_id as "purchaseId", returned_on as "returnedOn", returned_at as at
    from purchase_returns where purchase_id = any(${made.map((row) => row.id)}::bigint[])`.execute(tx);
  const madeById = new Map(made.map((row) => [row.id, row]));
  const returned = returns.rows.map(({ id, purchaseId, returnedOn, at }) => {
    const { past, returnedTwd, isFull } = madeById.get(purchaseId) as Made;
    const data = {
      purchaseId,
      returnId: id,
      storeId: past.storeId,
      returnedOn,
      amountTwd: returnedTwd,
      netTwd: past.totalTwd - returnedTwd,
      isFull,
    };
    return { memberId: past.memberId, occurredAt: at, ...by, dedupeKey: String(id), data };
  });
  await recordHistory(tx, purchaseReturned, returned);
}
