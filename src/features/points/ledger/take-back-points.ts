import type { Tx } from '#foundation/db.ts';
import { drawLots } from '../points-rules.ts';
import { lockMember, type MemberAccounts } from './lock-accounts.ts';
import type { Lot } from './lot-reads.ts';
import { readPosition } from './position-reads.ts';
import { type Legs, type Movement, postTransaction } from './post-transaction.ts';

/**
 * Takes back points that were given: from the purchase's own lots, then from what ends first, then from what is
 * still pending; what is not there becomes a debt. So a debt stands only where nothing else does.
 */
export async function takeBackPoints(
  tx: Tx,
  movement: Movement,
  input: { points: number; purchaseId: number | null },
): Promise<{ transactionId: number; isNew: boolean }> {
  const accounts = await lockMember(tx, movement.memberId);
  const { posted, lots } = await readPosition(tx, movement);
  if (posted !== null) return { transactionId: posted, isNew: false };
  const { legs, draws } = placeTakeBack(accounts, lots, input);
  return postTransaction(tx, movement, { legs, draws });
}

/** The member's side of a taking back, and its counter accounts. */
export function placeTakeBack(
  accounts: MemberAccounts,
  lots: readonly Lot[],
  input: { points: number; purchaseId: number | null },
): { legs: Legs; draws: { lotId: number; amount: number }[] } {
  const rank = (lot: Lot) => {
    if (input.purchaseId !== null && lot.purchaseId === input.purchaseId) return 0;
    return lot.kind === 'active' ? 1 : 2;
  };
  // The lots come first-ending first and the sort keeps that order within a rank.
  const { drawn, missing } = drawLots(
    lots.toSorted((a, b) => rank(a) - rank(b)),
    input.points,
  );
  const legs: Legs = drawn.map(({ lot, amount }) => ({ account: lot.accountId, amount: -amount }));
  legs.push(
    { account: 'issued', amount: input.points - missing },
    { account: accounts.debt.id, amount: missing },
    { account: 'owed', amount: -missing },
  );
  return { legs, draws: drawn.map(({ lot, amount }) => ({ lotId: lot.lotId, amount })) };
}
