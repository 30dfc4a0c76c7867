import '../tables.ts';
import type { Actor } from '#foundation/audit.ts';
import { hashContent } from '#foundation/content-hash.ts';
import { sql, type Tx } from '#foundation/db.ts';
import { Fault } from '#foundation/errors.ts';
import { sameBytes } from '#foundation/secrets.ts';
import type { PointsReason } from '../points-rules.ts';

/** What one movement of points stands for. */
export type Movement = {
  /** The business once, for ever: 8 to 200 characters. */
  idemKey: string;
  /** What the key was given for: a repeat must say the same. */
  content: object;
  reason: PointsReason;
  /** Where it comes from, such as a purchase and its id. */
  source: {
    kind: 'purchase' | 'lot' | 'claim' | 'member' | 'import' | 'staff' | 'activity';
    id: string;
  };
  memberId: number;
  actor: Actor;
  /** Business time. */
  occurredAt: Date;
  data?: object;
};

/** The system's accounts: made with the table and never again, so their ids are known. */
export const systemAccounts = { issued: 1, spent: 2, ended: 3, owed: 4, adjusted: 5 } as const;
type SystemAccount = keyof typeof systemAccounts;

/** Changes by account, a member's by id and the system's by kind; they must sum to zero. */
export type Legs = { account: number | SystemAccount; amount: number }[];

export type NewLot = {
  accountId: number;
  amount: number;
  availableOn: string | null;
  endsOn: string | null;
  purchaseId: number | null;
};

/**
 * Whether this movement was posted before; ask after locking the accounts.
 * @throws Fault 'points_key_reused' when the key was given for something else
 */
export async function findPosted(
  tx: Tx,
  movement: Pick<Movement, 'idemKey' | 'content'>,
): Promise<number | null> {
  const found = await tx
    .selectFrom('points_transactions')
    .select(['id', 'request_hash'])
    .where('idem_key', '=', movement.idemKey)
    .executeTakeFirst();
  if (!found) return null;
  checkContent(movement, found.request_hash);
  return found.id;
}

/** @throws Fault 'points_key_reused' when what was posted under the key was something else */
export function checkContent(movement: Pick<Movement, 'idemKey' | 'content'>, postedHash: Buffer): void {
  if (sameBytes(postedHash, hashContent(movement.content))) return;
  throw new Fault('points_key_reused', `The key ${movement.idemKey} was used for another movement of points`);
}

/**
 * Appends one movement, in one statement and once per key: its entries, the lots it draws on and the lots it makes.
 * The accounts are locked by the caller; PostgreSQL holds that entries sum to zero and that lots equal balances.
 * @throws Fault 'points_key_reused' when the key was given for something else
 */
export async function postTransaction(
  tx: Tx,
  movement: Movement,
  effect: { legs: Legs; draws?: readonly { lotId: number; amount: number }[]; lots?: readonly NewLot[] },
): Promise<{ transactionId: number; isNew: boolean }> {
  const entries = sumByAccount(effect.legs);
  const draws = effect.draws ?? [];
  const lots = mergeAlike(effect.lots ?? []);
  const posted = await sql<{ id: number }>`
    with posted as (
      insert into points_transactions (idem_key, request_hash, reason, source_kind, source_id, member_id, actor_kind,
                                       actor_id, occurred_at, data)
      values (${movement.idemKey}, ${hashContent(movement.content)}, ${movement.reason}, ${movement.source.kind},
              ${movement.source.id}, ${movement.memberId}, ${movement.actor.kind}, ${movement.actor.id},
              ${movement.occurredAt}, ${JSON.stringify(movement.data ?? {})}::jsonb)
      on conflict (idem_key) do nothing
      returning id
    ), entries as (
      insert into points_entries (transaction_id, account_id, amount)
      select posted.id, e.account, e.amount
      from posted, ${list(entries, [
        ['bigint', ({ account }) => account],
        ['bigint', ({ amount }) => amount],
      ])} e(account, amount)
    )
    ${draws.length > 0 ? drawOn(draws) : sql``}
    ${lots.length > 0 ? makeOf(lots) : sql``}
    select id from posted`.execute(tx);
  const id = posted.rows[0]?.id;
  if (id !== undefined) return { transactionId: id, isNew: true };
  return { transactionId: (await findPosted(tx, movement)) as number, isNew: false };
}

const drawOn = (draws: readonly { lotId: number; amount: number }[]) => sql`
    , drawn as (
      update points_lots l set remaining = l.remaining - d.amount
      from posted, ${list(draws, [
        ['bigint', ({ lotId }) => lotId],
        ['bigint', ({ amount }) => amount],
      ])} d(id, amount)
      where l.id = d.id
      returning posted.id as transaction_id, l.id, d.amount
    ), uses as (
      insert into points_lot_uses (transaction_id, lot_id, amount) select transaction_id, id, amount from drawn
    )`;

const makeOf = (lots: readonly NewLot[]) => sql`
    , made as (
      insert into points_lots (account_id, transaction_id, earned, remaining, available_on, ends_on, purchase_id)
      select l.account_id, posted.id, l.amount, l.amount, l.available_on, l.ends_on, l.purchase_id
      from posted, ${list(lots, [
        ['bigint', ({ accountId }) => accountId],
        ['bigint', ({ amount }) => amount],
        ['date', ({ availableOn }) => availableOn],
        ['date', ({ endsOn }) => endsOn],
        ['bigint', ({ purchaseId }) => purchaseId],
      ])} l(account_id, amount, available_on, ends_on, purchase_id)
    )`;

/** Up to so many rows a list has a statement of its own, prepared once for each length; nearly all are this short. */
const shortList = 4;

/**
 * Rows to select from, in their order. A long list is handed over column by column and behind selects: then PostgreSQL
 * does not look at how long it is and keeps one plan for all, where planning would cost more than the movement.
 */
function list<Row>(rows: readonly Row[], of: [type: string, value: (row: Row) => unknown][]) {
  if (rows.length <= shortList) {
    const row = (each: Row) =>
      sql`(${sql.join(of.map(([type, value]) => sql`${value(each)}::${sql.raw(type)}`))})`;
    return sql`(values ${sql.join(rows.map(row))})`;
  }
  return sql`unnest(${sql.join(of.map(([type, value]) => sql`(select ${rows.map(value)}::${sql.raw(type)}[])`))})`;
}

type Entry = { account: number; amount: number };

/** One entry per account; what sums to nothing is none. */
function sumByAccount(legs: Legs): Entry[] {
  const sums = new Map<number | SystemAccount, number>();
  for (const leg of legs) sums.set(leg.account, (sums.get(leg.account) ?? 0) + leg.amount);
  return [...sums]
    .filter(([, amount]) => amount !== 0)
    .map(([account, amount]) => ({
      account: typeof account === 'number' ? account : systemAccounts[account],
      amount,
    }));
}

/** One movement makes one lot per account, day and purchase. */
function mergeAlike(lots: readonly NewLot[]): NewLot[] {
  const merged = new Map<string, NewLot>();
  for (const lot of lots) {
    const key = [lot.accountId, lot.availableOn, lot.endsOn, lot.purchaseId].join();
    merged.set(key, { ...lot, amount: lot.amount + (merged.get(key)?.amount ?? 0) });
  }
  return [...merged.values()];
}
