import type { Db } from '#foundation/db.ts';

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
