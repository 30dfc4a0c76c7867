import '../tables.ts';
import { addMs } from '#foundation/clock.ts';
import type { Db } from '#foundation/db.ts';
import { sql } from '#foundation/db.ts';

const dayMs = 86_400_000;
const keepSessionsMs = 90 * dayMs;

/** Tries of yesterday, logins that never came back, and sessions dead for 90 days; who signed in stays in the audit log. */
export async function forgetOldSignIns(db: Db, wireNow: Date): Promise<void> {
  await sql`delete from staff_attempts where last_at < ${addMs(wireNow, -dayMs)}`.execute(db);
  await db.deleteFrom('staff_line_logins').where('expires_at', '<', wireNow).execute();
  await db.deleteFrom('staff_sessions').where('ends_at', '<', addMs(wireNow, -keepSessionsMs)).execute();
}
