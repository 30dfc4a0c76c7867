import { sql, type Tx } from '#foundation/db.ts';
import type { Secrets } from '#foundation/secrets.ts';

/** Spends a nonce; one statement, so that two events with it link once. @returns the member, or null */
export async function spendAccountLink(
  tx: Tx,
  secrets: Secrets,
  input: { nonce: string; at: Date },
): Promise<number | null> {
  const spent = await sql<{ memberId: number }>`
    update member_account_links set used_at = ${input.at}
    where nonce_hmac = ${secrets.mac('link', `account:${input.nonce}`)} and used_at is null
      and expires_at > ${input.at}
    returning member_id as "memberId"`.execute(tx);
  return spent.rows[0]?.memberId ?? null;
}
