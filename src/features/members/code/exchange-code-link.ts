import { addMs } from '#foundation/clock.ts';
import { sql, type Tx } from '#foundation/db.ts';
import { randomToken, type Secrets } from '#foundation/secrets.ts';

const sessionMs = 15 * 60_000;

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
