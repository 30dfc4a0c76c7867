import '../tables.ts';
import { sql } from '#foundation/db.ts';
import type { Proof, Subject } from '#foundation/prove.ts';
import { accountEvidence, lotEvidence, movementEvidence } from './movement-reads.ts';

const account = { of: 'points account', evidence: accountEvidence };
const transaction = { of: 'points transaction', evidence: movementEvidence };

/** That the books add up, whatever caused the movements. */
export const ledgerProofs: readonly Proof[] = [
  {
    name: 'points.zero_sum',
    holds: 'the entries of a transaction are two or more and sum to zero',
    ...transaction,
    subjects: sql<Subject>`
      select t.id, 'sum 0, entries enough' as expected,
             'sum ' || coalesce(sum(e.amount), 0)
               || case when count(e.account_id) < 2 then ', entries ' || count(e.account_id) else ', entries enough' end as found
      from points_transactions t left join points_entries e on e.transaction_id = t.id group by t.id`,
  },
  {
    name: 'points.own_accounts',
    holds: 'a transaction moves points of its own member only, a merger of the two persons only',
    ...transaction,
    subjects: sql<Subject>`
      select t.id, 'nobody else' as expected,
             coalesce('member ' || min(a.member_id) filter (
               where a.member_id <> t.member_id
                 and not (t.reason = 'merged' and a.member_id::text = t.source_id)), 'nobody else') as found
      from points_transactions t
      left join points_entries e on e.transaction_id = t.id
      left join points_accounts a on a.id = e.account_id
      group by t.id`,
  },
  {
    name: 'points.balance',
    holds: "a member's balance is the sum of its entries",
    ...account,
    subjects: sql<Subject>`
      select a.id, coalesce(sum(e.amount), 0)::text as expected, a.balance::text as found
      from points_accounts a left join points_entries e on e.account_id = a.id
      where a.member_id is not null group by a.id`,
  },
  {
    name: 'points.lots',
    holds: 'usable and waiting points are what the open lots hold; a debt has no lots',
    ...account,
    subjects: sql<Subject>`
      select a.id, case a.kind when 'debt' then 0 else a.balance end::text as expected,
             coalesce(sum(l.remaining), 0)::text as found
      from points_accounts a left join points_lots l on l.account_id = a.id
      where a.member_id is not null group by a.id`,
  },
  {
    name: 'points.not_negative',
    holds: 'no balance is negative, nor ever was after any entry',
    ...account,
    subjects: sql<Subject>`
      select a.id, 'never below 0' as expected,
             case when least(a.balance, ran.lowest) < 0 then 'down to ' || least(a.balance, ran.lowest)
                  else 'never below 0' end as found
      from points_accounts a
      left join (
        select account_id, min(balance) as lowest
        from (select account_id, sum(amount) over (partition by account_id order by transaction_id) as balance
              from points_entries) run
        group by 1
      ) ran on ran.account_id = a.id
      where a.member_id is not null`,
  },
  {
    name: 'points.debt_alone',
    holds: 'who owes points holds none',
    ...account,
    subjects: sql<Subject>`
      select debt.id, 'holds 0' as expected,
             'holds ' || case when debt.balance > 0 then coalesce(sum(held.balance), 0) else 0 end as found
      from points_accounts debt
      left join points_accounts held on held.member_id = debt.member_id and held.kind in ('active', 'pending')
      where debt.kind = 'debt' group by debt.id`,
  },
  {
    name: 'points.debt_counted',
    holds: 'what members come to owe stands against the account of all that is owed',
    ...transaction,
    subjects: sql<Subject>`
      select e.transaction_id as id, (-coalesce(sum(e.amount) filter (where a.kind = 'owed'), 0))::text as expected,
             coalesce(sum(e.amount) filter (where a.kind = 'debt'), 0)::text as found
      from points_entries e join points_accounts a on a.id = e.account_id
      where a.kind in ('owed', 'debt') group by 1`,
  },
  {
    name: 'points.lot_uses',
    holds: 'of a lot remains what was earned less what was drawn on it',
    of: 'points lot',
    evidence: lotEvidence,
    subjects: sql<Subject>`
      select l.id, (l.earned - coalesce(sum(u.amount), 0))::text as expected, l.remaining::text as found
      from points_lots l left join points_lot_uses u on u.lot_id = l.id group by l.id`,
  },
  {
    name: 'points.lots_move',
    holds: "a transaction's lots move as its entries do, account by account",
    ...transaction,
    subjects: sql<Subject>`
      select moved.transaction_id as id,
             'account ' || moved.account_id || ': ' || sum(moved.entry) as expected,
             'account ' || moved.account_id || ': ' || sum(moved.lot) as found
      from (
        select e.transaction_id, e.account_id, e.amount as entry, 0 as lot
        from points_entries e join points_accounts a on a.id = e.account_id and a.kind in ('active', 'pending')
        union all
        select transaction_id, account_id, 0, earned from points_lots
        union all
        select u.transaction_id, l.account_id, 0, -u.amount
        from points_lot_uses u join points_lots l on l.id = u.lot_id
      ) moved
      group by moved.transaction_id, moved.account_id`,
  },
];
