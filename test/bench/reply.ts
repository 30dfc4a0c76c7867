import { join } from 'node:path';
import type { ReplyResult } from '../support/asking-shoppers.ts';
import { seedBoundPeople } from '../support/bound-people.ts';
import { openDurableDatabase } from '../support/durable-database.ts';
import { type ServiceProcess, startRemote, startService } from '../support/processes.ts';
import { channelSecret } from '../support/webhook.ts';
import { createCpuMeter } from './cpu-time.ts';
import { percentile } from './http-load.ts';
import type { LineForBench } from './line-process.ts';
import { judgeAims, median, printTable, round } from './report.ts';

const people = 5_000;
const latencyMs = 20;
const rounds = 3;
const steady = { perSecond: 100, seconds: 15 };
/** A service keeps to nine tenths of LINE's 2,000 replies a second, and would be done at 1,800. */
const unthrottled = { reply: 1_000_000 };
const saturation = { unanswered: 256, seconds: 8 };

/**
 * From the moment a webhook is due to the moment its reply reaches LINE, for bound members who type what members
 * type; then how many such events a second the service carries out when there are always more.
 */
export async function benchReply(): Promise<boolean> {
  const database = await openDurableDatabase('bench-reply');
  const line = await startRemote<LineForBench>(join(import.meta.dirname, 'line-process.ts'));
  let service: ServiceProcess | undefined;
  try {
    await seedBoundPeople(database.pool, people);
    const account = await line.call('open', { latencyMs });
    service = await startService({
      databaseUrl: database.url,
      line: { ...account, channelSecret },
      entry: 'test/bench/service-process.ts',
      env: { BENCH_PACES: JSON.stringify(unthrottled) },
    });
    const { port } = service;
    let from = 0;
    const next = (result: ReplyResult) => {
      from += result.webhook.answered;
      return result;
    };
    next(await line.call('steady', { port, people, from, perSecond: 100, seconds: 5 }));
    // As autovacuum does within the first minute: no plan goes on believing that a table is empty.
    await database.pool.query('analyze');

    const cpu = createCpuMeter({ service: service.pid, database: await database.serverPid() });
    const calm: Measured[] = [];
    const full: Measured[] = [];
    for (let round_ = 0; round_ < rounds; round_++) {
      cpu.start();
      const quiet = next(await line.call('steady', { port, people, from, ...steady }));
      calm.push({ ...quiet, cpuUs: cpu.usPer(quiet.replyMs.length) });
      cpu.start();
      const busy = next(await line.call('saturate', { port, people, from, ...saturation }));
      full.push({ ...busy, cpuUs: cpu.usPer(busy.replyMs.length) });
    }
    const head = ['load', 'replies/s', 'p50 ms', 'p99 ms', 'max ms', 'unanswered', 'CPU us node/pg'];
    printTable(head, [
      ...calm.map((result) => toRow(`${steady.perSecond} events/s`, result)),
      ...full.map((result) => toRow(`${saturation.unanswered} unanswered at a time`, result)),
    ]);
    console.log(
      `LINE's stand-in answers after ${latencyMs} ms; a reply counts when it arrives there, once a token.`,
    );
    console.log('The pace of replies is lifted: a service keeps to what LINE allows.');
    await checkInbox(database.pool);
    return judgeAims([
      { name: 'p50 webhook to reply', is: medianOf(calm, 0.5), below: 30, unit: 'ms' },
      { name: 'p99 webhook to reply', is: medianOf(calm, 0.99), below: 150, unit: 'ms' },
      {
        name: 'events handled at saturation',
        is: median(full.map((result) => result.replyMs.length / result.seconds)),
        atLeast: 2_000,
        unit: 'a second',
      },
      {
        name: 'events without a reply',
        is: [...calm, ...full].reduce((sum, { unanswered }) => sum + unanswered, 0),
        below: 1,
        unit: 'events',
      },
    ]);
  } finally {
    await Promise.all([service?.end('SIGKILL'), line.end('SIGKILL')]);
    await database.remove();
  }
}

const medianOf = (results: readonly ReplyResult[], share: number): number =>
  median(results.map(({ replyMs }) => percentile(replyMs, share)));

type Measured = ReplyResult & { cpuUs: string };

function toRow(name: string, { replyMs, unanswered, seconds, cpuUs }: Measured): (string | number)[] {
  const times = [percentile(replyMs, 0.5), percentile(replyMs, 0.99), percentile(replyMs, 1)];
  return [name, round(replyMs.length / seconds), ...times.map(round), unanswered, cpuUs];
}

async function checkInbox(pool: {
  query(text: string): Promise<{ rows: { state: string; count: string }[] }>;
}) {
  const { rows } = await pool.query('select state, count(*) as count from inbox_events group by state');
  console.log(`Inbox: ${rows.map(({ state, count }) => `${count} ${state}`).join(', ')}`);
}
