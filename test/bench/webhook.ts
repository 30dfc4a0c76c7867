import { join } from 'node:path';
import { openDurableDatabase } from '../support/durable-database.ts';
import { type ServiceProcess, startRemote, startService } from '../support/processes.ts';
import { channelSecret } from '../support/webhook.ts';
import type { BareServer } from './bare-server.ts';
import { createCpuMeter } from './cpu-time.ts';
import { type LoadResult, loadClosed, loadPaced, percentile, perSecond } from './http-load.ts';
import type { LineForBench } from './line-process.ts';
import { judgeAims, median, printTable, round } from './report.ts';
import { makeSignedRequests } from './signed-events.ts';

const connectionCounts = [1, 10, 50] as const;
/** Many and short: what the machine's host takes away lasts longer than a round, and falls on both of a pair. */
const rounds = 9;
const roundMs = 1_000;
const warmUpMs = 4_000;
/** More than any of the two can take in a second. */
const mostPerSecond = 30_000;
const people = 5_000;
const paced = { perSecond: 500, seconds: 20, connections: 50 };

/**
 * LINE's door beside a bare server that inserts one row a request, in turns on the same database server; then the
 * door of a process that does everything while LINE never answers it.
 */
export async function benchWebhook(): Promise<boolean> {
  const database = await openDurableDatabase('bench-webhook');
  const bare = await startRemote<BareServer>(join(import.meta.dirname, 'bare-server.ts'));
  const line = await startRemote<LineForBench>(join(import.meta.dirname, 'line-process.ts'));
  let service: ServiceProcess | undefined;
  try {
    const account = await line.call('open', {});
    const settings = { databaseUrl: database.url, line: { ...account, channelSecret } };
    const barePort = await bare.call('serve', database.url);
    // Nobody listens on port 9: a door needs no LINE.
    service = await startService({
      ...settings,
      line: { ...settings.line, url: 'http://127.0.0.1:9' },
      role: 'web',
    });
    const ours = { port: service.port, pid: service.pid };
    const theirs = { port: barePort, pid: bare.pid };
    const { ratio, p99 } = await compare(ours, theirs, await database.serverPid());
    await service.end();

    service = await startService({ ...settings, role: 'all' });
    const { port } = service;
    const loadFor = (seconds: number) => {
      const requests = makeSignedRequests(paced.perSecond * seconds, people);
      const next = (nth: number) => requests[nth] as Buffer;
      return loadPaced({ ...paced, port, count: requests.length, next });
    };
    // As above, nobody's first seconds are measured.
    await loadFor(3);
    const cpu = createCpuMeter({ service: service.pid, database: await database.serverPid() });
    cpu.start();
    const steady = await loadFor(paced.seconds);
    console.log(`\nROLE=all while LINE hangs, ${paced.perSecond} requests/s for ${paced.seconds} s`);
    printTable(head, [toRow('service', paced.connections, { ...steady, cpuUs: cpu.usPer(steady.answered) })]);
    console.log('');
    return judgeAims([
      { name: 'ratio at 50 connections', is: ratio, atLeast: 1.5, unit: 'times' },
      { name: 'p99 at 50 connections', is: p99, below: 50, unit: 'ms' },
      { name: 'p99 while LINE hangs', is: percentile(steady.latencies, 0.99), below: 50, unit: 'ms' },
      { name: 'answers other than 200 while LINE hangs', is: countOthers(steady), below: 1, unit: 'answers' },
    ]);
  } finally {
    await Promise.all([service?.end('SIGKILL'), bare.end('SIGKILL'), line.end('SIGKILL')]);
    await database.remove();
  }
}

type Server = { port: number; pid: number };
type Measured = LoadResult & { cpuUs: string };

/** @returns ratio and our p99 at the most connections, medians over the rounds */
async function compare(
  ours: Server,
  theirs: Server,
  database: number,
): Promise<{ ratio: number; p99: number }> {
  const load = async ({ port, pid }: Server, connections: number, ms: number): Promise<Measured> => {
    const requests = makeSignedRequests((mostPerSecond * ms) / 1_000, people);
    const cpu = createCpuMeter({ service: pid, database });
    cpu.start();
    const result = await loadClosed({ port, connections, ms, next: (nth) => requests[nth] });
    return { ...result, cpuUs: cpu.usPer(result.answered) };
  };
  // Nobody's first seconds are measured: code is compiled while it runs.
  for (const server of [ours, theirs]) await load(server, 50, warmUpMs);
  let last = { ratio: Number.NaN, p99: Number.NaN };
  for (const connections of connectionCounts) {
    const bare: Measured[] = [];
    const service: Measured[] = [];
    for (let round_ = 0; round_ < rounds; round_++) {
      bare.push(await load(theirs, connections, roundMs));
      service.push(await load(ours, connections, roundMs));
    }
    const ratios = service.map((result, at) => perSecond(result) / perSecond(bare[at] as LoadResult));
    console.log('');
    printTable(head, [
      toRow('bare Fastify + pg', connections, middleOf(bare)),
      toRow('service, ROLE=web', connections, middleOf(service)),
    ]);
    last = {
      ratio: median(ratios),
      p99: median(service.map((result) => percentile(result.latencies, 0.99))),
    };
    console.log(
      `ratio at ${connections} connections: ${round(last.ratio)} (${ratios.map(round).join(', ')})`,
    );
  }
  return last;
}

/** The round that was neither among the faster nor among the slower half. */
const middleOf = (results: readonly Measured[]): Measured =>
  results.toSorted((a, b) => perSecond(a) - perSecond(b))[Math.floor(results.length / 2)] as Measured;

const head = [
  'server',
  'connections',
  'requests/s',
  'p50 ms',
  'p99 ms',
  'max ms',
  'not 200',
  'CPU us node/pg',
];

function toRow(name: string, connections: number, result: Measured): (string | number)[] {
  const { latencies } = result;
  const times = [percentile(latencies, 0.5), percentile(latencies, 0.99), percentile(latencies, 1)];
  return [
    name,
    connections,
    round(perSecond(result)),
    ...times.map(round),
    countOthers(result),
    result.cpuUs,
  ];
}

const countOthers = (result: LoadResult): number => result.answered - (result.statuses.get(200) ?? 0);
