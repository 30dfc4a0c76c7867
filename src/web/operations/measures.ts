import type { Clock } from '../../foundation/clock.ts';
import type { Db } from '../../foundation/db.ts';
import { readInboxLoad } from '../../inbox/inbox-reads.ts';
import { readClassLoads, readStateLoads, readStreamLoads } from '../../outbox/load-reads.ts';
import { listAlarms } from '../../outbox/outbox-reads.ts';
import type { Paces } from '../../outbox/pace-rules.ts';
import { readQuotaState } from '../../outbox/quota-reads.ts';
import type { SendingTally } from '../../outbox/tally-sending.ts';
import type { Measure, Sample } from './health-routes.ts';

/** What the courier of this process did, and the calls a second that all processes may make together. */
export type Sending = { tally: SendingTally; paces: Paces };

/** However often it is scraped, and by however many, the database is asked once in so long. */
const freshMs = 5_000;

/** All that /metrics tells beside the process itself. Counters are of this process, the rest of the whole house. */
export function operationMeasures({ db, clock, sending }: MeasureParts): Measure[] {
  const { tally } = sending;
  const classes = keepFresh(() => readClassLoads(db, clock.now()));
  const states = keepFresh(() => readStateLoads(db));
  const streams = keepFresh(() => readStreamLoads(db));
  const inbox = keepFresh(() => readInboxLoad(db));
  const quota = keepFresh(() => readQuotaState(db, clock.now()));
  const alarms = keepFresh(() => listAlarms(db));
  return [
    gauge(
      'shuke_outbox_due_rows',
      'Rows that should have left by now, counted to some thousands',
      ['class'],
      {
        read: async () => (await classes()).map((load) => of({ class: load.class }, load.dueCount)),
      },
    ),
    gauge('shuke_outbox_oldest_due_seconds', 'Age of the oldest row that should have left', ['class'], {
      read: async () => (await classes()).map((load) => of({ class: load.class }, load.oldestDueSeconds)),
    }),
    gauge('shuke_outbox_rows', 'Open rows by state; planned and held are estimates', ['state'], {
      read: async () => {
        const { sending: onTheWire, planned, held } = await states();
        return [
          of({ state: 'planned' }, planned),
          of({ state: 'held' }, held),
          of({ state: 'sending' }, onTheWire),
        ];
      },
    }),
    gauge(
      'shuke_stream_rows',
      'What campaigns have still to send; estimates beyond thousands',
      streamLabels,
      {
        read: async () =>
          (await streams()).map(({ sourceRef, state, planned }) => of({ stream: sourceRef, state }, planned)),
      },
    ),
    gauge('shuke_outbox_dead_leases', 'Rows leased a minute longer than any lease lasts', [], {
      read: async () => [of({}, (await states()).deadLeases)],
    }),
    counter('shuke_sends_total', 'Calls by endpoint, answer and what it meant', answerLabels, {
      read: async () =>
        tally
          .answers()
          .map(({ endpoint, status, verdict, calls }) => of({ endpoint, status, verdict }, calls)),
    }),
    counter('shuke_send_recipients_total', 'The people in those calls', answerLabels, {
      read: async () =>
        tally
          .answers()
          .map(({ endpoint, status, verdict, recipients }) => of({ endpoint, status, verdict }, recipients)),
    }),
    gauge('shuke_pace_set_per_second', 'Calls a second that all processes may make together', ['endpoint'], {
      read: async () => Object.entries(sending.paces).map(([endpoint, pace]) => of({ endpoint }, pace)),
    }),
    gauge(
      'shuke_pace_used_per_second',
      'Calls of this process, on average over so many seconds',
      paceLabels,
      {
        read: async () =>
          tally
            .paceUsed()
            .flatMap(({ endpoint, lastSecond, lastTen }) => [
              of({ endpoint, seconds: '1' }, lastSecond),
              of({ endpoint, seconds: '10' }, lastTen),
            ]),
      },
    ),
    counter('shuke_leases_lost_total', 'Late ends that the fence refused, and rows taken back', ['how'], {
      read: async () => {
        const { refused, takenBack } = tally.leases();
        return [of({ how: 'refused' }, refused), of({ how: 'taken_back' }, takenBack)];
      },
    }),
    gauge('shuke_quota_messages', "LINE's messages of this month: limit, used, kept for service", ['of'], {
      read: async () => {
        const known = await quota();
        if (!known) return [];
        return [
          ...(known.limit === null ? [] : [of({ of: 'limit' }, known.limit)]),
          of({ of: 'used' }, known.used),
          of({ of: 'reserve' }, known.reserve),
        ];
      },
    }),
    gauge('shuke_inbox_events', 'Events that wait or are parked, counted to ten thousand', ['state'], {
      read: async () => {
        const { waiting, parked } = await inbox();
        return [of({ state: 'waiting' }, waiting), of({ state: 'parked' }, parked)];
      },
    }),
    gauge('shuke_inbox_oldest_due_seconds', 'How long the most patient chat has been due', [], {
      read: async () => [of({}, (await inbox()).oldestDueSeconds)],
    }),
    gauge('shuke_alarms', 'Alarms that stand', ['cause'], {
      read: async () => (await alarms()).map(({ cause }) => of({ cause }, 1)),
    }),
  ];
}

type MeasureParts = { db: Db; clock: Clock; sending: Sending };

const answerLabels = ['endpoint', 'status', 'verdict'];
const streamLabels = ['stream', 'state'];
const paceLabels = ['endpoint', 'seconds'];

const of = (labels: Record<string, string>, value: number): Sample => ({ labels, value });

type Reader = Pick<Measure, 'read'>;
const gauge = (name: string, help: string, labels: readonly string[], { read }: Reader): Measure => ({
  type: 'gauge',
  name,
  help,
  labels,
  read,
});
const counter = (name: string, help: string, labels: readonly string[], { read }: Reader): Measure => ({
  type: 'counter',
  name,
  help,
  labels,
  read,
});

/** Reads at most once in `freshMs`, for all who ask at the same time too; what failed is asked anew. */
function keepFresh<Read>(read: () => Promise<Read>): () => Promise<Read> {
  let kept: { at: number; reading: Promise<Read> } | null = null;
  return () => {
    if (!kept || performance.now() - kept.at >= freshMs) {
      const mine = { at: performance.now(), reading: read() };
      mine.reading.catch(() => {
        if (kept === mine) kept = null;
      });
      kept = mine;
    }
    return kept.reading;
  };
}
