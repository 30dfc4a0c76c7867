import './tables.ts';
import type { Actor } from '#foundation/audit.ts';
import { brandPolicy } from '#foundation/brand.ts';
import { dateInZone } from '#foundation/clock.ts';
import { sql, type Tx } from '#foundation/db.ts';
import { Fault } from '#foundation/errors.ts';
import { readPolicy } from '#foundation/policy.ts';
import { creditPoints } from './ledger/credit-points.ts';
import { lockAccounts } from './ledger/lock-accounts.ts';
import { findEnd, pointsPolicy } from './points-rules.ts';

const chunk = 1000;

/**
 * Brings balances of another system: one entry per member, once for ever, in sets. Rows of 0 points are left out.
 * @param rows whole numbers ≥ 0, each member at most once
 * @returns how many balances were opened now
 * @throws Fault 'points_key_reused' when a member's opening balance was another one before
 */
export async function openBalances(
  tx: Tx,
  rows: readonly { memberId: number; points: number }[],
  by: { now: Date; actor: Actor },
): Promise<number> {
  const policy = await readPolicy(tx, pointsPolicy, by.now);
  const { zone } = await readPolicy(tx, brandPolicy, by.now);
  const endsOn = findEnd(policy.ends, dateInZone(by.now, zone));
  const wanted = rows.filter((row) => row.points > 0).toSorted((a, b) => a.memberId - b.memberId);
  let opened = 0;
  for (let at = 0; at < wanted.length; at += chunk) {
    const part = wanted.slice(at, at + chunk);
    const accounts = await lockAccounts(
      tx,
      part.map((row) => row.memberId),
    );
    const inDebt = (row: { memberId: number }) => (accounts.get(row.memberId)?.debt.balance ?? 0) > 0;
    opened += await openInSet(
      tx,
      part.filter((row) => !inDebt(row)),
      { ...by, endsOn },
    );
    for (const row of part.filter(inDebt)) {
      const credit = { amount: row.points, availableOn: null, endsOn, purchaseId: null };
      const movement = {
        idemKey: openingKey(row.memberId),
        content: { opening: row.points },
        reason: 'opening' as const,
        source: { kind: 'import' as const, id: String(row.memberId) },
        memberId: row.memberId,
        actor: by.actor,
        occurredAt: by.now,
      };
      opened += (await creditPoints(tx, movement, 'issued', [credit])).isNew ? 1 : 0;
    }
  }
  return opened;
}

const openingKey = (memberId: number): string => `opening:${memberId}`;

async function openInSet(
  tx: Tx,
  rows: readonly { memberId: number; points: number }[],
  by: { now: Date; actor: Actor; endsOn: string | null },
): Promise<number> {
  const members = rows.map((row) => row.memberId);
  const points = rows.map((row) => row.points);
  // The hash is that of `hashContent({ opening: points })`, so that both ways know each other's keys.
  const done = await sql<{ opened: number; odd: number }>`
    with wanted as (
      select member_id, points, 'opening:' || member_id as key,
             sha256(convert_to('{"opening":' || points || '}', 'UTF8')) as hash
      from unnest(${members}::bigint[], ${points}::bigint[]) as w(member_id, points)
    ), posted as (
      insert into points_transactions (idem_key, request_hash, reason, source_kind, source_id, member_id,
                                       actor_kind, actor_id, occurred_at)
      select key, hash, 'opening', 'import', member_id::text, member_id, ${by.actor.kind}, ${by.actor.id}, ${by.now}
      from wanted
      on conflict (idem_key) do nothing
      returning id, member_id
    ), placed as (
      select posted.id, a.id as account_id, w.points
      from posted join wanted w using (member_id)
      join points_accounts a on a.member_id = posted.member_id and a.kind = 'active'
    ), entries as (
      insert into points_entries (transaction_id, account_id, amount)
      select id, account_id, points from placed
      union all
      select placed.id, s.id, -placed.points from placed
      join points_accounts s on s.member_id is null and s.kind = 'issued'
    ), lots as (
      insert into points_lots (account_id, transaction_id, earned, remaining, ends_on)
      select account_id, id, points, points, ${by.endsOn}::date from placed
    )
    select (select count(*) from posted) as opened,
           (select count(*) from wanted w join points_transactions t on t.idem_key = w.key
            where t.request_hash <> w.hash) as odd`.execute(tx);
  const { opened = 0, odd = 0 } = done.rows[0] ?? {};
  if (odd > 0) throw new Fault('points_key_reused', `${odd} members had another opening balance before`);
  return opened;
}
