import './tables.ts';
import { type Db, sql, type Tx } from '#foundation/db.ts';
import type { Transact } from '#foundation/facts.ts';
import { lockAccounts } from './ledger/lock-accounts.ts';

/** What the nightly jobs of this room need: business time and its day in the brand's zone. */
export type PointsJob = { db: Db; transact: Transact; now: Date; today: string };

const membersPerBatch = 200;

/**
 * Makes pending points usable whose return window has passed: each lot once, whatever runs at the same time.
 * @returns how many lots
 */
export function releaseDuePoints(job: PointsJob): Promise<number> {
  return inBatches(job, nextDue, releaseOf);
}

/**
 * Ends points whose last day lies before today, one entry per account and run; so do those end that still waited for
 * a return window then. Running again finds nothing.
 * @returns how many lots
 */
export function endDuePoints(job: PointsJob): Promise<number> {
  return inBatches(job, nextEnding, endOf);
}

type Step = (tx: Tx, members: readonly number[], job: PointsJob) => Promise<number>;

async function inBatches(
  job: PointsJob,
  findNext: (job: PointsJob, after: number) => Promise<number[]>,
  step: Step,
): Promise<number> {
  let count = 0;
  let after = 0;
  for (;;) {
    const members = await findNext(job, after);
    const last = members.at(-1);
    if (last === undefined) return count;
    count += await job.transact(async (tx) => {
      await lockAccounts(tx, members);
      return step(tx, members, job);
    });
    after = last;
  }
}

async function nextDue({ db, today }: PointsJob, after: number): Promise<number[]> {
  const found = await sql<{ member_id: number }>`
    select distinct a.member_id from points_lots l join points_accounts a on a.id = l.account_id
    where a.kind = 'pending' and l.is_open and l.available_on <= ${today} and a.member_id > ${after}
    order by a.member_id limit ${membersPerBatch}`.execute(db);
  return found.rows.map((row) => row.member_id);
}

async function nextEnding({ db, today }: PointsJob, after: number): Promise<number[]> {
  const found = await sql<{ member_id: number }>`
    select distinct a.member_id from points_lots l join points_accounts a on a.id = l.account_id
    where a.kind in ('active', 'pending') and l.is_open and l.ends_on < ${today} and a.member_id > ${after}
    order by a.member_id limit ${membersPerBatch}`.execute(db);
  return found.rows.map((row) => row.member_id);
}

/** One transaction per lot: a lot's purchase and end go with it. */
async function releaseOf(tx: Tx, members: readonly number[], { now, today }: PointsJob): Promise<number> {
  const released = await sql<{ count: number }>`
    with due as (
      select l.id, l.remaining, l.ends_on, l.purchase_id, l.account_id, a.member_id, active.id as active_id
      from points_lots l
      join points_accounts a on a.id = l.account_id and a.kind = 'pending'
      join points_accounts active on active.member_id = a.member_id and active.kind = 'active'
      where a.member_id = any(${members}::bigint[]) and l.is_open and l.available_on <= ${today}
    ), posted as (
      insert into points_transactions (idem_key, request_hash, reason, source_kind, source_id, member_id,
                                       actor_kind, actor_id, occurred_at)
      select 'released:' || id, sha256(convert_to('released:' || id, 'UTF8')), 'released', 'lot', id::text,
             member_id, 'job', 'points.release', ${now}
      from due order by id
      returning id, source_id::bigint as lot_id
    ), entries as (
      insert into points_entries (transaction_id, account_id, amount)
      select posted.id, due.account_id, -due.remaining from posted join due on due.id = posted.lot_id
      union all
      select posted.id, due.active_id, due.remaining from posted join due on due.id = posted.lot_id
    ), lots as (
      insert into points_lots (account_id, transaction_id, earned, remaining, ends_on, purchase_id)
      select due.active_id, posted.id, due.remaining, due.remaining, due.ends_on, due.purchase_id
      from posted join due on due.id = posted.lot_id order by due.id
    ), uses as (
      insert into points_lot_uses (transaction_id, lot_id, amount)
      select posted.id, due.id, due.remaining from posted join due on due.id = posted.lot_id
    ), emptied as (
      update points_lots l set remaining = 0 from due where l.id = due.id returning l.id
    )
    select count(*) as count from emptied`.execute(tx);
  return released.rows[0]?.count ?? 0;
}

/** A lot ends once and is never refilled, so the first lot of an account's run makes a key for ever. */
async function endOf(tx: Tx, members: readonly number[], { now, today }: PointsJob): Promise<number> {
  const ended = await sql<{ count: number }>`
    with due as (
      select l.id, l.remaining, l.account_id, a.member_id
      from points_lots l join points_accounts a on a.id = l.account_id and a.kind in ('active', 'pending')
      where a.member_id = any(${members}::bigint[]) and l.is_open and l.ends_on < ${today}
    ), runs as (
      select member_id, account_id, sum(remaining)::bigint as amount, min(id) as first_lot from due group by 1, 2
    ), posted as (
      insert into points_transactions (idem_key, request_hash, reason, source_kind, source_id, member_id,
                                       actor_kind, actor_id, occurred_at)
      select 'ended-lots:' || first_lot, sha256(convert_to('ended-lots:' || first_lot, 'UTF8')), 'ended', 'lot',
             first_lot::text, member_id, 'job', 'points.end', ${now}
      from runs order by account_id
      returning id, source_id::bigint as first_lot
    ), ended as (
      select posted.id, runs.account_id, runs.amount from posted join runs using (first_lot)
    ), entries as (
      insert into points_entries (transaction_id, account_id, amount)
      select id, account_id, -amount from ended
      union all
      select ended.id, s.id, ended.amount from ended
      join points_accounts s on s.member_id is null and s.kind = 'ended'
    ), uses as (
      insert into points_lot_uses (transaction_id, lot_id, amount)
      select ended.id, due.id, due.remaining from ended join due using (account_id)
    ), emptied as (
      update points_lots l set remaining = 0 from due where l.id = due.id returning l.id
    )
    select count(*) as count from emptied`.execute(tx);
  return ended.rows[0]?.count ?? 0;
}
