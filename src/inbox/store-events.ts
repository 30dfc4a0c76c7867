import type pg from 'pg';
import type { IncomingEvent } from './event-rules.ts';

/** A queue that is due and in nobody's hands stays as it is: whoever takes it waits for us and finds the event. */
const markQueues = `
on conflict (queue_key) do update
  set due_at = least(inbox_queues.due_at, excluded.due_at), arrivals = inbox_queues.arrivals + 1
  where inbox_queues.due_at is null or inbox_queues.due_at > excluded.due_at
     or inbox_queues.lease_token is not null`;

/**
 * The common case, at four fifths of the cost: nobody has seen any of these events, and all are for us to carry out.
 * Fails as a whole when one was seen. Lists stand behind a select: PostgreSQL then keeps one plan for all lengths.
 */
const storeFresh = `
with seen as (
  insert into inbox_seen (event_key) select unnest((select $10::text[])) returning 1
), stored as (
  insert into inbox_events (event_key, queue_key, destination, event_type, message_id, line_user_id, event_at,
                            received_at, body, state)
  select event_key, queue_key, destination, event_type, message_id, line_user_id, event_at, received_at,
         convert_to(body, 'UTF8'), 'waiting'
  from unnest((select $1::text[]), (select $2::text[]), (select $3::text[]), (select $4::text[]),
              (select $5::text[]), (select $6::text[]), (select $7::timestamptz[]), (select $8::timestamptz[]),
              (select string_to_array($9, chr(10))))
    as given (event_key, queue_key, destination, event_type, message_id, line_user_id, event_at, received_at, body)
)
-- Keys before queues, as below: two processes with the same events must wait, not lock up.
insert into inbox_queues (queue_key, due_at)
select unnest((select $11::text[])), now() from (select count(*) from seen) as keys_first${markQueues}`;

/**
 * Stores each event that nobody has seen, counts what is not for us, and marks the queues that have something
 * waiting. Rows go in by key order, so that two processes that store the same events wait for one another instead of
 * locking up; their ids follow the order of arrival.
 */
const storeAny = `
with input as (
  select distinct on (event_key) *
  from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::timestamptz[],
              $8::timestamptz[], string_to_array($9, chr(10)), $10::text[])
    with ordinality as given (event_key, queue_key, destination, event_type, message_id, line_user_id, event_at,
                              received_at, body, ignored_reason, place)
  order by event_key, place
), fresh as (
  insert into inbox_seen (event_key) select event_key from input order by event_key
  on conflict do nothing returning event_key
), stored as (
  insert into inbox_events (event_key, queue_key, destination, event_type, message_id, line_user_id, event_at,
                            received_at, body, state, ignored_reason, finished_at)
  select event_key, queue_key, destination, event_type, message_id, line_user_id, event_at, received_at,
         case when ignored_reason = 'unreadable' then decode(coalesce(body, ''), 'base64') else convert_to(body, 'UTF8') end,
         case when ignored_reason is null then 'waiting' else 'ignored' end, ignored_reason,
         case when ignored_reason is null then null else received_at end
  from input join fresh using (event_key)
  order by place
  returning queue_key, state, ignored_reason
), counted as (
  insert into inbox_counts (name, count)
  select 'ignored:' || ignored_reason, count(*) from stored where state = 'ignored' group by 1 order by 1
  on conflict (name) do update set count = inbox_counts.count + excluded.count
)
insert into inbox_queues (queue_key, due_at)
select distinct queue_key, now() from stored where state = 'waiting' order by queue_key${markQueues}`;

/** Stores events once each, however often and by however many processes they are given: inbox_seen decides. */
export async function storeEvents(
  pool: Pick<pg.Pool, 'query'>,
  events: readonly IncomingEvent[],
): Promise<void> {
  if (events.length === 0) return;
  const keys = new Set(events.map((event) => event.eventKey));
  const columns = [
    events.map((event) => event.eventKey),
    events.map((event) => event.queueKey),
    events.map((event) => event.destination),
    events.map((event) => event.eventType),
    events.map((event) => event.messageId),
    events.map((event) => event.lineUserId),
    events.map((event) => event.eventAt.toISOString()),
    events.map((event) => event.receivedAt.toISOString()),
    // As lines, for JSON has no line feed: as elements of an array each would be quoted and unquoted.
    events.map((event) => event.body).join('\n'),
  ];
  if (keys.size === events.length && events.every((event) => event.ignoredReason === null)) {
    const queues = new Set(events.map((event) => event.queueKey));
    const values = [...columns, [...keys].sort(), [...queues].sort()];
    try {
      await pool.query({ name: 'store-fresh-events', text: storeFresh, values });
      return;
    } catch (error) {
      if ((error as { constraint?: unknown }).constraint !== seenKey) throw error;
    }
  }
  const values = [...columns, events.map((event) => event.ignoredReason)];
  await pool.query({ name: 'store-events', text: storeAny, values });
}

const seenKey = 'inbox_seen_pkey';

export type EventStore = {
  /** Resolves when the events are on disk, whoever of the batch they came with. */
  store(events: readonly IncomingEvent[]): Promise<void>;
};

type Waiting = { events: readonly IncomingEvent[]; resolve(): void; reject(error: unknown): void };

const maxBatchEvents = 400;
/** A second batch goes beside the first only when it is worth a statement of its own: few full ones beat many thin. */
const secondBatchFrom = 24;
const maxBatchesAtOnce = 2;

/**
 * Group commit: requests that arrive while a batch is on its way go together in the next, one multi-row insert
 * for all of them. A batch that fails is stored request by request, so that one bad body spoils no other.
 */
export function createEventStore(pool: Pick<pg.Pool, 'query'>, onStored: () => void): EventStore {
  const waiting: Waiting[] = [];
  let batchesOut = 0;
  /** The waiting ones are looked at when this turn of the event loop has ended. */
  let willSend = false;

  function takeBatch(): Waiting[] {
    let count = 0;
    let size = 0;
    while (
      size < waiting.length &&
      (size === 0 || count + (waiting[size]?.events.length ?? 0) <= maxBatchEvents)
    ) {
      count += waiting[size]?.events.length ?? 0;
      size++;
    }
    return waiting.splice(0, size);
  }

  async function send(): Promise<void> {
    if (batchesOut >= maxBatchesAtOnce || (batchesOut > 0 && waiting.length < secondBatchFrom)) return;
    batchesOut++;
    while (waiting.length > 0) {
      const batch = takeBatch();
      try {
        await storeEvents(
          pool,
          batch.flatMap((request) => request.events),
        );
        for (const request of batch) request.resolve();
      } catch (error) {
        if (batch.length === 1) batch[0]?.reject(error);
        else await Promise.all(batch.map((request) => storeAlone(request)));
      }
      onStored();
    }
    batchesOut--;
  }

  async function storeAlone(request: Waiting): Promise<void> {
    await storeEvents(pool, request.events).then(request.resolve, request.reject);
  }

  return {
    store: (events) =>
      new Promise((resolve, reject) => {
        waiting.push({ events, resolve, reject });
        if (willSend) return;
        willSend = true;
        setImmediate(() => {
          willSend = false;
          void send();
        });
      }),
  };
}
