import { sql } from 'kysely';
import type { Db, Tx } from '#foundation/db.ts';
import { quotaMonth } from './quota-month-rules.ts';

/** What offers leave of the month to service messages. @returns messages */
export const reserveOf = (limit: number, percent: number): number => Math.ceil((limit * percent) / 100);

type Quota = { limit: number | null; used: number };

/**
 * What is left this month for offers, by LINE's last word and our own sends since; null = no limit, or LINE was never
 * asked. A month that has just begun has the limit of the one before until LINE is asked.
 * @param input.reservePercent of the month, kept for service messages
 */
export async function readQuotaLeft(
  db: Db,
  input: { reservePercent: number; now: Date },
): Promise<number | null> {
  const found = await sql<Quota>`
    select message_limit as "limit", used_count as used, read_at from outbox_quota
    where month = ${quotaMonth(input.now)} union all (${lastMonth(input.now)}) limit 1`.execute(db);
  return leftOf(found.rows[0], input.reservePercent);
}

function leftOf(quota: Quota | undefined, reservePercent: number): number | null {
  if (!quota || quota.limit === null) return null;
  return quota.limit - quota.used - reserveOf(quota.limit, reservePercent);
}

/**
 * Counts messages that are about to leave. The row stays locked until the commit, so nothing slow may follow in the
 * transaction.
 * @returns how many of `optional` do not fit beside the reserve; those are not counted. `needed` ones always are, once
 * the month is open.
 */
export async function takeQuota(
  tx: Tx,
  input: { needed: number; optional: number; reservePercent: number; now: Date },
): Promise<number> {
  const { needed, optional } = input;
  if (needed + optional === 0) return 0;
  const taken = await sql<{ room: number }>`
    with known as materialized (
      select month, message_limit, used_count from outbox_quota where month = ${quotaMonth(input.now)} for update
    ), fits as (
      select month, greatest(0, least(${optional}::integer,
               coalesce(message_limit - used_count - ceil(message_limit * ${input.reservePercent}::numeric / 100)
                        - ${needed}::integer, ${optional}::integer)))::integer as room
      from known
    )
    update outbox_quota q set used_count = q.used_count + ${needed}::integer + room, taken_at = now() from fits
    where q.month = fits.month
    returning room`.execute(tx);
  const [found] = taken.rows;
  return found ? optional - found.room : 0;
}

/** What a month begins with before LINE was asked: LINE's last word, which a month that a refusal closed (limit 0) is not. */
const lastMonth = (now: Date) => sql`
  select message_limit as "limit", 0 as used, read_at from outbox_quota
  where month < ${quotaMonth(now)} and message_limit is distinct from 0 order by month desc limit 1`;

/**
 * Opens a month in which LINE was not asked yet, before anything is leased in it: a lease that opened it at its end
 * could wait for another that waits for what it has locked.
 * @returns false when LINE was never asked at all
 */
export async function openQuotaMonth(db: Db, now: Date): Promise<boolean> {
  const opened = await sql`
    with opened as (
      insert into outbox_quota (month, message_limit, used_count, read_at)
      select ${quotaMonth(now)}, last.* from (${lastMonth(now)}) as last
      on conflict (month) do nothing
      returning month
    )
    select month from opened union all select month from outbox_quota where month = ${quotaMonth(now)}`.execute(
    db,
  );
  return opened.rows.length > 0;
}

/** LINE answered that the month's messages are used up. */
export async function markQuotaUsedUp(db: Db, now: Date): Promise<void> {
  await sql`
    insert into outbox_quota as known (month, message_limit, used_count, read_at)
    values (${quotaMonth(now)}, 0, 0, now())
    on conflict (month) do update
      set message_limit = coalesce(known.message_limit, known.used_count),
          used_count = greatest(known.used_count, coalesce(known.message_limit, known.used_count))`.execute(
    db,
  );
}
