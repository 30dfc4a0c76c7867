import { addMs } from '#foundation/clock.ts';
import { sql, type Tx } from '#foundation/db.ts';
import { randomToken, type Secrets } from '#foundation/secrets.ts';

const linkMs = 5 * 60_000;

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
