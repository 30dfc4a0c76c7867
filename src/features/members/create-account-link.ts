import { addMs } from '#foundation/clock.ts';
import { sql, type Tx } from '#foundation/db.ts';
import { type Refused, refuse } from '#foundation/outcome.ts';
import { randomToken, type Secrets } from '#foundation/secrets.ts';
import { readPersonByMemberNo } from './person-reads.ts';

const lifeMs = 10 * 60_000;

/**
 * A nonce for LINE's account-link flow: whoever comes back with it is the member who signed in at the brand's site.
 * 192 random bits, single use, ten minutes of the wire clock; only its HMAC is kept.
 */
export async function createAccountLink(
  tx: Tx,
  secrets: Secrets,
  input: { memberNo: string; wireNow: Date },
): Promise<{ ok: true; nonce: string; expiresAt: Date } | Refused<'unknown_member'>> {
  const person = await readPersonByMemberNo(tx, input.memberNo);
  if (!person) return refuse('unknown_member');
  const nonce = randomToken(24);
  const expiresAt = addMs(input.wireNow, lifeMs);
  await sql`
    insert into member_account_links (nonce_hmac, member_id, created_at, expires_at)
    values (${secrets.mac('link', `account:${nonce}`)}, ${person.memberId}, ${input.wireNow}, ${expiresAt})`.execute(
    tx,
  );
  return { ok: true, nonce, expiresAt };
}
