import { sql } from 'kysely';
import { type Actor, recordAudit } from '#foundation/audit.ts';
import type { Db, Tx } from '#foundation/db.ts';

/** What a person found out about a row of which nobody knew: it arrived, it goes once more, or it is let be. */
export type UnknownDecision = 'arrived' | 'again' | 'dropped';

export type DecideUnknownOutcome =
  | { ok: true; newId: number | null }
  | {
      ok: false;
      /** `blanked`: what it carried is gone; `reply`: its token is, and only the shopper can ask again. */
      reason: 'not_found' | 'not_unknown' | 'blanked' | 'reply';
    };

const actions = { arrived: 'outbox.arrived', again: 'outbox.again', dropped: 'outbox.dropped' } as const;

type Found = { state: string; method: string; channel: string; hasBody: boolean; hasSecret: boolean };

/**
 * Ends the doubt about one row. Sent again it is a new row under a new key, for the old key may be forgotten; it is
 * asked anew whether it is still due, allowed and within the caps. Nobody can do that twice.
 * @param input.now business time
 */
export async function decideUnknown(
  tx: Tx,
  input: { id: number; decision: UnknownDecision; now: Date; actor: Actor },
): Promise<DecideUnknownOutcome> {
  const { id, decision, now } = input;
  const found = await sql<Found>`
    select state, method, channel, body is not null as "hasBody", secret_encrypted is not null as "hasSecret"
    from outbox_sent where id = ${id} for update`.execute(tx);
  const row = found.rows[0];
  if (!row) return { ok: false, reason: 'not_found' };
  if (row.state !== 'unknown') return { ok: false, reason: 'not_unknown' };
  let newId: number | null = null;
  if (decision === 'again') {
    if (row.method === 'reply') return { ok: false, reason: 'reply' };
    if (['sms', 'webhook'].includes(row.channel) && !row.hasSecret) return { ok: false, reason: 'blanked' };
    newId = await planAgain(tx, id, now);
    if (newId === null) return { ok: false, reason: 'blanked' };
  }
  const state = decision === 'arrived' ? 'sent' : 'failed';
  const reason = { arrived: 'decided: arrived', dropped: 'decided: let be', again: `sent again as ${newId}` };
  await sql`update outbox_sent set state = ${state}, reason = ${reason[decision]} where id = ${id}`.execute(
    tx,
  );
  await recordAudit(tx, {
    at: now,
    actor: input.actor,
    action: actions[decision],
    subjectKind: 'outbox',
    subjectId: String(id),
  });
  return { ok: true, newId };
}

/**
 * A copy of the row as it was planned, outside of its stream. Where the body cannot be rendered anew (a reply that
 * became a push) its bytes go along. @returns null where they are gone
 */
async function planAgain(tx: Tx, id: number, now: Date): Promise<number | null> {
  const planned = await sql<{ id: number }>`
    with old as (
      select *, 'again:' || id as again_key, kind = 'late_reply' as is_fixed from outbox_sent
      where id = ${id} and (kind <> 'late_reply' or body is not null)
    ), fresh as (
      insert into outbox_keys (dedupe_key) select again_key from old on conflict do nothing returning dedupe_key
    )
    insert into outbox_messages (channel, method, kind, purpose, line_user_id, member_id, dedupe_key, source_ref, data,
                                 secret_encrypted, priority, due_at, expires_at, body, body_sha256)
    select o.channel, case when o.method = 'multicast' then 'push' else o.method end, o.kind, o.purpose,
           o.line_user_id, o.member_id, o.again_key, o.source_ref, o.data, o.secret_encrypted,
           case when o.purpose = 'service' then 3 else 5 end, ${now},
           case when o.expires_at > ${now} then o.expires_at end,
           case when o.is_fixed then o.body end, case when o.is_fixed then o.body_sha256 end
    from old o join fresh f on f.dedupe_key = o.again_key
    returning id`.execute(tx);
  return planned.rows[0]?.id ?? null;
}

/** Ids of rows that wait for such a decision, oldest first. @param reason 'restored', or any other; undefined = all */
export async function listUnknown(db: Db, input: { reason?: string; limit: number }): Promise<number[]> {
  const found = await sql<{ id: number }>`
    select id from outbox_sent
    where state <> 'sent' and state = 'unknown' and (${input.reason ?? null}::text is null or reason = ${input.reason ?? null})
    order by finished_at, id limit ${input.limit}`.execute(db);
  return found.rows.map(({ id }) => id);
}
