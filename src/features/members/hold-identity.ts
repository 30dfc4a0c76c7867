import { sql, type Tx } from '#foundation/db.ts';
import { type Secrets, sha256 } from '#foundation/secrets.ts';

/** Who else stood behind a value until now, ended by the same call; null when nobody did. */
export type FormerHolder = number | null;

/**
 * Makes a LINE account stand for a person; whoever held it lets go. LINE's user id says nothing outside of our
 * provider, so it stands in the clear and its hash serves the constraint of one living holder.
 */
export async function holdLine(
  tx: Tx,
  input: { memberId: number; lineUserId: string; now: Date },
): Promise<FormerHolder> {
  const hash = sha256(`line:${input.lineUserId}`);
  const former = await letGo(tx, 'line', hash, input);
  await sql`
    insert into member_identities (member_id, kind, value_hmac, line_user_id, verified_at, since)
    values (${input.memberId}, 'line', ${hash}, ${input.lineUserId}, ${input.now}, ${input.now})
    on conflict (kind, value_hmac) where until is null do nothing`.execute(tx);
  return former;
}

/** Makes a phone stand for a person, sealed and findable by its HMAC; whoever held it lets go. */
export async function holdPhone(
  tx: Tx,
  secrets: Secrets,
  input: { memberId: number; phone: string; verifiedAt: Date | null; now: Date },
): Promise<FormerHolder> {
  const hmac = secrets.lookup('phone', input.phone);
  const former = await letGo(tx, 'phone', hmac, input);
  await sql`
    insert into member_identities (member_id, kind, value_hmac, value_encrypted, verified_at, since)
    values (${input.memberId}, 'phone', ${hmac}, ${secrets.encrypt(input.phone)}, ${input.verifiedAt}, ${input.now})
    on conflict (kind, value_hmac) where until is null
      do update set verified_at = coalesce(excluded.verified_at, member_identities.verified_at)`.execute(tx);
  return former;
}

/** The member who holds a phone now, or null; an unproven entry at the till counts too. */
export async function lockPhoneHolder(tx: Tx, secrets: Secrets, phone: string): Promise<number | null> {
  const hmac = secrets.lookup('phone', phone);
  await sql`select pg_advisory_xact_lock(hashtextextended(${`phone:${hmac.toString('hex')}`}, 0))`.execute(
    tx,
  );
  const found = await sql<{ memberId: number }>`
    select member_id as "memberId" from member_identities
    where kind = 'phone' and value_hmac = ${hmac} and until is null`.execute(tx);
  return found.rows[0]?.memberId ?? null;
}

async function letGo(
  tx: Tx,
  kind: 'line' | 'phone',
  hmac: Buffer,
  input: { memberId: number; now: Date },
): Promise<FormerHolder> {
  const ended = await sql<{ memberId: number }>`
    update member_identities set until = greatest(${input.now}::timestamptz, since)
    where kind = ${kind} and value_hmac = ${hmac} and until is null and member_id <> ${input.memberId}
    returning member_id as "memberId"`.execute(tx);
  return ended.rows[0]?.memberId ?? null;
}
