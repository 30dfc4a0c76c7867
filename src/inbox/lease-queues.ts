import { sql } from 'kysely';
import type { Db, Tx } from '../foundation/db.ts';
import { newUuid } from '../foundation/ids.ts';

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
};

const leaseSeconds = 10;

/** Takes up to `limit` queues that have something due and no living holder, longest waiting first. */
export async function leaseQueues(db: Db, limit: number): Promise<LeasedQueue[]> {
  const token = newUuid();
  const leased = await sql<{ queue_key: string; arrivals: number }>`
    update inbox_queues q
    set lease_token = ${token}, lease_until = now() + make_interval(secs => ${leaseSeconds})
    from (select queue_key from inbox_queues
          where due_at <= now() and (lease_until is null or lease_until < now())
          order by due_at limit ${limit} for update skip locked) due
    where q.queue_key = due.queue_key
    returning q.queue_key, q.arrivals`.execute(db);
  return leased.rows.map((row) => ({ queueKey: row.queue_key, token, arrivals: row.arrivals }));
}

/** The oldest waiting event of a queue: LINE's timestamp decides, then the order of arrival. */
export async function readOldestWaiting(db: Db, queueKey: string): Promise<StoredEvent | null> {
  const found = await sql<{
    id: number;
    event_key: string;
    event_at: Date;
    received_at: Date;
    body: Buffer;
    attempts: number;
    is_unsent: boolean;
    is_resting: boolean;
  }>`
    select e.id, e.event_key, e.event_at, e.received_at, e.body, e.attempts,
           coalesce(e.retry_at > now(), false) as is_resting,
           e.message_id is not null and e.event_type <> 'unsend' and exists (
             select 1 from inbox_events u where u.message_id = e.message_id and u.event_type = 'unsend') as is_unsent
    from inbox_events e
    where e.queue_key = ${queueKey} and e.state = 'waiting'
    order by e.event_at, e.id limit 1`.execute(db);
  const row = found.rows[0];
  return row
    ? {
        id: row.id,
        eventKey: row.event_key,
        eventAt: row.event_at,
        receivedAt: row.received_at,
        body: row.body,
        attempts: row.attempts,
        isUnsent: row.is_unsent,
        isResting: row.is_resting,
      }
    : null;
}

/** Thrown when another holder has the queue: what this one did is rolled back. */
export class LeaseLost extends Error {}

/**
 * Closes an event inside the transaction that carried out what it asked for, and renews the lease. The fence: a
 * holder that was overtaken finds its token gone. @throws LeaseLost
 */
export async function finishEvent(
  tx: Tx,
  queue: LeasedQueue,
  eventId: number,
  outcome: { state: 'done' } | { state: 'ignored'; reason: string },
): Promise<void> {
  const finished = await sql`
    with held as (
      update inbox_queues set lease_until = now() + make_interval(secs => ${leaseSeconds})
      where queue_key = ${queue.queueKey} and lease_token = ${queue.token}
      returning queue_key
    )
    update inbox_events
    set state = ${outcome.state}, finished_at = now(),
        ignored_reason = ${outcome.state === 'ignored' ? outcome.reason : null}
    from held
    where id = ${eventId} and state = 'waiting'
    returning id`.execute(tx);
  if (finished.rows.length !== 1) throw new LeaseLost('The queue was taken over');
}

const retryAfterMs = [200, 1_000, 3_000, 8_000] as const;

/**
 * Notes a failed try. After the first try and four more the event is parked with its error, and the queue goes on.
 * @returns 'parked' or when the next try is due
 */
export async function noteFailedTry(
  db: Db,
  queue: LeasedQueue,
  event: StoredEvent,
  error: string,
): Promise<'parked' | 'again'> {
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
  return 'again';
}

/**
 * Gives a queue back. It is due again at once when something still waits, as when the holder stops, or when something
 * arrived since the lease that this statement cannot see yet.
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
