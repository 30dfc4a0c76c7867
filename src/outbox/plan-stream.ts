import { type RawBuilder, sql } from 'kysely';
import type { Tx } from '#foundation/db.ts';
import type { AnyMessageKind } from './kinds.ts';
import { noticeGrowth } from './notice-growth.ts';

/**
 * Plans one batch of a stream in one statement. Whoever was planned in this stream before is passed over, so a batch
 * may be planned again after a crash.
 * @param input.select yields (member_id, line_user_id, arm, unit, data jsonb): persons who can be pushed to, with the
 * variables that `kind.schema` takes; `unit` is LINE's name for counting or null
 * @param input.dueAt business time, as is `expiresAt`, after which a row is skipped, reason 'expired'
 * @returns how many rows were planned
 */
export async function planStream(
  tx: Tx,
  input: {
    streamId: number;
    kind: Pick<AnyMessageKind, 'key' | 'purpose'>;
    select: RawBuilder<unknown>;
    dueAt: Date;
    expiresAt: Date | null;
  },
): Promise<number> {
  const { streamId, kind } = input;
  const planned = await sql`
    with wanted as materialized (
      select distinct on (w.member_id) w.member_id, w.line_user_id, w.arm, w.unit, w.data,
             'stream:' || ${streamId}::bigint || ':' || w.member_id as dedupe_key
      from (${input.select}) as w (member_id, line_user_id, arm, unit, data) order by w.member_id
    ), fresh as (
      insert into outbox_keys (dedupe_key) select dedupe_key from wanted on conflict do nothing returning dedupe_key
    )
    insert into outbox_messages (channel, method, kind, purpose, line_user_id, member_id, dedupe_key, source_ref,
                                 stream_id, arm, unit, data, due_at, expires_at)
    select 'line_message', 'push', ${kind.key}, ${kind.purpose}, w.line_user_id, w.member_id, w.dedupe_key,
           s.source_ref, s.id, w.arm, w.unit, w.data, ${input.dueAt}, ${input.expiresAt}
    from wanted w join outbox_streams s on s.id = ${streamId}
    -- Not a join: of a batch that it takes for small, PostgreSQL would compare every row with every key.
    where (w.dedupe_key in (select dedupe_key from fresh)) is true
    order by w.member_id`.execute(tx);
  await noticeGrowth(tx);
  return Number(planned.numAffectedRows ?? 0);
}
