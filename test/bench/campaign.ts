import { join } from 'node:path';
import { countCampaign } from '#features/campaigns/campaign-counts-reads.ts';
import { readCampaign } from '#features/campaigns/campaign-reads.ts';
import { closeCampaign } from '#features/campaigns/run/close-campaign.ts';
import { addMs, wireClock } from '#foundation/clock.ts';
import { type Connection, connectDatabase, type Db, sql } from '#foundation/db.ts';
import { createTransact } from '#foundation/facts.ts';
import { createLogger } from '#foundation/log.ts';
import { giveBackPages } from '#outbox/give-back-pages.ts';
import { isStreamOpen } from '#outbox/stream-reads.ts';
import { askForQuota } from '../support/ask-for-quota.ts';
import { type DurableDatabase, openDurableDatabase } from '../support/durable-database.ts';
import { type Remote, type ServiceProcess, startRemote, startService } from '../support/processes.ts';
import { channelSecret } from '../support/webhook.ts';
import type { BarePush } from './bare-push.ts';
import { scheduleForAll, seedCampaignBrand, type TemplateKey, templateKeys } from './campaign-brand.ts';
import type { CampaignLine, CampaignLog } from './campaign-line.ts';
import { createCpuMeter } from './cpu-time.ts';
import { judgeAims, median, printTable, round } from './report.ts';

const latencyMs = 50;
const sockets = 384;
const unthrottled = { push: 1_000_000, multicast: 100_000 };
const pacedAt = 1_800;
/** How often it is asked whether all is recorded. */
const openEveryMs = 50;
/** Offers that each person has had, one a week: ten million for 100,000 people. */
const pastOffers = 100;

/** What one campaign came to. */
type Run = CampaignLog & {
  /** From the moment in which the campaign is due until the last answer was recorded, and until all was planned. */
  totalSeconds: number;
  planSeconds: number;
  walPerMessage: number;
  linesPerMessage: number;
  cpuUs: string;
  sent: number;
};

type Stage = {
  database: DurableDatabase;
  connection: Connection;
  line: Remote<CampaignLine>;
  account: { url: string; channelAccessToken: string };
};

/**
 * A campaign from its plan to the last recorded answer: one worker process, LINE answering after 50 ms, all on this
 * machine. @param given how many people (100,000 unless told); parts of it after that: personal, paced, same, history
 */
export async function benchCampaign(given: readonly string[]): Promise<boolean> {
  const [count = '100000', ...chosen] = given.map((word) => (word === '--small' ? '5000' : word));
  const people = Number(count);
  if (!Number.isInteger(people) || people < 1) throw new RangeError(`How many people is "${count}"?`);
  const wants = (part: string) => chosen.length === 0 || chosen.includes(part);
  const database = await openDurableDatabase('bench-campaign');
  const line = await startRemote<CampaignLine>(join(import.meta.dirname, 'campaign-line.ts'));
  const log = createLogger('silent');
  const connection = connectDatabase(database.url, { log, name: 'bench', max: 2 });
  try {
    await seedCampaignBrand(database.pool, connection.db, { people, now: wireClock.now() });
    const account = await line.call('open', { latencyMs });
    const stage: Stage = { database, connection, line, account };
    const rows: [string, Run][] = [];
    const run = async (name: string, template: TemplateKey, paces: Record<string, number>) => {
      const result = await runCampaign(stage, { template, people, paces });
      rows.push([name, result]);
      return result;
    };
    // The first campaign warms caches and statements up; nobody's first one is measured.
    await runCampaign(stage, { template: 'personal', people, paces: unthrottled });

    const aims: Parameters<typeof judgeAims>[0][number][] = [];
    if (wants('personal')) {
      const free = await run('personalised, unthrottled', 'personal', unthrottled);
      const bare = await pushBare(stage, people, free.bodyBytes);
      console.log(`A bare undici loop with ${sockets} sockets: ${round(bare)} pushes/s`);
      aims.push(
        { name: 'personalised pushes, unthrottled', is: rate(free), atLeast: 3_000, unit: 'a second' },
        { name: 'the same beside the bare loop', is: rate(free) / bare, atLeast: 0.6, unit: 'of it' },
      );
    }
    if (wants('same')) {
      const rates: number[] = [];
      // Over in five seconds each, which one breath of the machine can spoil.
      for (let nth = 0; nth < 3; nth++)
        rates.push(rate(await run('identical, by multicast', 'common', unthrottled)));
      aims.push({ name: 'identical ones', is: median(rates), atLeast: 20_000, unit: 'recipients a second' });
    }
    if (wants('paced')) {
      const paced = await run(`personalised, at ${pacedAt}/s`, 'personal', { push: pacedAt });
      const held = { name: 'held on the wire', is: paced.requests / paced.seconds, unit: 'a second' };
      aims.push(
        { ...held, atLeast: 1_750 },
        { name: 'busiest second', is: paced.mostInASecond, below: 2_001, unit: 'pushes' },
      );
    }
    if (wants('history')) {
      await loadHistory(database, people);
      const ofBoth = async (past: string) => {
        const rates: Record<TemplateKey, number[]> = { personal: [], common: [] };
        // Three of each, for the machine is not the same from minute to minute.
        for (let nth = 0; nth < 3; nth++)
          for (const template of templateKeys)
            rates[template].push(rate(await run(`${template}, ${past}`, template, unthrottled)));
        return rates;
      };
      const behind = await ofBoth(`${pastOffers * people} sent before`);
      await database.pool.query('truncate outbox_sent, outbox_caps');
      const empty = await ofBoth('none sent before');
      for (const template of templateKeys) {
        const ratio = median(behind[template]) / median(empty[template]);
        aims.push({ name: `${template} with history`, is: ratio, atLeast: 0.9, unit: 'of empty' });
      }
    }
    report(rows);
    const wrong = rows.reduce((sum, [, { doubles, sent }]) => sum + doubles + (people - sent), 0);
    aims.push({ name: 'lost or doubled', is: wrong, below: 1, unit: 'messages' });
    return judgeAims(aims);
  } finally {
    await line.end('SIGKILL');
    await connection.close();
    await database.remove();
  }
}

const rate = (run: Run): number => run.sent / run.totalSeconds;

const minuteMs = 60_000;
let campaigns = 0;

/**
 * A campaign that is scheduled for the coming minute, which is made to come at once: the service's own schedule starts
 * and plans it, beside its courier.
 */
async function runCampaign(
  { database, connection: { db }, line, account }: Stage,
  plan: { template: TemplateKey; people: number; paces: Record<string, number> },
): Promise<Run> {
  const { people } = plan;
  // Each campaign has a minute of its own, whenever the one before was over.
  const aheadMs = ++campaigns * 2 * minuteMs;
  let service: ServiceProcess | undefined;
  try {
    service = await startService({
      databaseUrl: database.url,
      line: { ...account, channelSecret },
      role: 'worker',
      entry: 'test/bench/service-process.ts',
      env: { BENCH_PACES: JSON.stringify(plan.paces), BENCH_AHEAD_MS: String(aheadMs) },
      ...(process.env.BENCH_PROFILE && {
        nodeOptions: ['--cpu-prof', `--cpu-prof-dir=${process.env.BENCH_PROFILE}`],
      }),
    });
    const { pid } = service;
    const now = addMs(wireClock.now(), aheadMs + minuteMs);
    await askForQuota(db, account, now);
    const campaignId = await scheduleForAll(db, { template: plan.template, now });
    await sql`checkpoint`.execute(db);
    const cpu = createCpuMeter({ service: pid, database: await database.serverPid() });
    const before = await readWal(database);
    const linesBefore = service.countLines();
    cpu.start();
    const startedAt = performance.now();
    const seconds = () => (performance.now() - startedAt) / 1000;
    process.kill(pid, 'SIGUSR2');
    const planSeconds = await waitUntil(async () => (await readProgress(db, campaignId)).isPlanned, seconds);
    const totalSeconds = await waitUntil(async () => !(await readProgress(db, campaignId)).isOpen, seconds);
    const cpuUs = cpu.usPer(people);
    const log = await line.call('report');
    const walPerMessage = ((await readWal(database)) - before) / people;
    const linesPerMessage = (service.countLines() - linesBefore) / people;
    const sent = await closeAndCount(db, { campaignId, now });
    return { ...log, totalSeconds, planSeconds, walPerMessage, linesPerMessage, cpuUs, sent };
  } finally {
    await service?.end(process.env.BENCH_PROFILE ? 'SIGTERM' : 'SIGKILL');
  }
}

/** @returns the seconds after which it was so */
async function waitUntil(isSo: () => Promise<boolean>, seconds: () => number): Promise<number> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, openEveryMs));
  return seconds();
}

async function readProgress(db: Db, campaignId: number): Promise<{ isPlanned: boolean; isOpen: boolean }> {
  const campaign = await readCampaign(db, campaignId);
  const isPlanned = campaign?.plannedAt != null;
  return { isPlanned, isOpen: !isPlanned || (await isStreamOpen(db, campaign?.streamId ?? 0)) };
}

/** Closes it as the service's schedule does within a minute. @returns how many were sent, as it counts them itself */
async function closeAndCount(db: Db, given: { campaignId: number; now: Date }): Promise<number> {
  const isClosed = await createTransact(db, [])((tx) => closeCampaign(tx, given));
  if (!isClosed) throw new Error(`Campaign ${given.campaignId} is not over`);
  await giveBackPages(db);
  const campaign = await readCampaign(db, given.campaignId);
  if (!campaign) throw new Error(`Campaign ${given.campaignId} is gone`);
  const { counts } = await countCampaign(db, campaign);
  return counts.filter(({ state }) => state === 'sent').reduce((sum, { people }) => sum + people, 0);
}

/** @returns pushes a second */
async function pushBare({ account, line }: Stage, calls: number, bodyBytes: number): Promise<number> {
  const bare = await startRemote<BarePush>(join(import.meta.dirname, 'bare-push.ts'));
  try {
    const load = { url: account.url, sockets, bodyBytes };
    await bare.call('push', { ...load, calls: Math.min(calls, 5_000) });
    return calls / (await bare.call('push', { ...load, calls }));
  } finally {
    await line.call('report');
    await bare.end('SIGKILL');
  }
}

async function readWal({ pool }: DurableDatabase): Promise<number> {
  const { rows } = await pool.query<{ bytes: string }>(
    `select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0') as bytes`,
  );
  return Number(rows[0]?.bytes);
}

/**
 * Blanked rows of campaigns of this month, as they stand when their 48 hours are over, and what each counted against
 * its person's caps, week after week.
 */
async function loadHistory({ pool }: DurableDatabase, people: number): Promise<void> {
  const startedAt = performance.now();
  for (let ago = pastOffers; ago > 0; ago--) {
    const past = `
      from (select id as member_id, 'U' || lpad(to_hex(nth), 32, '0') as line_user_id, -($1::bigint * $2 + nth) as id
            from (select id, row_number() over (order by id) as nth from members) m) past`;
    await pool.query(
      `insert into outbox_sent (id, channel, method, kind, purpose, line_user_id, member_id, dedupe_key, source_ref,
                                stream_id, arm, data, state, due_at, retry_key, body_sha256, blanked_at, first_try_at,
                                attempts, doubt_count, line_request_id, answer_status, created_at, finished_at)
       select id, 'line_message', 'push', 'campaign', 'marketing', line_user_id,
              member_id, 'stream:' || -$1::bigint || ':' || member_id, 'campaign:past', -$1::bigint, 'a',
              '{"versionId": 1, "arm": "a", "points": 100}', 'sent', now(), gen_random_uuid(),
              sha256(id::text::bytea), now(), now(), 1, 0, gen_random_uuid()::text, 200, now(), now() ${past}`,
      [ago, people],
    );
    await pool.query(
      `insert into outbox_caps (line_user_id, sent_on, kind, outbox_id)
       select line_user_id, current_date - 7 * $1::int, 'campaign', id ${past} order by member_id`,
      [ago, people],
    );
  }
  await pool.query('vacuum analyze outbox_sent');
  await pool.query('vacuum analyze outbox_caps');
  const seconds = round((performance.now() - startedAt) / 1000);
  console.log(`${pastOffers * people} sent rows loaded with their caps in ${seconds} s`);
}

function report(rows: readonly [string, Run][]): void {
  const head = [
    'campaign',
    'sent',
    'a second',
    'plan s',
    'all s',
    'busiest s',
    'WAL B',
    'log lines',
    'us node/pg',
  ];
  printTable(
    head,
    rows.map(([name, run]) => [
      name,
      run.sent,
      round(rate(run)),
      round(run.planSeconds),
      round(run.totalSeconds),
      run.mostInASecond,
      Math.round(run.walPerMessage),
      run.linesPerMessage.toFixed(4),
      run.cpuUs,
    ]),
  );
  console.log(
    `LINE's stand-in answers after ${latencyMs} ms; bodies of ${Math.round(rows[0]?.[1].bodyBytes ?? 0)} bytes.`,
  );
  console.log(
    '"Unthrottled" goes beyond what LINE allows: no service runs so. WAL, lines and CPU are per message.',
  );
}
