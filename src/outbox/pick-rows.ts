import { sql } from 'kysely';
import type { Db, Tx } from '#foundation/db.ts';
import { afresh } from '#foundation/prepared-statements.ts';
import type { OutboxMessagesTable } from './tables.ts';

/** `urgent`: replies, SMS, menus, webhooks; `messages`: pushes. They never wait for one another. */
export type LaneName = 'urgent' | 'messages';

export type PickedRow = {
  id: number;
  channel: OutboxMessagesTable['channel'];
  method: OutboxMessagesTable['method'];
  kind: string;
  purpose: OutboxMessagesTable['purpose'];
  lineUserId: string | null;
  memberId: number | null;
  data: unknown;
  secret: Buffer | null;
  expiresAt: Date | null;
  replyToken: string | null;
  replyReceivedAt: Date | null;
  retryKey: string;
  batchId: string | null;
  streamId: number | null;
  /** What its stream does in quiet hours; null outside of streams. */
  quiet: 'hold' | 'skip' | null;
  unit: string | null;
  body: Buffer | null;
  /** Why it waited; 'probe' = it tries whether LINE takes messages again. */
  reason: string | null;
  attempts: number;
  doubts: number;
  firstTryAt: Date | null;
  /** First tried so long ago that LINE is about to forget the retry key. */
  isTooOld: boolean;
  /** First tried so lately that its call may still be on its way. */
  isOnItsWay: boolean;
};

const columns = sql`id, channel, method, kind, purpose, line_user_id as "lineUserId", member_id as "memberId", data,
  secret_encrypted as secret, expires_at as "expiresAt", reply_token as "replyToken",
  reply_received_at as "replyReceivedAt", retry_key as "retryKey", batch_id as "batchId", stream_id as "streamId",
  unit, case when method = 'multicast' then null else body end as body, reason, attempts,
  doubt_count as doubts, first_try_at as "firstTryAt",
  coalesce(first_try_at < now() - interval '23 hours', false) as "isTooOld",
  coalesce(first_try_at > now() - interval '10 minutes', false) as "isOnItsWay"`;

// A multicast is picked by the row that holds its body; the others follow it.
const isHead = sql`(method <> 'multicast' or body is not null)`;

const laneFilter = {
  urgent: sql`not (channel = 'line_message' and method <> 'reply')`,
  messages: sql`channel = 'line_message' and method <> 'reply' and stream_id is null and ${isHead}`,
};

/**
 * Locks up to `limit` rows outside of streams that are due, passing over those that others hold. Of pushes many may
 * wait: by a plan that was kept from when few did, all would be sorted for each batch.
 * @param now business time
 */
export async function pickRows(
  tx: Tx,
  input: { lane: LaneName; limit: number; now: Date },
): Promise<PickedRow[]> {
  const picked = await sql<PickedRow>`${input.lane === 'messages' ? afresh : sql``}
    select ${columns}, null as quiet from outbox_messages
    where state = 'planned' and due_at <= ${input.now} and retry_at <= now() and ${laneFilter[input.lane]}
    order by priority, outbox_messages.due_at, id limit ${input.limit}
    for update skip locked`.execute(tx);
  return picked.rows;
}

/** The rows with the bodies of their multicasts: picking leaves these out, for most that it meets must wait their turn. */
export async function readMulticastBodies(tx: Tx, rows: readonly PickedRow[]): Promise<PickedRow[]> {
  const ids = rows.filter(({ method }) => method === 'multicast').map(({ id }) => id);
  if (ids.length === 0) return [...rows];
  const found = await sql<{ id: number; body: Buffer }>`
    select id, body from outbox_messages where id = any(${ids}::bigint[])`.execute(tx);
  const bodies = new Map(found.rows.map(({ id, body }) => [id, body]));
  return rows.map((row) => ({ ...row, body: bodies.get(row.id) ?? row.body }));
}

export type DueStream = { id: number; pacePerSecond: number | null };

/**
 * What there is to pick, others' locks apart: one statement, so that looking costs an idle house little.
 * @returns whether rows outside of streams are due, and which running streams have rows that are
 */
export async function findDue(
  db: Db,
  input: { lane: LaneName; now: Date },
): Promise<{ isPlainDue: boolean; streams: DueStream[] }> {
  const isDue = sql`state = 'planned' and due_at <= ${input.now} and retry_at <= now()`;
  const plain = sql`
    (select null::bigint as id, null::integer as "pacePerSecond" from outbox_messages
     where ${isDue} and ${laneFilter[input.lane]} limit 1)`;
  // Hops from stream to stream along the index: streams that are long over cost nothing.
  const streams = sql`
    (with recursive hop as (
       (select stream_id from outbox_messages where state = 'planned' and stream_id is not null
        order by stream_id limit 1)
       union all
       select (select m.stream_id from outbox_messages m where m.state = 'planned' and m.stream_id > hop.stream_id
               order by m.stream_id limit 1)
       from hop where hop.stream_id is not null
     )
     select s.id, s.pace_per_second from hop join outbox_streams s on s.id = hop.stream_id
     where s.state = 'running' and exists (
       select 1 from outbox_messages where stream_id = s.id and ${isDue} and ${isHead})
     order by s.id)`;
  const both = input.lane === 'messages' ? sql`${plain} union all ${streams}` : plain;
  const found = await sql<{ id: number | null; pacePerSecond: number | null }>`${both}`.execute(db);
  return {
    isPlainDue: found.rows.some(({ id }) => id === null),
    streams: found.rows.filter((row): row is DueStream => row.id !== null),
  };
}

/** A row's place in the order in which its stream leaves; `dueAt` as PostgreSQL writes it. */
export type Place = { dueAt: string; id: number };
type StreamRow = PickedRow & Place;

/** The same as `pickRows` for one stream; none once it is paused or stopped. @param input.after only rows behind this place */
export async function pickStreamRows(
  tx: Tx,
  input: { streamId: number; limit: number; after: Place | null; now: Date },
): Promise<StreamRow[]> {
  const { streamId, limit, after, now } = input;
  const picked = await sql<StreamRow>`${afresh}
    select ${columns}, due_at::text as "dueAt", (select quiet from outbox_streams where id = ${streamId}) as quiet
    from outbox_messages
    where stream_id = ${streamId} and state = 'planned' and due_at <= ${now} and retry_at <= now()
      and (due_at, id) > (${after?.dueAt ?? '-infinity'}::timestamptz, ${after?.id ?? 0})
      and ${isHead}
      and (select state from outbox_streams where id = ${streamId}) = 'running'
    order by outbox_messages.due_at, id limit ${limit}
    for update of outbox_messages skip locked`.execute(tx);
  return picked.rows;
}

export type BatchMate = Pick<PickedRow, 'id' | 'memberId' | 'data'> & {
  state: OutboxMessagesTable['state'];
  lineUserId: string;
};

/**
 * The rows of a multicast, locked. @returns null while somebody else holds one of them: to wait here, with other
 * rows locked, could be waited for in turn
 */
export async function lockBatch(tx: Tx, batchId: string): Promise<BatchMate[] | null> {
  const all = await sql<BatchMate>`
    select id, state, line_user_id as "lineUserId", member_id as "memberId", data from outbox_messages
    where batch_id = ${batchId} order by id`.execute(tx);
  const locked = await sql<{ id: number }>`
    select id from outbox_messages where batch_id = ${batchId} order by id for update skip locked`.execute(
    tx,
  );
  return locked.rows.length === all.rows.length ? all.rows : null;
}
