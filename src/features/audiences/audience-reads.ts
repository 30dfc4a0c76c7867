import './tables.ts';
import { type Db, sql } from '#foundation/db.ts';
import { gatherReads, sortOut } from '#foundation/gather-reads.ts';
import { anyId } from '#foundation/lists.ts';

export type Audience = { audienceId: number; key: string; name: string; memberCount: number };

/** Audiences by their keys. @param input.after the key of the last one seen */
export async function readAudiences(
  db: Db,
  input: { after?: string | undefined; limit: number },
): Promise<Audience[]> {
  const found = await sql<Audience>`
    select a.id as "audienceId", a.key, a.name,
           (select count(*)::int from audience_members m where m.audience_id = a.id) as "memberCount"
    from audiences a where a.key > ${input.after ?? ''} order by a.key limit ${input.limit}`.execute(db);
  return found.rows;
}

/** The audience of this key, or null. */
export async function readAudience(db: Db, key: string): Promise<Audience | null> {
  const found = await sql<Audience>`
    select a.id as "audienceId", a.key, a.name,
           (select count(*)::int from audience_members m where m.audience_id = a.id) as "memberCount"
    from audiences a where a.key = ${key}`.execute(db);
  return found.rows[0] ?? null;
}

/** The keys of all audiences that a member is in. */
export const readAudienceKeysOf: (db: Db, memberId: number) => Promise<string[]> = gatherReads(
  async (db, memberIds: readonly number[]) => {
    const found = await sql<{ memberId: number; key: string }>`
      select m.member_id as "memberId", a.key from audience_members m join audiences a on a.id = m.audience_id
      where m.member_id = ${anyId(memberIds)} order by a.key`.execute(db);
    return sortOut(memberIds, found.rows, ({ memberId }) => memberId).map((own) => own.map(({ key }) => key));
  },
);
