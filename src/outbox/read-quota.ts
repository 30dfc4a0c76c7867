import { sql } from 'kysely';
import type { Db } from '#foundation/db.ts';
import { readPolicy } from '#foundation/policy.ts';
import type { LineClient } from '#line/client.ts';
import { reserveOf } from './count-quota.ts';
import { liftHold } from './hold-sending.ts';
import { quotaMonth } from './quota-month-rules.ts';
import { clearAlarm } from './raise-alarm.ts';
import { reachPolicy } from './reach-rules.ts';

/** Our own count of the month, and how many messages of it have not ended: LINE may have counted them or not. */
type OwnCount = { used: number; open: number; readAt: string | null };

/**
 * Asks LINE how many messages the month allows and how many it counts (approximate, others' sends included), and
 * sets our own count by it. More than ours means that others send too: what of ours has not ended may come on top.
 * Less may mean that LINE has not counted yet what left just now, so ours stands until things have been calm.
 * @param now business time. @returns null when LINE did not answer
 */
export async function readQuota(
  db: Db,
  client: Pick<LineClient, 'quota' | 'consumption'>,
  now: Date,
): Promise<{ limit: number | null; used: number } | null> {
  const own = await readOwnCount(db, now);
  const [quota, consumption] = await Promise.all([client.quota(), client.consumption()]);
  if (quota.outcome !== 'ok' || consumption.outcome !== 'ok') return null;
  const limit = quota.body.type === 'limited' ? (quota.body.value ?? null) : null;
  const told = consumption.body.totalUsage;
  const most = sql`${told}::integer + ${own.open}::integer + (known.used_count - ${own.used}::integer)`;
  const isCalm = sql`coalesce(known.taken_at < now() - make_interval(mins => ${countedAfterMinutes}), true)`;
  // Whoever asked LINE at the same time and was quicker has set the count already.
  const set = await sql<{ used: number }>`
    insert into outbox_quota as known (month, message_limit, used_count, read_at)
    values (${quotaMonth(now)}, ${limit}, ${told + own.open}, now())
    on conflict (month) do update
      set message_limit = excluded.message_limit, read_at = now(),
          used_count = case when known.read_at::text is distinct from ${own.readAt} then known.used_count
                            when ${told}::integer > known.used_count then ${most}
                            when ${isCalm} then least(known.used_count, ${most})
                            else known.used_count end
    returning used_count as used`.execute(db);
  const used = set.rows[0]?.used ?? told;
  if (limit === null || told < limit) await liftHold(db, 'quota_used_up');
  const { quotaReservePercent } = await readPolicy(db, reachPolicy, now);
  if (limit === null || used < limit - reserveOf(limit, quotaReservePercent))
    await clearAlarm(db, 'quota_used_up');
  return { limit, used };
}

/** LINE does not say how late its count is. */
const countedAfterMinutes = 10;

/** At one instant: a message is counted and frozen in one transaction. */
async function readOwnCount(db: Db, now: Date): Promise<OwnCount> {
  const found = await sql<OwnCount>`
    select coalesce(q.used_count, 0) as used, q.read_at::text as "readAt",
           (select count(*)::integer from outbox_messages
            where channel = 'line_message' and method <> 'reply' and body_sha256 is not null) as open
    from (select 1) as always left join outbox_quota q on q.month = ${quotaMonth(now)}`.execute(db);
  return found.rows[0] ?? { used: 0, open: 0, readAt: null };
}
