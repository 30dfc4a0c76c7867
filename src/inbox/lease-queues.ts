import { sql } from 'kysely';
import type { Db, Tx } from '../foundation/db.ts';
import { newUuid } from '../foundation/ids.ts';
import type { SealedDialog } from './dialog.ts';

/** A queue in our hands: until the lease runs out nobody else serves it. */
export type LeasedQueue = { queueKey: string; token: string; arrivals: number };

export type StoredEvent = {
  id: number;
  eventKey: string;
  eventAt: Date;
  receivedAt: Date;
  body: Buffer;
  attempts: number;
  /** LINE told us that this message was taken back. */
  isUnsent: boolean;
  /** It failed just now and waits for its next try; nothing behind it goes first. */
  isResting: boolean;
  /** The question that stands open with this person, sealed; only turns of this very queue change it. */
  dialog: SealedDialog | null;
};

/** An event in our hands, with the queue that we hold for it. */
export type HeldEvent = { queue: LeasedQueue; event: StoredEvent };

const leaseSeconds = 10;

/** A queue just leased and its oldest waiting event, if it has one. */
export type Leased = { queue: LeasedQueue; event: StoredEvent | null };

/**
 * Takes up to `limit` queues that have something due and no living holder, longest waiting first, and reads the oldest
 * event of each: LINE's timestamp decides, then the order of arrival. What a holder that had stalled finishes in this
 * very moment may still be read; its end can only be written once.
 */
export async function leaseQueues(db: Db, limit: number): Promise<Leased[]> {
  const token = newUuid();
  const leased = await sql<Row>`
    with due as materialized (
      select queue_key from inbox_queues
      where due_at <= now() and (lease_until is null or lease_until < now())
      order by due_at limit ${limit} for update skip locked
    ), leased as (
      update inbox_queues q
      set lease_token = ${token}, lease_until = now() + make_interval(secs => ${leaseSeconds})
      from due where q.queue_key = due.queue_key
      returning q.queue_key, q.arrivals
    )
    select leased.queue_key as "queueKey", leased.arrivals, e.id, e.event_key as "eventKey",
           e.event_at as "eventAt", e.received_at as "receivedAt", e.body, e.attempts,
           coalesce(e.retry_at > now(), false) as "isResting",
           e.event_type <> 'unsend' and coalesce((
             select true from inbox_events u
             where u.message_id = e.message_id and u.event_type = 'unsend' limit 1), false) as "isUnsent",
           d.dialog, d.step, d.data_encrypted as "sealed", d.expires_at as "expiresAt"
    from leased
    left join lateral (
      select * from inbox_events where queue_key = leased.queue_key and state = 'waiting'
      order by event_at, id limit 1) e on true
    left join lateral (select * from inbox_dialogs where line_user_id = e.line_user_id limit 1) d on true`.execute(
    db,
  );
  return leased.rows.map(({ queueKey, arrivals, id, dialog, step, sealed, expiresAt, ...event }) => ({
    queue: { queueKey, token, arrivals },
    event:
      id === null
        ? null
        : { ...event, id, dialog: dialog === null ? null : { dialog, step, sealed, expiresAt } },
  }));
}

type Row = Omit<StoredEvent, 'id' | 'dialog'> & { id: number | null; queueKey: string; arrivals: number } & (
    | SealedDialog
    | { dialog: null; step: null; sealed: null; expiresAt: null }
  );

/** Thrown when another holder has the queue: what this one did is rolled back. */
export class LeaseLost extends Error {}

/**
 * Closes events inside the transaction that carried out what they asked for, and gives their queues back, which are
 * due again where more waits, or where something arrived since the lease that this statement may not see yet.
 * The fence: a holder that was overtaken finds its token gone. Queues are locked in the order of their keys, as by
 * those who store events.
 * @returns whether one of the queues is due again
 * @throws LeaseLost
 */
export async function finishEvents(
  tx: Tx,
  held: readonly HeldEvent[],
  outcome: { state: 'done' } | { state: 'ignored'; reason: string },
): Promise<{ hasMore: boolean }> {
  const inOrder = held.toSorted((a, b) => (a.queue.queueKey < b.queue.queueKey ? -1 : 1));
  const keys = inOrder.map(({ queue }) => queue.queueKey);
  // The limit, of which PostgreSQL expects a tenth, has it look each queue up by its key.
  const finished = await sql<{ count: number; moreCount: number }>`
    with held as materialized (
      select q.queue_key, given.arrivals, given.event_id
      from (select * from unnest(
              (select ${keys}::text[]), (select ${inOrder.map(({ queue }) => queue.token)}::uuid[]),
              (select ${inOrder.map(({ queue }) => queue.arrivals)}::bigint[]),
              (select ${inOrder.map(({ event }) => event.id)}::bigint[])) limit ${held.length})
        as given(queue_key, token, arrivals, event_id)
      cross join lateral (
        select queue_key from inbox_queues
        where queue_key = given.queue_key and lease_token = given.token for update) q
    ), released as (
      update inbox_queues q
      set lease_token = null, lease_until = null,
          due_at = case when q.arrivals = held.arrivals
                             and not exists (
                               select 1 from inbox_events e
                               where e.queue_key = held.queue_key and e.state = 'waiting' and e.id <> held.event_id)
                        then null else now() end
      from held where q.queue_key = held.queue_key
      returning q.due_at
    ), finished as (
      update inbox_events e
      set state = ${outcome.state}, finished_at = now(),
          ignored_reason = ${outcome.state === 'ignored' ? outcome.reason : null}
      where e.id = any(array(select event_id from held)) and e.finished_at is null
      returning e.id
    )
    select (select count(*) from finished) as count,
           (select count(*) from released where due_at is not null) as "moreCount"`.execute(tx);
  const { count = 0, moreCount = 0 } = finished.rows[0] ?? {};
  if (count !== held.length) throw new LeaseLost('A queue was taken over');
  return { hasMore: moreCount > 0 };
}

const retryAfterMs = [200, 1_000, 3_000, 8_000] as const;

/**
 * Notes a failed try. After the first try and four more the event is parked with its error, and the queue goes on.
 * @returns in how many milliseconds the next try is due, or 'parked'
 */
export async function noteFailedTry(
  db: Db,
  queue: LeasedQueue,
  event: StoredEvent,
  error: string,
): Promise<'parked' | number> {
  const delay = retryAfterMs[event.attempts];
  if (delay === undefined) {
    await sql`
      with held as (
        update inbox_queues set due_at = now(), lease_token = null, lease_until = null
        where queue_key = ${queue.queueKey} and lease_token = ${queue.token} returning queue_key
      )
      update inbox_events set state = 'parked', attempts = attempts + 1, error = ${error}, finished_at = now()
      from held where id = ${event.id} and state = 'waiting'`.execute(db);
    return 'parked';
  }
  await sql`
    with held as (
      update inbox_queues
      set due_at = now() + make_interval(secs => ${delay / 1_000}), lease_token = null, lease_until = null
      where queue_key = ${queue.queueKey} and lease_token = ${queue.token} returning queue_key
    )
    update inbox_events
    set attempts = attempts + 1, error = ${error}, retry_at = now() + make_interval(secs => ${delay / 1_000})
    from held where id = ${event.id} and state = 'waiting'`.execute(db);
  return delay;
}

/**
 * Gives a queue back of which nothing was served. It is due again at once when something waits, as when the holder
 * stops, or when something arrived since the lease that this statement cannot see yet.
 */
export async function releaseQueue(db: Db, queue: LeasedQueue): Promise<void> {
  await sql`
    update inbox_queues
    set lease_token = null, lease_until = null,
        due_at = case when arrivals = ${queue.arrivals} and not exists (
                        select 1 from inbox_events where queue_key = ${queue.queueKey} and state = 'waiting')
                      then null else now() end
    where queue_key = ${queue.queueKey} and lease_token = ${queue.token}`.execute(db);
}

/** Gives a queue back whose oldest event rests until its next try: a new arrival does not make it come sooner. */
export async function restQueue(db: Db, queue: LeasedQueue, eventId: number): Promise<void> {
  await sql`
    update inbox_queues q
    set lease_token = null, lease_until = null, due_at = coalesce(e.retry_at, now())
    from inbox_events e
    where q.queue_key = ${queue.queueKey} and q.lease_token = ${queue.token} and e.id = ${eventId}`.execute(
    db,
  );
}

/** How many events wait, due or not; for drain, health and metrics. */
export async function countWaiting(db: Db): Promise<number> {
  const found = await sql<{ count: number }>`
    select count(*) as count from inbox_events where state = 'waiting'`.execute(db);
  return found.rows[0]?.count ?? 0;
}
