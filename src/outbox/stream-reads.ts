import { sql } from 'kysely';
import type { Db } from '#foundation/db.ts';
import type { FinalState, OpenState, StreamState } from './tables.ts';

export type Stream = {
  id: number;
  sourceRef: string;
  state: StreamState;
  pacePerSecond: number | null;
  quiet: 'hold' | 'skip';
};

export async function readStream(db: Db, streamId: number): Promise<Stream | undefined> {
  const found = await sql<Stream>`
    select id, source_ref as "sourceRef", state, pace_per_second as "pacePerSecond", quiet
    from outbox_streams where id = ${streamId}`.execute(db);
  return found.rows[0];
}

/** `reason` is null for what is sent or still to leave. */
export type StreamCount = {
  arm: string | null;
  state: OpenState | FinalState;
  reason: string | null;
  count: number;
};

/** Two halves, each with an index of its own. */
const openRows = (streamId: number) => sql`
  select arm, state from outbox_messages where stream_id = ${streamId} and state = 'planned'
  union all
  select arm, state from outbox_messages where stream_id = ${streamId} and state = 'sending'`;

/** What became of a stream's rows: their sum is what was planned. */
export async function countStream(db: Db, streamId: number): Promise<StreamCount[]> {
  const found = await sql<StreamCount>`
    select arm, state, null as reason, count(*) as count from (${openRows(streamId)}) as open group by 1, 2
    union all
    select arm, state, case when state <> 'sent' then reason end, count(*) from outbox_sent
    where stream_id = ${streamId}
      and finished_at >= (select started_at from outbox_streams where id = ${streamId})
    group by 1, 2, 3
    order by 1, 2, 3`.execute(db);
  return found.rows;
}

/** Whether anything of a stream is still to leave or on the wire. */
export async function isStreamOpen(db: Db, streamId: number): Promise<boolean> {
  const found = await sql`select 1 from (${openRows(streamId)}) as open limit 1`.execute(db);
  return found.rows.length > 0;
}
