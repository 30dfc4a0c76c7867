import { sql } from 'kysely';
import { type Actor, recordAudit } from '#foundation/audit.ts';
import type { Db, Tx } from '#foundation/db.ts';
import { writeOffSlots } from '#foundation/slots.ts';
import { endRows, endsWithout } from './end-rows.ts';
import { forgetRestored, markInPlace, noteRestored, readRestored } from './restore-mark.ts';

/** What a resumed outbox keeps and what it gives up, as row counts; streams that now wait for a person, and jobs. */
export type ResumeOutcome = { stopped: number; kept: number; pausedStreams: number; jobs: number };

const atOnce = 5_000;

/**
 * What the original of a copy may have sent, and nothing would recognise. Replies, SMS and webhooks carry no key;
 * notices may have gone with a reply; a multicast may have left in other groups, or in halves, under other keys;
 * and LINE forgets a key a day after its first try. Pushes younger than that keep their key: LINE refuses the second.
 */
const mayHaveLeft = (now: Date, lastId: number) => sql`
  (m.id <= ${lastId} and (m.state = 'held' or (m.state in ('planned', 'sending') and m.due_at <= ${now} and (
    m.channel in ('sms', 'webhook')
    or (m.channel = 'line_message' and (
      m.method = 'multicast' or (m.purpose = 'marketing' and m.body is null)
      or m.due_at < ${now}::timestamptz - interval '23 hours'
      or m.first_try_at < now() - interval '23 hours')))))
  or (m.method = 'reply' and m.state in ('planned', 'sending')))`;

/** What resuming would give up, by kind, the most first. @param now business time */
export async function previewResume(db: Db, now: Date): Promise<{ kind: string; count: number }[]> {
  const lastId = (await readRestored(db))?.lastId ?? Number.MAX_SAFE_INTEGER;
  const found = await sql<{ kind: string; count: number }>`
    select m.kind, count(*) as count from outbox_messages m where ${mayHaveLeft(now, lastId)}
    group by 1 order by 2 desc, 1`.execute(db);
  return found.rows;
}

/**
 * Lets the outbox of a restored copy go on. What may have left stops as `unknown`, reason 'restored', for a person to
 * decide; running streams are paused; slots of jobs that were missed are written off, for nobody knows what the
 * original ran since. The hold is lifted last: cut off in the middle, it is run again.
 * @param input.now business time
 * @param input.halt what other rooms stop in the transaction that lifts the hold
 */
export async function resumeOutbox(
  db: Db,
  input: { now: Date; actor: Actor; halt?(tx: Tx): Promise<unknown> },
): Promise<ResumeOutcome> {
  const { now } = input;
  await noteRestored(db);
  const lastId = (await readRestored(db))?.lastId ?? 0;
  let stopped = 0;
  for (let after = 0; ; ) {
    const ended = await endRows(
      db,
      endsWithout(sql`
        select m.id, 'unknown' as state, 'restored' as reason from outbox_messages m
        where m.id > ${after} and ${mayHaveLeft(now, lastId)} order by m.id limit ${atOnce}`),
      sql`true`,
    );
    if (ended.length === 0) break;
    stopped += ended.length;
    after = Math.max(...ended);
  }
  return db.transaction().execute(async (tx) => {
    await input.halt?.(tx);
    const paused = await sql`
      update outbox_streams s set state = 'paused'
      where s.state = 'running' and exists (select 1 from outbox_messages m
                                            where m.stream_id = s.id and m.state = 'planned')`.execute(tx);
    const kept = await sql<{ count: number }>`
      select count(*) as count from outbox_messages where state in ('planned', 'sending')`.execute(tx);
    const outcome = {
      stopped,
      kept: kept.rows[0]?.count ?? 0,
      pausedStreams: Number(paused.numAffectedRows ?? 0),
      jobs: await writeOffSlots(tx, now),
    };
    await markInPlace(tx);
    await forgetRestored(tx);
    await recordAudit(tx, {
      at: now,
      actor: input.actor,
      action: 'outbox.resume',
      subjectKind: 'outbox',
      subjectId: 'all',
      after: outcome,
    });
    return outcome;
  });
}
