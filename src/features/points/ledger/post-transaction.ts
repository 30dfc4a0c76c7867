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

type SystemAccount = 'issued' | 'spent' | 'ended' | 'owed' | 'adjusted';

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
  if (!sameBytes(found.request_hash, hashContent(movement.content))) {
    throw new Fault(
      'points_key_reused',
      `The key ${movement.idemKey} was used for another movement of points`,
    );
  }
  return found.id;
}

/**
 * Appends one movement: its entries, the lots it draws on and the lots it makes. The accounts are locked by the
 * caller; PostgreSQL holds that entries sum to zero and that lots equal balances.
 */
export async function postTransaction(
  tx: Tx,
  movement: Movement,
  effect: { legs: Legs; draws?: readonly { lotId: number; amount: number }[]; lots?: readonly NewLot[] },
): Promise<number> {
  const { id } = await tx
    .insertInto('points_transactions')
    .values({
      idem_key: movement.idemKey,
      request_hash: hashContent(movement.content),
      reason: movement.reason,
      source_kind: movement.source.kind,
      source_id: movement.source.id,
      member_id: movement.memberId,
      actor_kind: movement.actor.kind,
      actor_id: movement.actor.id,
      occurred_at: movement.occurredAt,
      reverses_id: null,
      data: JSON.stringify(movement.data ?? {}),
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  await insertEntries(tx, id, effect.legs);
  await drawOnLots(tx, id, effect.draws ?? []);
  const lots = mergeAlike(effect.lots ?? []);
  if (lots.length > 0) {
    await tx
      .insertInto('points_lots')
      .values(
        lots.map((lot) => ({
          account_id: lot.accountId,
          transaction_id: id,
          earned: lot.amount,
          remaining: lot.amount,
          available_on: lot.availableOn,
          ends_on: lot.endsOn,
          purchase_id: lot.purchaseId,
        })),
      )
      .execute();
  }
  return id;
}

async function insertEntries(tx: Tx, transactionId: number, legs: Legs): Promise<void> {
  const sums = new Map<number | SystemAccount, number>();
  for (const leg of legs) sums.set(leg.account, (sums.get(leg.account) ?? 0) + leg.amount);
  const entries = [...sums].filter(([, amount]) => amount !== 0);
  const ids = entries.map(([account]) => (typeof account === 'number' ? account : null));
  const kinds = entries.map(([account]) => (typeof account === 'number' ? null : account));
  const amounts = entries.map(([, amount]) => amount);
  await sql`
    insert into points_entries (transaction_id, account_id, amount)
    select ${transactionId}, coalesce(e.id, s.id), e.amount
    from unnest(${ids}::bigint[], ${kinds}::text[], ${amounts}::bigint[]) e(id, kind, amount)
    left join points_accounts s on s.member_id is null and s.kind = e.kind`.execute(tx);
}

async function drawOnLots(
  tx: Tx,
  transactionId: number,
  draws: readonly { lotId: number; amount: number }[],
): Promise<void> {
  if (draws.length === 0) return;
  const ids = draws.map((draw) => draw.lotId);
  const amounts = draws.map((draw) => draw.amount);
  await sql`
    update points_lots l set remaining = l.remaining - d.amount
    from unnest(${ids}::bigint[], ${amounts}::bigint[]) d(id, amount) where l.id = d.id`.execute(tx);
  await sql`
    insert into points_lot_uses (transaction_id, lot_id, amount)
    select ${transactionId}, d.id, d.amount
    from unnest(${ids}::bigint[], ${amounts}::bigint[]) d(id, amount)`.execute(tx);
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
