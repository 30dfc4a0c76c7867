import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type pg from 'pg';
import { cardMovedKind } from '#features/members/binding/card-moved-messages.ts';
import { connectDatabase, sql } from '#foundation/db.ts';
import { createLogger } from '#foundation/log.ts';
import { controlStream } from '#outbox/control-stream.ts';
import { enqueuePushes } from '#outbox/enqueue-pushes.ts';
import { openStream } from '#outbox/open-stream.ts';
import { planStream } from '#outbox/plan-stream.ts';
import type { CourierProcessOptions } from '../outbox/courier-process.ts';
import { news, offer } from '../outbox/message-kinds.ts';
import { crowdUserId, seedBoundPeople } from '../support/bound-people.ts';
import { follow, type RunningProcess, startRemote, startService } from '../support/processes.ts';
import { atAnyHour, changeReach } from '../support/reach-policy.ts';
import { checkDelivery, type Promised, readDeliveredRows } from './check-delivery.ts';
import { checkRates, type RateVerdict } from './check-rates.ts';
import { openAlarmDesk, type ScriptedAlarms } from './delivery-alarms.ts';
import type { DeliveryLine } from './delivery-line-process.ts';
import { readCallLog } from './delivery-log.ts';

export type DeliveryWorld = Awaited<ReturnType<typeof openDeliveryWorld>>;

/**
 * Who sends. `service`: the production process, whose leases and time-outs are long; `courier`: the courier alone in
 * a process of its own, with short ones, so that a slice need not wait.
 */
export type Senders = 'service' | 'courier';

const courierEntry = join(import.meta.dirname, '../outbox/courier-process.ts');
const stuckAfterMs = 60_000;
const planAtOnce = 5_000;

/** A crowd of friends, a LINE stand-in in a process of its own, and senders as many as are started. */
export async function openDeliveryWorld(options: {
  database: { url: string; pool: pg.Pool };
  senders: Senders;
  seed: number;
  people: number;
  latencyMs: number;
  /** Whether the stand-in's own buckets answer 429, as LINE's would. */
  rateLimits?: boolean;
  /** Messages that LINE's month has; none told, it has no end. */
  monthlyLimit?: number;
}) {
  const { database, people, senders: kindOfSender } = options;
  const { pool, url: databaseUrl } = database;
  await seedBoundPeople(pool, people);
  // Offers go by the wall's clock here, at night as well.
  await changeReach(pool, atAnyHour);
  const connection = connectDatabase(databaseUrl, { log: createLogger('silent'), name: 'storm', max: 2 });
  const folder = mkdtempSync(join(tmpdir(), 'shuke-delivery-'));
  const logFile = join(folder, 'calls.jsonl');
  const line = await startRemote<DeliveryLine>(join(import.meta.dirname, 'delivery-line-process.ts'));
  const { seed, latencyMs, rateLimits = true, monthlyLimit = null } = options;
  const account = await line.call('open', { logFile, seed, latencyMs, rateLimits, monthlyLimit });
  const alarms = await openAlarmDesk();
  const promised: Promised[] = [];
  const running: RunningProcess[] = [];

  async function startCourier(url: string, own: CourierProcessOptions): Promise<RunningProcess> {
    const { channelAccessToken } = account;
    const given = JSON.stringify({ channelAccessToken, alertWebhookUrl: alarms.url, ...own });
    const child = spawn(process.execPath, [courierEntry, url, account.url, given], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const courier = follow(child);
    await Promise.race([once(child.stdout, 'data'), courier.ended]);
    if (!courier.isRunning()) throw new Error('The courier did not start');
    return courier;
  }

  /**
   * Each person gets one message; `alike` says the same to all, or to so many at a time, so that it leaves by multicast.
   * @returns what the checker holds the storm to: everybody is reached, but for those that the script names
   */
  async function plan(given: {
    source: string;
    from?: number;
    count?: number;
    alike?: boolean | number;
    /** What counts against caps: for couriers only, whose kinds are anybody's. */
    marketing?: boolean;
    /** Not a campaign but messages on their own. */
    loose?: boolean;
    pacePerSecond?: number | null;
    otherEnds?: Promised['otherEnds'];
  }): Promise<Promised> {
    const {
      source,
      from = 1,
      count = people,
      alike = false,
      marketing = alike !== false,
      loose = false,
    } = given;
    const { pacePerSecond = null } = given;
    const ids = Array.from({ length: count }, (_, at) => crowdUserId(from + at));
    const dueAt = new Date();
    const kind = kindOfSender === 'service' ? cardMovedKind : marketing ? offer : news;
    const text = (at: number) =>
      alike === true ? source : `${source} ${alike === false ? at : Math.floor(at / alike)}`;
    const dataOf = (at: number) =>
      kindOfSender === 'service'
        ? { heldUntil: new Date(dueAt.getTime() + 2 * 86_400_000 + at * 60_000).toISOString() }
        : { text: text(at) };
    await connection.db.transaction().execute(async (tx) => {
      const streamId = loose
        ? null
        : await openStream(tx, { sourceRef: source, pacePerSecond, quiet: 'hold', now: dueAt });
      for (let done = 0; done < count; done += planAtOnce) {
        const chunk = ids.slice(done, done + planAtOnce);
        const data = chunk.map((_, at) => dataOf(done + at));
        if (streamId === null) {
          const pushes = chunk.map((lineUserId, at) => ({
            ...{ kind, lineUserId, memberId: null, dedupeKey: `${source}:${lineUserId}`, sourceRef: source },
            ...{ data: data[at], dueAt, expiresAt: null },
          }));
          await enqueuePushes(tx, pushes);
          continue;
        }
        const select = sql`
          select i.member_id, i.line_user_id, case n % 2 when 0 then 'A' else 'B' end, null::text, given.data::jsonb
          from unnest(${chunk}::text[], ${data.map((each) => JSON.stringify(each))}::text[])
               with ordinality as given (line_user_id, data, n)
          join member_identities i on i.line_user_id = given.line_user_id and i.kind = 'line'`;
        await planStream(tx, { streamId, kind, select, dueAt, expiresAt: null });
      }
    });
    const promise: Promised = {
      source,
      lineUserIds: ids,
      ...(given.otherEnds && { otherEnds: given.otherEnds }),
    };
    promised.push(promise);
    await pool.query('analyze outbox_messages');
    return promise;
  }

  return {
    pool,
    db: connection.db,
    databaseUrl,
    line,
    account,
    promised,
    running,
    plan,
    readCalls: () => readCallLog(logFile),
    /** Those that the storm planned. */
    readRows: async () => (await readDeliveredRows(pool)).filter(({ source }) => source !== null),
    /** A campaign that had a pace of its own has none any more. */
    async unleash(source: string): Promise<void> {
      const { rows } = await pool.query<{ id: string }>(
        'select id from outbox_streams where source_ref = $1',
        [source],
      );
      await connection.db
        .transaction()
        .execute((tx) => controlStream(tx, { streamId: Number(rows[0]?.id), pacePerSecond: null }));
    },
    /** The time of LINE's next chance has come, and its numbers are read anew. */
    async endHolds(): Promise<void> {
      await pool.query('update outbox_holds set probe_at = now()');
      await pool.query(`update outbox_messages set retry_at = now() where state = 'planned'`);
      await pool.query('delete from outbox_quota');
    },
    /** One more sender; for `service`, `role` and `env` may differ. */
    async start(
      own: {
        courier?: CourierProcessOptions;
        role?: string;
        env?: Record<string, string>;
        /** Of another database than the storm's own. */
        databaseUrl?: string;
      } = {},
    ): Promise<RunningProcess & { port?: number }> {
      const sender =
        kindOfSender === 'courier'
          ? await startCourier(own.databaseUrl ?? databaseUrl, own.courier ?? {})
          : await startService({
              databaseUrl: own.databaseUrl ?? databaseUrl,
              line: account,
              role: own.role ?? 'worker',
              env: { ALERT_WEBHOOK_URL: alarms.url, ...own.env },
            });
      running.push(sender);
      return sender;
    },
    async countOpen(): Promise<number> {
      const { rows } = await pool.query<{ open: number }>(
        `select count(*)::int as open from outbox_messages
         where source_ref is not null`,
      );
      return rows[0]?.open ?? 0;
    },
    /** Messages of a source by their state. */
    async countStates(source: string): Promise<Record<string, number>> {
      const { rows } = await pool.query<{ state: string; count: number }>(
        'select state, count(*)::int as count from outbox_published_messages where source_ref = $1 group by 1',
        [source],
      );
      return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
    },
    /** How many rows of planned messages have come to an end. */
    async countDone(): Promise<number> {
      const { rows } = await pool.query<{ done: number }>(
        'select count(*)::int as done from outbox_sent where source_ref is not null',
      );
      return rows[0]?.done ?? 0;
    },
    /** Resolves when nothing is due or on the wire; rejects when nothing moves any more. */
    async settled(): Promise<void> {
      let last = '';
      let movedAt = performance.now();
      for (;;) {
        const { rows } = await pool.query<{ state: string; count: number }>(
          `select state, count(*)::int as count from outbox_messages
           where channel = 'line_message' and (state <> 'held' or source_ref is not null)
           group by 1 order by 1`,
        );
        if (rows.length === 0) return;
        const now = JSON.stringify(rows);
        if (now !== last) movedAt = performance.now();
        last = now;
        if (performance.now() - movedAt > stuckAfterMs) throw new Error(`Nothing moves any more: ${now}`);
        await new Promise((done) => setTimeout(done, 50));
      }
    },
    /** What the checkers say of all that happened; `alarms` are those that the script raises. */
    async judge(
      script: { setRates?: Readonly<Record<string, number>>; alarms?: ScriptedAlarms } = {},
    ): Promise<{
      findings: string[];
      counts: Record<string, number>;
      peaks: RateVerdict['peaks'];
    }> {
      const calls = readCallLog(logFile);
      const delivery = checkDelivery(calls, await readDeliveredRows(pool), promised);
      const rates = checkRates(calls, script.setRates);
      const raised = await alarms.check(script.alarms ?? {});
      const findings = [...delivery.findings, ...rates.findings, ...raised];
      return { findings, counts: delivery.counts, peaks: rates.peaks };
    },
    async close(): Promise<void> {
      await Promise.all([...running, line].map((each) => each.end('SIGKILL')));
      await Promise.all([connection.close(), alarms.close()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
