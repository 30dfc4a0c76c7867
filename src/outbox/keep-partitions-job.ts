import { sql } from 'kysely';
import type { Db, Tx } from '#foundation/db.ts';
import type { Transact } from '#foundation/facts.ts';
import { type AlarmDesk, clearAlarm, raiseAlarm } from './raise-alarm.ts';

const monthsAhead = 3;
const cause = 'sent_partitions';

/** Waiting longer for a lock would make everybody who settles wait behind us. */
const patience = sql`select set_config('lock_timeout', '2s', true), set_config('statement_timeout', '60s', true)`;

export type KeptPartitions = {
  /** Months that got a partition now; `emptied` of them held rows that had found none. */
  made: number;
  emptied: number;
  /** Months that were dropped with their rows. */
  dropped: number;
};

/**
 * Sees to the months of `outbox_sent`: the coming ones have their partitions ahead of time, rows that found none are
 * brought into one of their own (and somebody is told: a job has not run for months), and those older than
 * `keepMonths` go. Each step is a transaction of its own; what does not get its lock is left for the next run.
 * @param input.now business time, for the alarm; months go by the database's clock, in UTC
 */
export async function keepPartitions(
  parts: { db: Db; transact: Transact; desk: AlarmDesk },
  input: { keepMonths: number; now: Date },
): Promise<KeptPartitions> {
  const { db } = parts;
  const strays = await listStrayMonths(db);
  if (strays.length > 0) await tellStrays(parts, strays, input.now);
  else await clearAlarm(db, cause);
  for (const month of strays) await db.transaction().execute((tx) => moveStrays(tx, month));
  const made = await makePartitionsAhead(db);
  const old = await listOldPartitions(db, input.keepMonths);
  for (const name of old) {
    await db.transaction().execute(async (tx) => {
      await patience.execute(tx);
      await sql`drop table ${sql.table(name)}`.execute(tx);
    });
  }
  return { made: made + strays.length, emptied: strays.length, dropped: old.length };
}

/** Makes what is missing of this month and the next ones, rows that already found none apart. @returns how many */
export async function makePartitionsAhead(db: Db): Promise<number> {
  return db.transaction().execute(async (tx) => {
    await patience.execute(tx);
    const made = await sql<{ made: number }>`
      select outbox_make_sent_partitions(${monthsAhead}) as made`.execute(tx);
    return made.rows[0]?.made ?? 0;
  });
}

/** The first days of months, of this one and the next ones, that have no partition. */
export async function listMissingMonths(db: Db): Promise<string[]> {
  const found = await sql<{ month: string }>`
    select to_char(m, 'YYYY-MM') as month
    from generate_series(date_trunc('month', now() at time zone 'UTC'),
                         date_trunc('month', now() at time zone 'UTC') + interval '1 month', interval '1 month') as m
    where to_regclass('outbox_sent_' || to_char(m, 'YYYY_MM')) is null`.execute(db);
  return found.rows.map(({ month }) => month);
}

/** Months ('YYYY_MM') of rows that found no partition. */
async function listStrayMonths(db: Db): Promise<string[]> {
  const found = await sql<{ month: string }>`
    select distinct to_char(finished_at at time zone 'UTC', 'YYYY_MM') as month from outbox_sent_other
    order by 1`.execute(db);
  return found.rows.map(({ month }) => month);
}

async function tellStrays(
  parts: { transact: Transact; desk: AlarmDesk },
  months: readonly string[],
  now: Date,
): Promise<void> {
  const message = `sent messages of ${months.join(', ').replaceAll('_', '-')} found no partition; the job sent_partitions brings them into one, but it had not run for months`;
  await parts.transact((tx) => raiseAlarm(tx, parts.desk, { cause, message, now }));
}

/** Nobody can settle into that month meanwhile, so nothing is caught by the default partition behind our back. */
async function moveStrays(tx: Tx, month: string): Promise<void> {
  await patience.execute(tx);
  const name = sql.table(`outbox_sent_${month}`);
  const from = sql`(to_date(${sql.lit(month)}, 'YYYY_MM')::timestamp at time zone 'UTC')`;
  await sql`lock table outbox_sent in share row exclusive mode`.execute(tx);
  const known = await sql`select 1 where to_regclass(${`outbox_sent_${month}`}) is not null`.execute(tx);
  if (known.rows.length > 0) return;
  await sql`create table ${name} (like outbox_sent including all)`.execute(tx);
  await sql`select outbox_tune_sent_partition(${`outbox_sent_${month}`}::regclass)`.execute(tx);
  await sql`
    with gone as (
      delete from outbox_sent_other
      where finished_at >= ${from} and finished_at < ${from} + interval '1 month' returning *
    )
    insert into ${name} select * from gone`.execute(tx);
  const bounds = await sql<{ first: string; next: string }>`
    select to_char(${from} at time zone 'UTC', 'YYYY-MM-DD') as first,
           to_char((${from} at time zone 'UTC') + interval '1 month', 'YYYY-MM-DD') as next`.execute(tx);
  const { first, next } = bounds.rows[0] as { first: string; next: string };
  await sql`
    alter table outbox_sent attach partition ${name}
    for values from (${sql.lit(`${first} 00:00:00+00`)}) to (${sql.lit(`${next} 00:00:00+00`)})`.execute(tx);
  await sql`comment on table ${name} is 'Final rows of the outbox that ended in this month (UTC).'`.execute(
    tx,
  );
}

/** Partitions whose month ended `keepMonths` months ago or earlier. */
async function listOldPartitions(db: Db, keepMonths: number): Promise<string[]> {
  const found = await sql<{ name: string }>`
    select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'outbox_sent'::regclass and c.relname ~ '^outbox_sent_[0-9]{4}_[0-9]{2}$'
      and to_date(right(c.relname, 7), 'YYYY_MM')
        < date_trunc('month', now() at time zone 'UTC') - make_interval(months => ${keepMonths})
    order by 1`.execute(db);
  return found.rows.map(({ name }) => name);
}
