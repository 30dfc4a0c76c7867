import { type Db, sql } from '#foundation/db.ts';
import { readStoreNames } from '../../stores/store-reads.ts';
import { type AuditCursor, type AuditFilter, maxAuditPage } from './audit-rules.ts';

/** One entry as auditors read it, with the names that ids have now. */
export type AuditEntry = {
  id: number;
  at: Date;
  actor: { kind: string; id: string; name: string | null };
  action: string;
  subject: { kind: string; id: string; name: string | null };
  /** Whose data or balance it touches; after a merge the number that stands for the person now. */
  memberNo: string | null;
  before: unknown;
  after: unknown;
  place: { store: string | null; device: string | null; address: string | null };
};

type Row = Pick<AuditEntry, 'id' | 'at' | 'action' | 'memberNo' | 'before' | 'after'> & {
  atMicros: number;
  actorKind: string;
  actorId: string;
  actorName: string | null;
  subjectKind: string;
  subjectId: string;
  subjectName: string | null;
  storeId: number | null;
  device: string | null;
  address: string | null;
};

/**
 * Entries from the newest on, at most 1000 of them.
 * @param input.after the place in the log behind which to go on
 * @returns `next`: null when there are no more
 */
export async function readAuditPage(
  db: Db,
  filter: AuditFilter,
  input: { after: AuditCursor | null; limit: number },
): Promise<{ entries: AuditEntry[]; next: AuditCursor | null }> {
  const memberIds = filter.memberNo === undefined ? null : await readIdsOfPerson(db, filter.memberNo);
  const limit = Math.min(input.limit, maxAuditPage);
  const found = await sql<Row>`
    with page as (
      select * from audit_entries e
      where true
        ${when(filter.action, (action) => sql`and e.action = ${action}`)}
        ${when(filter.actor, (actor) => sql`and e.actor_kind = ${actor.kind} and e.actor_id = ${actor.id}`)}
        ${when(memberIds, (ids) => sql`and e.member_id = any(${ids}::bigint[])`)}
        ${when(filter.from, (from) => sql`and e.at >= ${from}`)}
        ${when(filter.before, (before) => sql`and e.at < ${before}`)}
        ${when(input.after, (after) => sql`and (e.at, e.id) < (${instantOf(after.atMicros)}, ${after.id})`)}
      order by e.at desc, e.id desc
      limit ${limit + 1}
    )
    select e.id, e.at, (extract(epoch from e.at) * 1000000)::bigint as "atMicros", e.action, e.before, e.after,
           e.actor_kind as "actorKind", e.actor_id as "actorId", e.subject_kind as "subjectKind",
           e.subject_id as "subjectId", whose.living_no as "memberNo",
           ${nameOf('e.actor_kind', 'e.actor_id')} as "actorName",
           ${nameOf('e.subject_kind', 'e.subject_id')} as "subjectName",
           (e.place ->> 'storeId')::bigint as "storeId", d.name as device, e.place ->> 'address' as address
    from page e
    left join members_published_numbers whose on whose.id = e.member_id
    left join staff_devices d on d.id = (e.place ->> 'deviceId')::bigint
    order by e.at desc, e.id desc`.execute(db);
  const rows = found.rows.slice(0, limit);
  const last = found.rows.length > limit ? rows.at(-1) : undefined;
  const stores = await readStoreNames(db, [...new Set(rows.flatMap(storesOf))]);
  const entries = rows.map((row) => toEntry(row, stores));
  return { entries, next: last ? { atMicros: last.atMicros, id: last.id } : null };
}

/** Every action that was ever recorded, by name: one look into the index for each. */
export async function readAuditActions(db: Db): Promise<string[]> {
  const found = await sql<{ action: string }>`
    with recursive known(action) as (
      (select action from audit_entries order by action limit 1)
      union all
      select (select e.action from audit_entries e where e.action > known.action order by e.action limit 1)
      from known where known.action is not null
    )
    select action from known where action is not null`.execute(db);
  return found.rows.map((row) => row.action);
}

/** The person of a member number, and all who were merged into them. */
async function readIdsOfPerson(db: Db, memberNo: string): Promise<number[]> {
  const found = await sql<{ id: number }>`
    with asked as (
      select coalesce(merged_into_id, id) as id from members_published_numbers where member_no = ${memberNo}
    )
    select id from asked
    union
    select n.id from members_published_numbers n join asked on n.merged_into_id = asked.id`.execute(db);
  return found.rows.map((row) => row.id);
}

const when = <Value>(value: Value | null | undefined, part: (value: Value) => ReturnType<typeof sql>) =>
  value === null || value === undefined ? sql`` : part(value);

const instantOf = (micros: number) => sql`timestamptz 'epoch' + ${micros}::bigint * interval '1 microsecond'`;

/** What somebody or something is called now; where `readStoreNames` does not say it, and null for what has no name. */
function nameOf(kind: string, id: string) {
  const number = sql.raw(`case when ${id} ~ '^[0-9]{1,15}$' then ${id}::bigint end`);
  return sql`case ${sql.raw(kind)}
    when 'staff' then (select name from staff_accounts where id = ${number})
    when 'api_key' then (select name from api_keys where id = ${number})
    when 'device' then (select name from staff_devices where id = ${number})
    when 'member' then (select living_no from members_published_numbers where id = ${number})
  end`;
}

const storesOf = (row: Row): number[] => [
  ...(row.storeId === null ? [] : [row.storeId]),
  ...(row.subjectKind === 'store' ? [Number(row.subjectId)] : []),
];

const toEntry = (row: Row, stores: ReadonlyMap<number, string>): AuditEntry => ({
  id: row.id,
  at: row.at,
  actor: { kind: row.actorKind, id: row.actorId, name: row.actorName },
  action: row.action,
  subject: {
    kind: row.subjectKind,
    id: row.subjectId,
    name: row.subjectKind === 'store' ? (stores.get(Number(row.subjectId)) ?? null) : row.subjectName,
  },
  memberNo: row.memberNo,
  before: row.before,
  after: row.after,
  place: {
    store: row.storeId === null ? null : (stores.get(row.storeId) ?? null),
    device: row.device,
    address: row.address,
  },
});
