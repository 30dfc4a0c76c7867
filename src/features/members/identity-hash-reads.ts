import { type Db, sql } from '#foundation/db.ts';

/** The hashes of the LINE account and the phone that stand for a person now: for "once per person" of other rooms. */
export async function readIdentityHashes(
  db: Db,
  memberId: number,
): Promise<{ kind: 'line' | 'phone'; hash: Buffer }[]> {
  const rows = await db
    .selectFrom('member_identities')
    .select(['kind', 'value_hmac'])
    .where('member_id', '=', memberId)
    .where('until', 'is', null)
    .execute();
  return rows.flatMap(({ kind, value_hmac: hash }) =>
    kind === 'line' || kind === 'phone' ? [{ kind, hash }] : [],
  );
}

/**
 * Whether both were ever known by the same LINE account or phone, now or before: then one human being may stand
 * behind both.
 */
export async function shareIdentity(db: Db, of: { oneId: number; otherId: number }): Promise<boolean> {
  const shared = await sql`
    select 1 from member_identities one join member_identities other using (kind, value_hmac)
    where one.member_id = ${of.oneId} and other.member_id = ${of.otherId} limit 1`.execute(db);
  return shared.rows.length > 0;
}
