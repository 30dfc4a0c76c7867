import { addMs } from '#foundation/clock.ts';
import { sql, type Tx } from '#foundation/db.ts';
import { randomToken, type Secrets } from '#foundation/secrets.ts';

const linkMs = 5 * 60_000;
const sessionMs = 15 * 60_000;

/** A link to the member-code page, good for one exchange within five minutes of the wire clock. @returns its token */
export async function openCodeLink(
  tx: Tx,
  secrets: Secrets,
  input: { memberId: number; lineUserId: string; wireNow: Date },
): Promise<string> {
  const token = randomToken(18);
  await sql`
    insert into member_code_links (token_hmac, member_id, line_user_id, created_at, expires_at)
    values (${secrets.mac('link', `code:${token}`)}, ${input.memberId}, ${input.lineUserId}, ${input.wireNow},
            ${addMs(input.wireNow, linkMs)})`.execute(tx);
  return token;
}

/**
 * Exchanges a link for a session of 15 minutes, once: a link that leaks from a history or a screenshot opens nothing.
 * @returns the session's token, or null
 */
export async function exchangeCodeLink(
  tx: Tx,
  secrets: Secrets,
  input: { token: string; wireNow: Date },
): Promise<string | null> {
  const session = randomToken(18);
  const exchanged = await sql`
    update member_code_links
    set exchanged_at = ${input.wireNow}, session_hmac = ${secrets.mac('link', `session:${session}`)},
        session_expires_at = ${addMs(input.wireNow, sessionMs)}
    where token_hmac = ${secrets.mac('link', `code:${input.token}`)} and exchanged_at is null
      and expires_at > ${input.wireNow}
    returning 1`.execute(tx);
  return exchanged.rows.length > 0 ? session : null;
}
