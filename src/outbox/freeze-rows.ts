import { sql } from 'kysely';
import type { Tx } from '#foundation/db.ts';
import { joinIds, splitIds } from '#foundation/lists.ts';
import { sha256 } from '#foundation/secrets.ts';
import { endRows, endsWithout, isRowOf } from './end-rows.ts';
import type { OutboxMessagesTable } from './tables.ts';

/** What is written on the rows of one call before its first attempt, and again with each further one. */
export type FrozenCall = {
  /** One row, or all recipients of a multicast: the first holds the body, the others bear its hash. */
  ids: readonly number[];
  method: OutboxMessagesTable['method'];
  retryKey: string;
  batchId: string | null;
  /** null keeps what was frozen before. */
  body: Buffer | null;
};

/** How long a process may keep a row that is on its way, in milliseconds: a reply, and anything else. */
export type LeaseTerms = { replyMs: number; pushMs: number };

/**
 * Marks rows as on the wire, with their bytes. Only what is committed here may be sent. All bodies travel as one
 * value, which nobody has to quote: the server cuts each call's share out of it.
 */
export async function freezeRows(
  tx: Tx,
  calls: readonly FrozenCall[],
  lease: LeaseTerms & { token: string },
): Promise<void> {
  if (calls.length === 0) return;
  const bodies: Buffer[] = [];
  let length = 0;
  const starts: (number | null)[] = [];
  for (const { body } of calls) {
    starts.push(body && length + 1);
    if (!body) continue;
    bodies.push(body);
    length += body.length;
  }
  await sql`
    with calls as materialized (
      select ${splitIds(sql`ids`)} as ids, split_part(ids, ',', 1)::bigint as holder, method, retry_key,
             batch_id, start, length, decode(hash, 'hex') as hash
      from unnest(${calls.map(({ ids }) => joinIds(ids))}::text[], ${calls.map(({ method }) => method)}::text[],
                  ${calls.map(({ retryKey }) => retryKey)}::uuid[], ${calls.map(({ batchId }) => batchId)}::uuid[],
                  ${starts}::int[], ${calls.map(({ body }) => body?.length ?? null)}::int[],
                  ${calls.map(({ body }) => body && sha256(body).toString('hex'))}::text[])
        as given (ids, method, retry_key, batch_id, start, length, hash)
    ), u as (
      select unnest(ids) as id, holder, method, retry_key, batch_id, start, length, hash from calls
    )
    update outbox_messages m
    set state = 'sending', lease_token = ${lease.token},
        lease_until = now() + make_interval(secs => case when u.method = 'reply' then ${lease.replyMs / 1000}::float8
                                                         else ${lease.pushMs / 1000}::float8 end),
        first_try_at = coalesce(m.first_try_at, now()), attempts = m.attempts + 1, doubt_count = m.doubt_count + 1,
        method = u.method, retry_key = u.retry_key, batch_id = u.batch_id,
        body = case when u.start is null or u.id <> u.holder then m.body
                    else substring(${Buffer.concat(bodies)}::bytea from u.start for u.length) end,
        body_sha256 = coalesce(u.hash, m.body_sha256, sha256(m.secret_encrypted))
    from u where ${isRowOf(sql`u`)}`.execute(tx);
}

/** Ends rows that are not sent, each with its reason. */
export async function finishRows(
  tx: Tx,
  rows: readonly { id: number; state: 'skipped' | 'failed' | 'unknown'; reason: string }[],
): Promise<void> {
  if (rows.length === 0) return;
  const ends = sql`
    select * from unnest(${rows.map((row) => row.id)}::bigint[], ${rows.map((row) => row.state)}::text[],
                         ${rows.map((row) => row.reason)}::text[]) as u(id, state, reason)`;
  await endRows(tx, endsWithout(ends), sql`m.state in ('planned', 'held')`);
}

/** Leaves rows planned for later: `dueAt` is business time, `delayMs` wire time. */
export async function postponeRows(
  tx: Tx,
  rows: readonly { id: number; dueAt: Date | null; delayMs: number }[],
): Promise<void> {
  if (rows.length === 0) return;
  await sql`
    with u as (
      select * from unnest(${rows.map((row) => row.id)}::bigint[],
                           ${rows.map((row) => row.dueAt?.toISOString() ?? null)}::timestamptz[],
                           ${rows.map((row) => row.delayMs)}::float8[]) as given(id, due_at, delay_ms)
    )
    update outbox_messages m
    set due_at = coalesce(u.due_at, m.due_at), retry_at = now() + make_interval(secs => u.delay_ms / 1000)
    from u where ${isRowOf(sql`u`)}`.execute(tx);
}
