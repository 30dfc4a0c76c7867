import './tables.ts';
import type { Db } from '#foundation/db.ts';
import { maskPhone } from '#foundation/i18n.ts';
import type { Secrets } from '#foundation/secrets.ts';

/** The phones of persons as screens may show them, "09**-***-678"; who has none is missing. */
export async function readMaskedPhones(
  db: Db,
  secrets: Secrets,
  memberIds: readonly number[],
): Promise<ReadonlyMap<number, string>> {
  if (memberIds.length === 0) return new Map();
  const rows = await db
    .selectFrom('member_identities')
    .select(['member_id', 'value_encrypted'])
    .where('member_id', 'in', memberIds)
    .where('kind', '=', 'phone')
    .where('until', 'is', null)
    .orderBy('verified_at', (order) => order.asc().nullsFirst())
    .orderBy('id')
    .execute();
  // A proven number comes after one that the till was told, and wins.
  return new Map(
    rows.flatMap((row) =>
      row.value_encrypted ? [[row.member_id, maskPhone(secrets.decrypt(row.value_encrypted))] as const] : [],
    ),
  );
}
