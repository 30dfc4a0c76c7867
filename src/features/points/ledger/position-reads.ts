import '../tables.ts';
import { sql, type Tx } from '#foundation/db.ts';
import type { Lot } from './lot-reads.ts';
import { checkContent, type Movement } from './post-transaction.ts';

/**
 * What decides a movement that takes points, in one read under the accounts' lock: whether it was posted before, and
 * the member's open lots, first-ending first.
 * @throws Fault 'points_key_reused' when the key was given for something else
 */
export async function readPosition(
  tx: Tx,
  movement: Pick<Movement, 'idemKey' | 'content' | 'memberId'>,
): Promise<{ posted: number | null; lots: Lot[] }> {
  const found = await sql<
    { [Key in keyof Lot]: Lot[Key] | null } & { postedId: number | null; hash: Buffer }
  >`
    select t.id as "postedId", t.request_hash as "hash", lot.id as "lotId", lot.account_id as "accountId", lot.kind,
           lot.remaining, lot.available_on as "availableOn", lot.ends_on as "endsOn", lot.purchase_id as "purchaseId"
    from (values (1)) one
    left join points_transactions t on t.idem_key = ${movement.idemKey}
    left join (select l.*, a.kind from points_lots l join points_accounts a on a.id = l.account_id
               where a.member_id = ${movement.memberId} and l.is_open) lot on true
    order by lot.ends_on nulls last, lot.id`.execute(tx);
  const { postedId = null, hash } = found.rows[0] ?? {};
  if (postedId !== null && hash) checkContent(movement, hash);
  const lots = found.rows
    .filter(({ lotId }) => lotId !== null)
    .map(({ postedId: _, hash: __, ...lot }) => lot);
  return { posted: postedId, lots: lots as Lot[] };
}
