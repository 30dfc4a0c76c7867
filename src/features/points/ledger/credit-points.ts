import type { Tx } from '#foundation/db.ts';
import { byEnd, drawLots } from '../points-rules.ts';
import { lockMember, type MemberAccounts } from './lock-accounts.ts';
import { type Legs, type Movement, type NewLot, postTransaction } from './post-transaction.ts';

/** Points to give, by the day they end; `availableOn` null = usable at once. */
export type Credit = {
  amount: number;
  availableOn: string | null;
  endsOn: string | null;
  purchaseId: number | null;
};

/**
 * Gives points, once per key; a debt is settled first, with what ends first.
 * @param from where they come from: newly issued, spent before and returned, or set right by hand
 */
export async function creditPoints(
  tx: Tx,
  movement: Movement,
  from: 'issued' | 'spent' | 'adjusted',
  credits: readonly Credit[],
): Promise<{ transactionId: number; isNew: boolean }> {
  const accounts = await lockMember(tx, movement.memberId);
  const total = credits.reduce((sum, credit) => sum + credit.amount, 0);
  const { legs, lots } = placeCredits(accounts, credits);
  legs.push({ account: from, amount: -total });
  return postTransaction(tx, movement, { legs, lots });
}

/** The member's side of a credit: what settles a debt, and the lots that the rest makes. */
export function placeCredits(
  accounts: MemberAccounts,
  credits: readonly Credit[],
): { legs: Legs; lots: NewLot[] } {
  const ordered = credits.map((credit) => ({ ...credit, remaining: credit.amount })).sort(byEnd);
  const total = credits.reduce((sum, credit) => sum + credit.amount, 0);
  const settled = Math.min(total, accounts.debt.balance);
  const { drawn } = drawLots(ordered, settled);
  const legs: Legs = [
    { account: accounts.debt.id, amount: -settled },
    { account: 'owed', amount: settled },
    { account: 'issued', amount: settled },
  ];
  const lots: NewLot[] = [];
  for (const credit of ordered) {
    const amount = credit.amount - (drawn.find(({ lot }) => lot === credit)?.amount ?? 0);
    if (amount === 0) continue;
    const accountId = credit.availableOn === null ? accounts.active.id : accounts.pending.id;
    legs.push({ account: accountId, amount });
    lots.push({
      accountId,
      amount,
      availableOn: credit.availableOn,
      endsOn: credit.endsOn,
      purchaseId: credit.purchaseId,
    });
  }
  return { legs, lots };
}
