import type { RawBuilder, SqlBool } from 'kysely';
import { type Db, sql } from '#foundation/db.ts';
import { gatherReads } from '#foundation/gather-reads.ts';
import type { Locale } from '#foundation/i18n.ts';
import { anyText } from '#foundation/lists.ts';

/** A person from first contact on; bound = `joinedAt` is set and a LINE account is theirs now. */
export type Person = {
  memberId: number;
  memberNo: string;
  joinedAt: Date | null;
  locale: Locale;
  birthMonth: number | null;
  birthDay: number | null;
  birthYear: number | null;
  spendingHeldUntil: Date | null;
  spendingLockedAt: Date | null;
};

const personColumns = sql`
  m.id as "memberId", m.member_no as "memberNo", m.joined_at as "joinedAt",
  coalesce(f.language, m.language, 'zh-TW') as "locale", m.birth_month as "birthMonth",
  m.birth_day as "birthDay", m.birth_year as "birthYear", m.spending_held_until as "spendingHeldUntil",
  m.spending_locked_at as "spendingLockedAt"`;

/** From whoever was asked for to the person they are by now. */
const joinPerson = sql`
  join members m on m.id = coalesce(asked.merged_into_id, asked.id)
  left join member_identities i on i.member_id = m.id and i.kind = 'line' and i.until is null
  left join line_friends f on f.line_user_id = i.line_user_id`;

/** The person whom a LINE account is, bound or not; null before the first contact. */
export const readPersonByLine: (db: Db, lineUserId: string) => Promise<Person | null> = gatherReads(
  async (db, lineUserIds: readonly string[]) => {
    const found = await sql<Person & { askedFor: string }>`
      select ${personColumns}, asked_by.line_user_id as "askedFor"
      from member_identities asked_by
      join members asked on asked.id = asked_by.member_id
      ${joinPerson}
      where asked_by.kind = 'line' and asked_by.until is null and m.erased_at is null
        and asked_by.line_user_id = ${anyText(lineUserIds)}`.execute(db);
    const people = new Map(found.rows.map(({ askedFor, ...person }) => [askedFor, person]));
    return lineUserIds.map((lineUserId) => people.get(lineUserId) ?? null);
  },
);

/** A person by id, merges followed; null when unknown or erased. */
export function readPerson(db: Db, memberId: number): Promise<Person | null> {
  return readWhere(db, sql<SqlBool>`asked.id = ${memberId}`);
}

/** A person by member number, merges followed. */
export function readPersonByMemberNo(db: Db, memberNo: string): Promise<Person | null> {
  return readWhere(db, sql<SqlBool>`asked.member_no = ${memberNo}`);
}

/** The LINE account by which a person is reached now, or null. */
export async function readLineUserOf(db: Db, memberId: number): Promise<string | null> {
  const found = await sql<{ lineUserId: string }>`
    select i.line_user_id as "lineUserId"
    from members asked
    join member_identities i on i.member_id = coalesce(asked.merged_into_id, asked.id)
    where asked.id = ${memberId} and i.kind = 'line' and i.until is null`.execute(db);
  return found.rows[0]?.lineUserId ?? null;
}

/** The LINE account of a member who is bound now, or null. */
export async function readLineUserOfBound(db: Db, memberId: number): Promise<string | null> {
  const found = await sql<{ lineUserId: string }>`
    select i.line_user_id as "lineUserId"
    from members asked
    join members m on m.id = coalesce(asked.merged_into_id, asked.id)
    join member_identities i on i.member_id = m.id and i.kind = 'line' and i.until is null
    where asked.id = ${memberId} and m.joined_at is not null and m.erased_at is null`.execute(db);
  return found.rows[0]?.lineUserId ?? null;
}

/**
 * The LINE account that let a person's card go last, if that was at `since` or later; null when there is none.
 * @param input.since business time
 */
export async function readFormerLineUserOf(
  db: Db,
  input: { memberId: number; since: Date },
): Promise<string | null> {
  const found = await sql<{ lineUserId: string }>`
    select line_user_id as "lineUserId" from member_identities
    where member_id = ${input.memberId} and kind = 'line' and until >= ${input.since}
    order by until desc, id desc limit 1`.execute(db);
  return found.rows[0]?.lineUserId ?? null;
}

async function readWhere(db: Db, condition: RawBuilder<SqlBool>): Promise<Person | null> {
  const found = await sql<Person>`
    select ${personColumns} from members asked ${joinPerson}
    where ${condition} and m.erased_at is null`.execute(db);
  return found.rows[0] ?? null;
}
