import { sql } from 'kysely';
import type { Db } from '#foundation/db.ts';
import { readPolicy } from '#foundation/policy.ts';
import type { LineClient } from '#line/client.ts';
import { reserveOf } from './count-quota.ts';
import { liftHold } from './hold-sending.ts';
import { quotaMonth } from './quota-month-rules.ts';
import { clearAlarm } from './raise-alarm.ts';
import { reachPolicy } from './reach-rules.ts';

/**
 * Asks LINE how many messages the month allows and how many it counts (approximate, others' sends included), and
 * puts that in the place of our own count.
 * @param now business time. @returns null when LINE did not answer
 */
export async function readQuota(
  db: Db,
  client: Pick<LineClient, 'quota' | 'consumption'>,
  now: Date,
): Promise<{ limit: number | null; used: number } | null> {
  const [quota, consumption] = await Promise.all([client.quota(), client.consumption()]);
  if (quota.outcome !== 'ok' || consumption.outcome !== 'ok') return null;
  const limit = quota.body.type === 'limited' ? (quota.body.value ?? null) : null;
  const used = consumption.body.totalUsage;
  await sql`
    insert into outbox_quota (month, message_limit, used_count, read_at)
    values (${quotaMonth(now)}, ${limit}, ${used}, now())
    on conflict (month) do update
      set message_limit = excluded.message_limit, used_count = excluded.used_count, read_at = now()`.execute(
    db,
  );
  if (limit === null || used < limit) await liftHold(db, 'quota_used_up');
  const { quotaReservePercent } = await readPolicy(db, reachPolicy, now);
  if (limit === null || used < limit - reserveOf(limit, quotaReservePercent))
    await clearAlarm(db, 'quota_used_up');
  return { limit, used };
}
