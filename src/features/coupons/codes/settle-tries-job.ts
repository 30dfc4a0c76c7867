import '../tables.ts';
import { addMs } from '#foundation/clock.ts';
import { type Db, sql } from '#foundation/db.ts';
import { clearAlarm } from '#outbox/raise-alarm.ts';
import { tryLimits } from './code-rules.ts';
import { guessingCause } from './count-tries.ts';

const dayMs = 86_400_000;
const quietMs = 10 * 60_000;

/**
 * Forgets tries of yesterday and codes that ran out then, and ends the alarm once ten minutes were quiet.
 * @returns how many tries were forgotten
 */
export async function settleTries(db: Db, wireNow: Date): Promise<number> {
  const yesterday = addMs(wireNow, -dayMs);
  const gone = await sql`delete from coupon_code_tries where tried_at < ${yesterday} returning id`.execute(
    db,
  );
  await db.deleteFrom('coupon_codes').where('expires_at', '<', yesterday).execute();
  const recent = await sql<{ tries: number }>`
    select count(*)::int as tries from coupon_code_tries
    where tried_at > ${addMs(wireNow, -quietMs)}`.execute(db);
  if ((recent.rows[0]?.tries ?? 0) < tryLimits.alarm.at) await clearAlarm(db, guessingCause);
  return gone.rows.length;
}
