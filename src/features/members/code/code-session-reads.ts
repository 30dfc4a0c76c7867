import { type Db, sql } from '#foundation/db.ts';
import type { Secrets } from '#foundation/secrets.ts';
import { type Person, readPersonByLine } from '../person-reads.ts';

/** Who looks at the member-code page, or null: the session ran out, or the card left that LINE account since. */
export async function readCodeSession(
  db: Db,
  secrets: Secrets,
  input: { session: string; wireNow: Date },
): Promise<{ person: Person; expiresAt: Date } | null> {
  const found = await sql<{ lineUserId: string; expiresAt: Date }>`
    select line_user_id as "lineUserId", session_expires_at as "expiresAt" from member_code_links
    where session_hmac = ${secrets.mac('link', `session:${input.session}`)}
      and session_expires_at > ${input.wireNow}`.execute(db);
  const row = found.rows[0];
  const person = row ? await readPersonByLine(db, row.lineUserId) : null;
  return row && person?.joinedAt ? { person, expiresAt: row.expiresAt } : null;
}
