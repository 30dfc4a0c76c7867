import './tables.ts';
import { undoRedemption } from '#features/coupons/undo-redemption.ts';
import { readPerson } from '#features/members/person-reads.ts';
import { readPoints } from '#features/points/points-reads.ts';
import { settleReturnPoints } from '#features/points/settle-return-points.ts';
import { readStoreByCode } from '#features/stores/store-reads.ts';
import type { Actor } from '#foundation/audit.ts';
import { brandPolicy } from '#foundation/brand.ts';
import { addMs, dateInZone } from '#foundation/clock.ts';
import { hashContent } from '#foundation/content-hash.ts';
import { sql, type Tx } from '#foundation/db.ts';
import { recordFact } from '#foundation/facts.ts';
import { type Refused, refuse } from '#foundation/outcome.ts';
import { readPolicy } from '#foundation/policy.ts';
import { sameBytes } from '#foundation/secrets.ts';
import { readSoldLines } from './purchase-reads.ts';
import {
  checkReturnLines,
  completeReturn,
  isAllBack,
  type ReturnLine,
  type ReturnProblem,
} from './purchase-rules.ts';
import { purchaseReturned } from './purchases-facts.ts';

/** A return slip as the till tells it. */
export type ReturnSlip = {
  storeCode: string;
  purchaseStoreCode: string;
  receiptNo: string;
  /** The purchase's business day. */
  purchasedOn: string;
  returnNo: string;
  returnedAt: Date;
  /** What came back, or everything that is left. */
  lines: readonly ReturnLine[] | 'all';
};

export type ReturnAnswer = {
  returnId: string;
  purchaseId: string;
  amountTwd: number;
  isFull: boolean;
  memberNo: string | null;
  /** `takenBack`: earned points that went; `paidBack`: paid points that came back; `debt`: still to be settled. */
  points: { takenBack: number; paidBack: number; balance: number; debt: number } | null;
  /** Coupons that are in the member's hand again. */
  claimIds: string[];
};

export type ReturnRefusal =
  | Refused<'unknown_store' | 'unknown_purchase_store' | 'unknown_purchase' | 'in_future' | 'before_purchase'>
  | Refused<'other_content' | 'all_returned'>
  | Refused<'bad_lines', { problem: ReturnProblem }>;

const dayMs = 86_400_000;

/**
 * Records a return once per (store, return number, business day): points are settled, and where nothing of the
 * purchase is left, its coupons go back into the member's hand. A refusal may come after writes: the door rolls
 * the transaction back.
 */
export async function recordReturn(
  tx: Tx,
  slip: ReturnSlip,
  by: { now: Date; actor: Actor; source: string },
): Promise<{ ok: true; isNew: boolean; answer: ReturnAnswer } | ReturnRefusal> {
  const { now } = by;
  const store = await readStoreByCode(tx, slip.storeCode);
  if (!store) return refuse('unknown_store');
  const purchaseStore = await readStoreByCode(tx, slip.purchaseStoreCode);
  if (!purchaseStore) return refuse('unknown_purchase_store');
  if (slip.returnedAt > addMs(now, dayMs)) return refuse('in_future');
  const { zone } = await readPolicy(tx, brandPolicy, now);
  const returnedOn = dateInZone(slip.returnedAt, zone);
  const hash = hashContent(slip);
  const known = await findRecorded(tx, store.storeId, slip.returnNo, returnedOn);
  if (known)
    return sameBytes(known.hash, hash)
      ? { ok: true, isNew: false, answer: known.answer }
      : refuse('other_content');

  const purchase = await lockPurchase(tx, purchaseStore.storeId, slip);
  if (!purchase) return refuse('unknown_purchase');
  if (returnedOn < slip.purchasedOn) return refuse('before_purchase');
  if (purchase.fully_returned_at) return refuse('all_returned');
  const sold = await readSoldLines(tx, purchase.id);
  const leftTwd = purchase.total_twd - purchase.returned_twd;
  const wrong = slip.lines === 'all' ? null : checkReturnLines(sold, slip.lines, leftTwd);
  if (wrong) return refuse('bad_lines', { problem: wrong });
  const lines = slip.lines === 'all' ? completeReturn(sold, leftTwd) : slip.lines;
  const amountTwd = lines.reduce((sum, line) => sum + line.amountTwd, 0);
  const returnedTwd = purchase.returned_twd + amountTwd;
  const isFull = isAllBack(sold, lines, { totalTwd: purchase.total_twd, returnedTwd });

  const returnId = await insertReturn(tx, slip, {
    storeId: store.storeId,
    purchaseId: purchase.id,
    returnedOn,
    amountTwd,
    isFull,
    hash,
    lines,
  });
  await tx
    .updateTable('purchases')
    .set({ returned_twd: returnedTwd, ...(isFull && { fully_returned_at: slip.returnedAt }) })
    .where('id', '=', purchase.id)
    .execute();

  const today = dateInZone(now, zone);
  const undone = isFull
    ? await undoRedemption(tx, {
        of: {
          purchaseId: purchase.id,
          memberId: purchase.member_id,
          storeId: purchaseStore.storeId,
          receiptNo: slip.receiptNo,
          receiptOn: slip.purchasedOn,
          at: purchase.purchased_at,
        },
        reason: 'returned',
        now,
        today,
        actor: by.actor,
        source: by.source,
      })
    : null;
  const person = purchase.member_id === null ? null : await readPerson(tx, purchase.member_id);
  const points = person
    ? await settleReturnPoints(tx, {
        purchaseId: purchase.id,
        returnId,
        memberId: person.memberId,
        storeId: store.storeId,
        totalTwd: purchase.total_twd,
        pointsPaid: purchase.points_paid,
        returnedBeforeTwd: purchase.returned_twd,
        returnedTwd,
        isFull,
        now,
        actor: by.actor,
      })
    : null;
  await recordFact(tx, purchaseReturned, {
    memberId: person?.memberId ?? null,
    occurredAt: now,
    actor: by.actor,
    source: by.source,
    dedupeKey: String(returnId),
    data: {
      purchaseId: purchase.id,
      returnId,
      storeId: store.storeId,
      returnedOn,
      amountTwd,
      netTwd: purchase.total_twd - returnedTwd,
      isFull,
    },
  });
  const held = person && points ? await readPoints(tx, person.memberId, today) : null;
  const answer: ReturnAnswer = {
    returnId: String(returnId),
    purchaseId: String(purchase.id),
    amountTwd,
    isFull,
    memberNo: person?.memberNo ?? null,
    points: points && held ? { ...points, balance: held.active, debt: held.debt } : null,
    claimIds: undone?.ok ? undone.undone.map((use) => String(use.claimId)) : [],
  };
  await tx
    .updateTable('purchase_returns')
    .set({ answer: JSON.stringify(answer) })
    .where('id', '=', returnId)
    .execute();
  return { ok: true, isNew: true, answer };
}

async function findRecorded(tx: Tx, storeId: number, returnNo: string, returnedOn: string) {
  const key = `return:${storeId}:${returnedOn}:${returnNo}`;
  await sql`select pg_advisory_xact_lock(hashtextextended(${key}, 0))`.execute(tx);
  const row = await tx
    .selectFrom('purchase_returns')
    .select(['request_hash as hash', 'answer'])
    .where('store_id', '=', storeId)
    .where('return_no', '=', returnNo)
    .where('returned_on', '=', returnedOn)
    .executeTakeFirst();
  return row ? { hash: row.hash, answer: row.answer as ReturnAnswer } : null;
}

/** Two returns of one purchase stand in line here. */
async function lockPurchase(tx: Tx, storeId: number, slip: ReturnSlip) {
  return tx
    .selectFrom('purchases')
    .select([
      'id',
      'member_id',
      'purchased_at',
      'total_twd',
      'points_paid',
      'returned_twd',
      'fully_returned_at',
    ])
    .where('store_id', '=', storeId)
    .where('receipt_no', '=', slip.receiptNo)
    .where('purchased_on', '=', slip.purchasedOn)
    .forUpdate()
    .executeTakeFirst();
}

async function insertReturn(
  tx: Tx,
  slip: ReturnSlip,
  of: {
    storeId: number;
    purchaseId: number;
    returnedOn: string;
    amountTwd: number;
    isFull: boolean;
    hash: Buffer;
    lines: readonly ReturnLine[];
  },
): Promise<number> {
  const { id } = await tx
    .insertInto('purchase_returns')
    .values({
      purchase_id: of.purchaseId,
      store_id: of.storeId,
      return_no: slip.returnNo,
      returned_on: of.returnedOn,
      returned_at: slip.returnedAt,
      amount_twd: of.amountTwd,
      is_full: of.isFull,
      request_hash: of.hash,
      answer: null,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  for (const line of of.lines) {
    await tx
      .insertInto('purchase_return_lines')
      .values({ return_id: id, line_no: line.lineNo, quantity: line.quantity, amount_twd: line.amountTwd })
      .execute();
    await tx
      .updateTable('purchase_lines')
      .set((of) => ({
        returned_quantity: of('returned_quantity', '+', line.quantity),
        returned_twd: of('returned_twd', '+', line.amountTwd),
      }))
      .where('purchase_id', '=', of.purchaseId)
      .where('line_no', '=', line.lineNo)
      .execute();
  }
  return id;
}
