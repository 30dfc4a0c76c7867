import './tables.ts';
import { findOrCreateByPhone } from '#features/members/find-or-create-by-phone.ts';
import { findPerson } from '#features/members/find-person-reads.ts';
import type { Person } from '#features/members/person-reads.ts';
import { spendMemberCode } from '#features/members/spend-member-code.ts';
import { readStoreByCode, type Store } from '#features/stores/store-reads.ts';
import type { Actor } from '#foundation/audit.ts';
import { brandPolicy } from '#foundation/brand.ts';
import { addMs, dateInZone, wireClock } from '#foundation/clock.ts';
import { canonicalJson } from '#foundation/content-hash.ts';
import { sql, type Tx } from '#foundation/db.ts';
import { recordFact } from '#foundation/facts.ts';
import { type Refused, refuse } from '#foundation/outcome.ts';
import { readPolicy } from '#foundation/policy.ts';
import { type Secrets, sameBytes } from '#foundation/secrets.ts';
import { hasOtherPurchase } from './purchase-reads.ts';
import { type Receipt, toLineRow } from './purchase-rules.ts';
import { purchaseRecorded } from './purchases-facts.ts';
import { type SettleRefusal, settlePurchase } from './settle-purchase.ts';

/** What the till is told; the same for ever, however often it asks. */
export type PurchaseAnswer = {
  purchaseId: string;
  memberNo: string | null;
  points: { earned: number; availableOn: string | null; balance: number } | null;
};

export type PurchaseRefusal =
  | Refused<'unknown_store' | 'in_future' | 'other_content' | 'member_needed'>
  | Refused<'unknown_member' | 'bad_phone' | 'bad_code' | 'code_expired' | 'code_used'>
  | SettleRefusal;

const dayMs = 86_400_000;

/**
 * Records a receipt once per (store, number, business day): redeems its coupons, debits the points that paid,
 * gives the points it earns. A repeat gets the first answer, before any member code is looked at.
 * A refusal may come after writes: the door rolls the transaction back.
 */
export async function recordPurchase(
  tx: Tx,
  secrets: Secrets,
  receipt: Receipt,
  by: { now: Date; actor: Actor; source: string },
): Promise<{ ok: true; isNew: boolean; answer: PurchaseAnswer } | PurchaseRefusal> {
  const { now } = by;
  const store = await readStoreByCode(tx, receipt.storeCode);
  if (!store) return refuse('unknown_store');
  if (receipt.purchasedAt > addMs(now, dayMs)) return refuse('in_future');
  const { zone } = await readPolicy(tx, brandPolicy, now);
  const purchasedOn = dateInZone(receipt.purchasedAt, zone);
  const hash = secrets.lookup('purchase-content', canonicalJson(receipt));
  const known = await findRecorded(tx, store.storeId, receipt.receiptNo, purchasedOn);
  if (known)
    return sameBytes(known.hash, hash)
      ? { ok: true, isNew: false, answer: known.answer }
      : refuse('other_content');

  const who = await resolveMember(tx, secrets, receipt, by);
  if (!who.ok) return who;
  const { person } = who;
  const spends = receipt.pointsPaid > 0 || receipt.claimIds.length > 0;
  if (spends && !person) return refuse('member_needed');
  if (person)
    await sql`select pg_advisory_xact_lock(hashtextextended(${`buyer:${person.memberId}`}, 0))`.execute(tx);

  const purchaseId = await insertPurchase(tx, receipt, { store, person, purchasedOn, hash });
  const today = dateInZone(now, zone);
  const points = person
    ? await settlePurchase(tx, receipt, { ...by, store, person, purchaseId, purchasedOn, today })
    : null;
  if (points && !points.ok) return points;

  await recordFact(tx, purchaseRecorded, {
    memberId: person?.memberId ?? null,
    occurredAt: now,
    actor: by.actor,
    source: by.source,
    dedupeKey: String(purchaseId),
    data: {
      purchaseId,
      storeId: store.storeId,
      channel: receipt.channel,
      purchasedOn,
      totalTwd: receipt.totalTwd,
      netTwd: receipt.totalTwd,
      pointsPaid: receipt.pointsPaid,
      isFirst: person !== null && !(await hasOtherPurchase(tx, person.memberId, purchaseId)),
    },
  });
  const answer: PurchaseAnswer = {
    purchaseId: String(purchaseId),
    memberNo: person?.memberNo ?? null,
    points: points
      ? { earned: points.earned, availableOn: points.availableOn, balance: points.balance }
      : null,
  };
  await tx
    .updateTable('purchases')
    .set({ answer: JSON.stringify(answer) })
    .where('id', '=', purchaseId)
    .execute();
  return { ok: true, isNew: true, answer };
}

/** Simultaneous posts of one receipt wait for each other here. */
async function findRecorded(tx: Tx, storeId: number, receiptNo: string, purchasedOn: string) {
  const key = `receipt:${storeId}:${purchasedOn}:${receiptNo}`;
  await sql`select pg_advisory_xact_lock(hashtextextended(${key}, 0))`.execute(tx);
  const row = await tx
    .selectFrom('purchases')
    .select(['request_hash as hash', 'answer'])
    .where('store_id', '=', storeId)
    .where('receipt_no', '=', receiptNo)
    .where('purchased_on', '=', purchasedOn)
    .executeTakeFirst();
  return row ? { hash: row.hash, answer: row.answer as PurchaseAnswer } : null;
}

async function resolveMember(
  tx: Tx,
  secrets: Secrets,
  receipt: Receipt,
  by: { now: Date; actor: Actor; source: string },
): Promise<{ ok: true; person: Person | null } | PurchaseRefusal> {
  const { member } = receipt;
  if (member === null) return { ok: true, person: null };
  if ('phone' in member) return findOrCreateByPhone(tx, secrets, { ...by, phone: member.phone });
  const found = await findPerson(tx, secrets, member, wireClock.now());
  if (!found.ok) return found;
  const { person, codeNonce } = found;
  if (codeNonce !== null && !(await spendMemberCode(tx, { nonce: codeNonce, memberId: person.memberId }))) {
    return refuse('code_used');
  }
  return { ok: true, person };
}

async function insertPurchase(
  tx: Tx,
  receipt: Receipt,
  of: { store: Store; person: Person | null; purchasedOn: string; hash: Buffer },
): Promise<number> {
  const { id } = await tx
    .insertInto('purchases')
    .values({
      store_id: of.store.storeId,
      receipt_no: receipt.receiptNo,
      purchased_on: of.purchasedOn,
      purchased_at: receipt.purchasedAt,
      channel: receipt.channel,
      member_id: of.person?.memberId ?? null,
      total_twd: receipt.totalTwd,
      points_paid: receipt.pointsPaid,
      fully_returned_at: null,
      request_hash: of.hash,
      answer: null,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  await tx
    .insertInto('purchase_lines')
    .values(receipt.lines.map((line) => toLineRow(id, line)))
    .execute();
  return id;
}
