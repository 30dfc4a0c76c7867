import './tables.ts';
import { type Db, sql } from '#foundation/db.ts';

/** Codes, links and counts that can decide nothing any more are deleted; what they led to stands elsewhere. */
export async function forgetOldCodes(db: Db): Promise<void> {
  await sql`delete from member_phone_codes where expires_at < now() - interval '2 days'`.execute(db);
  await sql`delete from member_phone_code_sends where sent_on < current_date - 7`.execute(db);
  await sql`delete from member_code_links
            where greatest(expires_at, session_expires_at) < now() - interval '2 days'`.execute(db);
  await sql`delete from member_code_uses where used_at < now() - interval '2 days'`.execute(db);
  await sql`delete from member_account_links where expires_at < now() - interval '2 days'`.execute(db);
}
