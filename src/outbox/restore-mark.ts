import { sql } from 'kysely';
import { z } from 'zod';
import { type Actor, recordAudit } from '#foundation/audit.ts';
import type { Db, Tx } from '#foundation/db.ts';
import { endRows, endsWithout } from './end-rows.ts';

const markSchema = z.object({ systemIdentifier: z.string(), outboxKeysOid: z.number() });

/** Where this database lives: a copy restored elsewhere, or from a dump, differs in at least one of the two. */
export type RestoreMark = z.infer<typeof markSchema>;

export type RestoreCheck = { ok: true } | { ok: false; marked: RestoreMark; found: RestoreMark };

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
  const isSame =
    marked.systemIdentifier === found.systemIdentifier && marked.outboxKeysOid === found.outboxKeysOid;
  return isSame ? { ok: true } : { ok: false, marked, found };
}

/** What a resumed outbox keeps and what it gives up, as row counts. */
export type ResumeOutcome = { stopped: number; kept: number };

/**
 * Lets a restored outbox go on. What its original may have sent, and LINE would not recognise any more, stops as
 * `unknown`: pushes due more than 23 hours ago, or first tried then; replies, SMS and webhooks that were due (nothing
 * tells them apart); notices that may have gone with a reply. Younger pushes are safe: their keys came with the rows.
 * @param input.now business time
 */
export async function resumeOutbox(tx: Tx, input: { now: Date; actor: Actor }): Promise<ResumeOutcome> {
  const stopped = await endRows(
    tx,
    endsWithout(sql`
      select id, 'unknown' as state, 'restored' as reason from outbox_messages
      where state = 'held'
        or (state in ('planned', 'sending') and due_at <= ${input.now} and (
          method = 'reply' or channel in ('sms', 'webhook')
          or (channel = 'line_message' and (due_at < ${input.now}::timestamptz - interval '23 hours'
                                            or first_try_at < now() - interval '23 hours'))))`),
    sql`true`,
  );
  const kept = await sql<{ count: number }>`
    select count(*) as count from outbox_messages where state in ('planned', 'sending')`.execute(tx);
  const mark = await readPlace(tx);
  await sql`insert into installation_marks (key, value) values ('restore_mark', ${JSON.stringify(mark)}::jsonb)
            on conflict (key) do update set value = excluded.value, marked_at = now()`.execute(tx);
  const outcome = { stopped: stopped.length, kept: kept.rows[0]?.count ?? 0 };
  await recordAudit(tx, {
    at: input.now,
    actor: input.actor,
    action: 'outbox.resume',
    subjectKind: 'outbox',
    subjectId: 'all',
    after: outcome,
  });
  return outcome;
}

async function readPlace(db: Db): Promise<RestoreMark> {
  const found = await sql<RestoreMark>`
    select system_identifier::text as "systemIdentifier", 'outbox_keys'::regclass::oid::bigint as "outboxKeysOid"
    from pg_control_system()`.execute(db);
  return markSchema.parse(found.rows[0]);
}
