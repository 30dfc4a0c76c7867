import { type RawBuilder, sql } from 'kysely';
import type { Tx } from '#foundation/db.ts';
import type { AnyMessageKind } from './kinds.ts';
import { noticeGrowth } from './notice-growth.ts';

/** One batch of a stream. */
export type StreamBatch = {
  streamId: number;
  kind: Pick<AnyMessageKind, 'key' | 'purpose'>;
  /**
   * Yields (member_id, line_user_id, arm, unit, data jsonb): persons who can be pushed to, with the variables that
   * `kind.schema` takes; `unit` is LINE's name for counting or null.
   */
  select: RawBuilder<unknown>;
  /** Business time, as is `expiresAt`, after which a row is skipped, reason 'expired'. */
  dueAt: Date;
  expiresAt: Date | null;
};

/**
 * Plans one batch of a stream in one statement. Whoever was planned in this stream before is passed over, so a batch
 * may be planned again after a crash.
 * @returns how many rows were planned
 */
export async function planStream(tx: Tx, batch: StreamBatch): Promise<number> {
  const select = sql`
    select distinct on (member_id) * from (${batch.select}) as given (member_id, line_user_id, arm, unit, data)
    where not exists (
      select 1 from outbox_keys where dedupe_key = ${keyOf(batch.streamId, sql`given.member_id`)})
    order by member_id`;
  const [planned] = await planWith<{ planned: number }>(
    tx,
    { ...batch, select },
    {
      parts: sql``,
      tell: sql`select count(*) as planned from planned`,
    },
  );
  return planned?.planned ?? 0;
}

/**
 * The same in one statement with more that belongs to it, so that nobody is looked up twice. `batch.select` names each
 * person once and nobody who was planned in this stream before: their key would refuse the whole batch.
 * @param also.parts named parts before the batch, each with a comma behind it; `batch.select` may read them
 * @param also.tell what the statement yields; may read `parts`, and `planned`, a row for each row that was planned
 */
export async function planWith<Told>(
  tx: Tx,
  batch: StreamBatch,
  also: { parts: RawBuilder<unknown>; tell: RawBuilder<unknown> },
): Promise<Told[]> {
  const { streamId, kind } = batch;
  const told = await sql<Told>`
    with ${also.parts} planned as (
      insert into outbox_messages (channel, method, kind, purpose, line_user_id, member_id, dedupe_key, source_ref,
                                   stream_id, arm, unit, data, due_at, expires_at)
      select 'line_message', 'push', ${kind.key}, ${kind.purpose}, w.line_user_id, w.member_id,
             ${keyOf(streamId, sql`w.member_id`)}, s.source_ref, s.id, w.arm, w.unit, w.data, ${batch.dueAt},
             ${batch.expiresAt}
      from (${batch.select}) as w (member_id, line_user_id, arm, unit, data)
      join outbox_streams s on s.id = ${streamId}
      order by w.member_id
      returning dedupe_key
    ), keyed as (
      insert into outbox_keys (dedupe_key) select dedupe_key from planned
    )
    ${also.tell}`.execute(tx);
  await noticeGrowth(tx);
  return told.rows;
}

const keyOf = (streamId: number, memberId: RawBuilder<unknown>): RawBuilder<string> =>
  sql`'stream:' || ${streamId}::bigint || ':' || ${memberId}`;
