import { type RawBuilder, sql } from 'kysely';
import type { Db } from '#foundation/db.ts';

/**
 * Ends rows: in one statement they leave the hot table for the ended ones, by the month.
 * @param ends yields (id, state, reason, status, request_id, is_certain, token), one row each; `is_certain` takes
 * the try on the wire off the doubtful ones
 * @param may a condition on the row `m` and its end `e`, asked of the row as it stands when it is deleted
 * @returns the ids of the rows that took their end
 */
export async function endRows(
  db: Db,
  ends: RawBuilder<unknown>,
  may: RawBuilder<unknown>,
): Promise<number[]> {
  const ended = await sql<{ id: number }>`
    with e as (${ends}), gone as (
      delete from outbox_messages m using e where ${isRowOf(sql`e`)} and ${may}
      returning m.*, e.state as end_state, e.reason as end_reason, e.request_id,
                case when e.token is null then m.answer_status else e.status end as end_status,
                m.doubt_count - case when e.is_certain then 1 else 0 end as doubts_left
    )
    insert into outbox_sent (id, channel, method, kind, purpose, line_user_id, member_id, dedupe_key, source_ref,
                             stream_id, arm, unit, data, secret_encrypted, state, due_at, expires_at, reply_token,
                             retry_key, batch_id, body, body_sha256, first_try_at, attempts, doubt_count,
                             line_request_id, answer_status, reason, created_at)
    select id, channel, method, kind, purpose, line_user_id, member_id, dedupe_key, source_ref, stream_id, arm, unit,
           data, secret_encrypted, end_state, due_at, expires_at, reply_token, retry_key, batch_id, body, body_sha256,
           first_try_at, attempts, doubts_left, request_id, end_status, end_reason, created_at
    from gone
    returning id`.execute(db);
  return ended.rows.map((row) => row.id);
}

/** Ends that do not come from a try: the reason is known, the tries stay as they were. */
export const endsWithout = (rows: RawBuilder<unknown>): RawBuilder<unknown> => sql`
  select id, state, reason, null::smallint as status, null::text as request_id, false as is_certain,
         null::uuid as token
  from (${rows}) as plain`;

/**
 * Whether the row `m` is the one of `listed`, by id: all of these are fetched in one go and matched by hash. A plan that
 * PostgreSQL made while next to nothing was waiting would otherwise look for them among all that wait.
 */
export const isRowOf = (listed: RawBuilder<unknown>): RawBuilder<boolean> =>
  sql`m.id = any(array(select id from ${listed})) and m.id + 0 = ${listed}.id`;
