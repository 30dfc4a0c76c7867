import { sql } from 'kysely';
import { z } from 'zod';
import type { Db } from '#foundation/db.ts';

const markSchema = z.object({
  systemIdentifier: z.string(),
  outboxKeysOid: z.number(),
  databaseOid: z.number().nullish(),
  timeline: z.number().nullish(),
});

/**
 * Where this database lives. A dump restored anywhere has new tables, a copy made on the same server is another
 * database, and a backup of the server's files, rolled forward, goes on along a new timeline.
 */
export type RestoreMark = z.infer<typeof markSchema>;

export type RestoreCheck = { ok: true } | { ok: false; marked: RestoreMark; found: RestoreMark };

/** A standby that takes over begins a new timeline too, but has seen us alive just before. */
const takeoverSeconds = 600;

/**
 * Compares the database with the mark that the first boot left in it, and leaves one where there is none. A restored
 * copy still lists as planned what its original may have sent since, so the outbox is held until somebody says so.
 */
export async function checkRestoreMark(db: Db): Promise<RestoreCheck> {
  const found = await readPlace(db);
  await sql`insert into installation_marks (key, value) values ('restore_mark', ${JSON.stringify(found)}::jsonb)
            on conflict (key) do nothing`.execute(db);
  const stored = await sql<{ value: unknown }>`
    select value from installation_marks where key = 'restore_mark'`.execute(db);
  const marked = markSchema.parse(stored.rows[0]?.value);
  if (
    marked.systemIdentifier !== found.systemIdentifier ||
    marked.outboxKeysOid !== found.outboxKeysOid ||
    (marked.databaseOid ?? found.databaseOid) !== found.databaseOid
  )
    return { ok: false, marked, found };
  if (marked.databaseOid === found.databaseOid && marked.timeline === found.timeline) return { ok: true };
  const isKnown = marked.timeline === undefined || marked.timeline === null;
  if (!isKnown && marked.timeline !== found.timeline) {
    const gap = await readSecondsSinceAlive(db);
    if (gap === null || gap > takeoverSeconds) return { ok: false, marked, found };
  }
  await setMark(db, found);
  return { ok: true };
}

/** This database is where it belongs from now on. */
export const markInPlace = async (db: Db): Promise<void> => setMark(db, await readPlace(db));

/** Holds the outbox of a copy that does not show that it is one, such as a snapshot of the whole disk. */
export async function markAsCopy(db: Db): Promise<void> {
  await setMark(db, { ...(await readPlace(db)), systemIdentifier: 'held by hand' });
  await noteRestored(db);
}

async function setMark(db: Db, mark: RestoreMark): Promise<void> {
  await sql`insert into installation_marks (key, value) values ('restore_mark', ${JSON.stringify(mark)}::jsonb)
            on conflict (key) do update set value = excluded.value, marked_at = now()`.execute(db);
}

/** A process that may send says so every few seconds: after a restore this tells how old the copy is. */
export async function noteAlive(db: Db): Promise<void> {
  await sql`insert into installation_marks (key, value) values ('alive', '{}')
            on conflict (key) do update set marked_at = now()`.execute(db);
}

/** Seconds since a process that may send was last seen; null = never. Wire time. */
export async function readSecondsSinceAlive(db: Db): Promise<number | null> {
  const found = await sql<{ seconds: number }>`
    select extract(epoch from now() - marked_at)::float8 as seconds from installation_marks
    where key = 'alive'`.execute(db);
  return found.rows[0]?.seconds ?? null;
}

/** What a copy remembers of its beginning: rows with higher ids were planned in it, and by nobody else. */
export type Restored = { lastId: number; foundAt: Date; lastAliveAt: Date | null };

/** Noted once, when a copy is found to be one. */
export async function noteRestored(db: Db): Promise<void> {
  await sql`
    insert into installation_marks (key, value)
    select 'restored', jsonb_build_object('lastId', coalesce(
             pg_sequence_last_value(pg_get_serial_sequence('outbox_messages', 'id')::regclass), 0))
    on conflict (key) do nothing`.execute(db);
}

/** @returns null in a database that was not found to be a copy */
export async function readRestored(db: Db): Promise<Restored | null> {
  const found = await sql<Restored>`
    select (r.value ->> 'lastId')::bigint as "lastId", r.marked_at as "foundAt", a.marked_at as "lastAliveAt"
    from installation_marks r left join installation_marks a on a.key = 'alive'
    where r.key = 'restored'`.execute(db);
  return found.rows[0] ?? null;
}

export async function forgetRestored(db: Db): Promise<void> {
  await sql`delete from installation_marks where key = 'restored'`.execute(db);
}

async function readPlace(db: Db): Promise<RestoreMark> {
  const found = await sql<RestoreMark>`
    select s.system_identifier::text as "systemIdentifier", 'outbox_keys'::regclass::oid::bigint as "outboxKeysOid",
           (select oid::bigint from pg_database where datname = current_database()) as "databaseOid",
           c.timeline_id as timeline
    from pg_control_system() s, pg_control_checkpoint() c`.execute(db);
  return markSchema.parse(found.rows[0]);
}
