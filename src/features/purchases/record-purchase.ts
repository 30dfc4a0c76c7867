import './tables.ts';
import { findOrCreateByPhone } from '#features/members/find-or-create-by-phone.ts';
import { type FindPersonOutcome, findPerson, recognisePerson } from '#features/members/find-person-reads.ts';
import type { Person } from '#features/members/person-reads.ts';
import { spendMemberCode } from '#features/members/spend-member-code.ts';
import { readStoreByCode, type Store } from '#features/stores/store-reads.ts';
import type { Actor } from '#foundation/audit.ts';
import { brandPolicy } from '#foundation/brand.ts';
import { addMs, dateInZone, wireClock } from '#foundation/clock.ts';
import { canonicalJson } from '#foundation/content-hash.ts';
import { inOneGo, sql, type Tx, together } from '#foundation/db.ts';
import { recordFact } from '#foundation/facts.ts';
import { type Refused, refuse } from '#foundation/outcome.ts';
import { loadPolicies, readPolicy } from '#foundation/policy.ts';
import { type Secrets, sameBytes } from '#foundation/secrets.ts';
import { type PurchaseAnswer, readAnswer, toldPoints } from './purchase-answer-rules.ts';
import { type Receipt, toLineRow } from './purchase-rules.ts';
import { purchaseRecorded } from './purchases-facts.ts';
import { type EarnPercentOf, type SettleRefusal, settlePurchase } from './settle-purchase.ts';

export type PurchaseRefusal =
  | Refused<'unknown_store' | 'in_future' | 'other_content' | 'member_needed'>
  | Refused<'unknown_member' | 'bad_phone' | 'bad_code' | 'code_expired' | 'code_used'>
  | SettleRefusal;

const dayMs = 86_400_000;

/**
 * Records a receipt once per (store, number, business day): redeems its coupons, debits the points that paid,
 * gives the points it earns. A repeat gets the first answer, and no member code is spent by it.
 * A refusal may come after writes: the door rolls the transaction back.
 */
export async function recordPurchase(
  tx: Tx,
  secrets: Secrets,
  receipt: Receipt,
  by: { now: Date; actor: Actor; source: string; earnPercentOf: EarnPercentOf },
): Promise<{ ok: true; isNew: boolean; answer: PurchaseAnswer } | PurchaseRefusal> {
  const { now } = by;
  const [store] = await together(
    readStoreByCode(tx, receipt.storeCode),
    loadPolicies(tx, [now, receipt.purchasedAt]),
  );
  if (!store) return refuse('unknown_store');
  if (receipt.purchasedAt > addMs(now, dayMs)) return refuse('in_future');
  const { zone } = await readPolicy(tx, brandPolicy, now);
  const purchasedOn = dateInZone(receipt.purchasedAt, zone);
  const hashes = hashReceipt(secrets, receipt);
  const { member } = receipt;
  const [known, found] = await together(
    findRecorded(tx, store.storeId, receipt.receiptNo, purchasedOn),
    member && !('phone' in member) ? findPerson(tx, secrets, member, wireClock.now()) : null,
  );
  if (known)
    return known.answer && (await isRepeat(tx, secrets, known, receipt, hashes))
      ? { ok: true, isNew: false, answer: known.answer }
      : refuse('other_content');

  const who = await resolveMember(tx, secrets, { member, found }, by);
  if (!who.ok) return who;
  const { person } = who;
  const spends = receipt.pointsPaid > 0 || receipt.claimIds.length > 0 || receipt.couponCodes !== undefined;
  if (spends && !person) return refuse('member_needed');
  const [, { purchaseId, isFirst }, tierPercent] = await together(
    person && lockBuyer(tx, person.memberId),
    insertPurchase(tx, receipt, { store, person, purchasedOn, hashes }),
    person ? by.earnPercentOf(tx, { memberId: person.memberId, at: receipt.purchasedAt }) : 0,
  );
  const today = dateInZone(now, zone);
  const settling = { ...by, store, purchaseId, purchasedOn, today, tierPercent };
  const points = person ? await settlePurchase(tx, secrets, receipt, { ...settling, person }) : null;
  if (points && !points.ok) return points;

  const answer: PurchaseAnswer = {
    purchaseId: String(purchaseId),
    memberNo: person?.memberNo ?? null,
    points: points ? toldPoints(points) : null,
  };
  await together(
    recordFact(tx, purchaseRecorded, {
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
        isFirst,
      },
    }),
    tx
      .updateTable('purchases')
      .set({ answer: JSON.stringify(answer) })
      .where('id', '=', purchaseId)
      .execute(),
  );
  return { ok: true, isNew: true, answer };
}

type Hashes = { request: Buffer; content: Buffer };

/** All that the till told, and the same without how it named the member and the coupons that were shown by code. */
function hashReceipt(secrets: Secrets, receipt: Receipt): Hashes {
  const { member: _, couponCodes, ...told } = receipt;
  const content = couponCodes ? { ...told, couponCodeCount: couponCodes.length } : told;
  return {
    request: secrets.lookup('purchase-content', canonicalJson(receipt)),
    content: secrets.lookup('purchase-content', canonicalJson(content)),
  };
}

type Recorded = {
  requestHash: Buffer;
  contentHash: Buffer | null;
  memberId: number | null;
  /** Null for history, which no till told. */
  answer: PurchaseAnswer | null;
};

/**
 * Whether a receipt is told again: word for word, or with the same content for the same member, whom a till that
 * retries names by a code that is new by then, or spent, or over. Another member's naming is never a repeat.
 */
async function isRepeat(
  tx: Tx,
  secrets: Secrets,
  known: Recorded,
  receipt: Receipt,
  hashes: Hashes,
): Promise<boolean> {
  if (sameBytes(known.requestHash, hashes.request)) return true;
  if (known.contentHash === null || !sameBytes(known.contentHash, hashes.content)) return false;
  if (receipt.member === null || known.memberId === null) return false;
  const named = await recognisePerson(tx, secrets, receipt.member, wireClock.now());
  return named?.memberId === known.memberId;
}

/** Simultaneous posts of one receipt wait for each other here. */
async function findRecorded(
  tx: Tx,
  storeId: number,
  receiptNo: string,
  purchasedOn: string,
): Promise<Recorded | null> {
  const key = `receipt:${storeId}:${purchasedOn}:${receiptNo}`;
  const [, [row]] = await inOneGo<[unknown, Omit<Recorded, 'answer'> & { answer: unknown }]>(
    tx,
    sql`select pg_advisory_xact_lock(hashtextextended(${key}, 0))`,
    sql`
      select request_hash as "requestHash", content_hash as "contentHash", member_id as "memberId", answer
      from purchases
      where store_id = ${storeId} and receipt_no = ${receiptNo} and purchased_on = ${purchasedOn}`,
  );
  return row ? { ...row, answer: readAnswer(row.answer) } : null;
}

/** Whom the receipt is for; who came by phone may be new. */
async function resolveMember(
  tx: Tx,
  secrets: Secrets,
  { member, found }: { member: Receipt['member']; found: FindPersonOutcome | null },
  by: { now: Date; actor: Actor; source: string },
): Promise<{ ok: true; person: Person | null } | PurchaseRefusal> {
  if (member && 'phone' in member) return findOrCreateByPhone(tx, secrets, { ...by, phone: member.phone });
  if (!found) return { ok: true, person: null };
  if (!found.ok) return found;
  const { person, codeNonce } = found;
  if (codeNonce !== null && !(await spendMemberCode(tx, { nonce: codeNonce, memberId: person.memberId }))) {
    return refuse('code_used');
  }
  return { ok: true, person };
}

/** Purchases of one buyer follow each other, so that only one of them is the first. */
async function lockBuyer(tx: Tx, memberId: number): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`buyer:${memberId}`}, 0))`.execute(tx);
}

/** The receipt with its lines, and whether its buyer has none beside it. */
async function insertPurchase(
  tx: Tx,
  receipt: Receipt,
  of: { store: Store; person: Person | null; purchasedOn: string; hashes: Hashes },
): Promise<{ purchaseId: number; isFirst: boolean }> {
  const memberId = of.person?.memberId ?? null;
  const lines = receipt.lines.map((line) => toLineRow(line));
  const inserted = await sql<{ purchaseId: number; isFirst: boolean }>`
    with purchase as (
      insert into purchases (store_id, receipt_no, purchased_on, purchased_at, channel, member_id, total_twd,
                             points_paid, request_hash, content_hash)
      values (${of.store.storeId}, ${receipt.receiptNo}, ${of.purchasedOn}, ${receipt.purchasedAt},
              ${receipt.channel}, ${memberId}, ${receipt.totalTwd}, ${receipt.pointsPaid}, ${of.hashes.request},
              ${of.hashes.content})
      returning id
    ), lines as (
      insert into purchase_lines (purchase_id, line_no, sku, name, category, quantity, unit_price_twd, discount_twd,
                                  amount_twd)
      select purchase.id, line_no, sku, name, category, quantity, unit_price_twd, discount_twd, amount_twd
      from purchase, jsonb_to_recordset(${JSON.stringify(lines)}::jsonb) as line (line_no integer, sku text,
        name text, category text, quantity integer, unit_price_twd integer, discount_twd integer, amount_twd integer)
    )
    select purchase.id as "purchaseId",
           ${memberId}::bigint is not null
             and not exists (select 1 from purchases p where p.member_id = ${memberId}::bigint) as "isFirst"
    from purchase`.execute(tx);
  return inserted.rows[0] as { purchaseId: number; isFirst: boolean };
}
