import type { Actor } from '#foundation/audit.ts';
import type { Tx } from '#foundation/db.ts';
import { placeCredits } from './ledger/credit-points.ts';
import { lockAccounts, type MemberAccounts } from './ledger/lock-accounts.ts';
import { readOpenLots } from './ledger/lot-reads.ts';
import { findPosted, type Movement, postTransaction } from './ledger/post-transaction.ts';
import { placeTakeBack } from './ledger/take-back-points.ts';

/**
 * Moves everything a merged person holds, lots with their days and purchases, and then what that person owes.
 * Once per pair.
 */
export async function movePoints(
  tx: Tx,
  input: { fromId: number; intoId: number; now: Date; actor: Actor },
): Promise<void> {
  const { fromId, intoId } = input;
  const accounts = await lockAccounts(tx, [fromId, intoId]);
  const from = accounts.get(fromId) as MemberAccounts;
  const into = accounts.get(intoId) as MemberAccounts;
  const movement = (part: string): Movement => ({
    idemKey: `merge:${fromId}:${intoId}:${part}`,
    content: { fromId, intoId },
    reason: 'merged',
    source: { kind: 'member', id: String(fromId) },
    memberId: intoId,
    actor: input.actor,
    occurredAt: input.now,
  });

  const lots = await readOpenLots(tx, fromId);
  if (lots.length > 0 && (await findPosted(tx, movement('points'))) === null) {
    const placed = placeCredits(
      into,
      lots.map((lot) => ({ ...lot, amount: lot.remaining })),
    );
    await postTransaction(tx, movement('points'), {
      legs: [...placed.legs, ...lots.map((lot) => ({ account: lot.accountId, amount: -lot.remaining }))],
      draws: lots.map((lot) => ({ lotId: lot.lotId, amount: lot.remaining })),
      lots: placed.lots,
    });
  }
  const owed = from.debt.balance;
  if (owed > 0 && (await findPosted(tx, movement('debt'))) === null) {
    const taken = placeTakeBack(into, await readOpenLots(tx, intoId), { points: owed, purchaseId: null });
    await postTransaction(tx, movement('debt'), {
      legs: [...taken.legs, { account: from.debt.id, amount: -owed }, { account: 'owed', amount: owed }],
      draws: taken.draws,
    });
  }
}
