import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { Pool } from 'undici';
import { bodyLimitBytes } from '#inbox/webhook-routes.ts';
import { median } from '../bench/report.ts';
import { openDurableDatabase } from '../support/durable-database.ts';
import { startService } from '../support/processes.ts';
import { channelSecret } from '../support/webhook.ts';
import { readWebhookBodies } from '../support/webhook-bodies.ts';
import { createChance } from './chance.ts';
import { createFuzzer, type FuzzedPost } from './fuzz-bodies.ts';

const batchSize = 500;
const atOnce = 24;
const mostGrowthMb = 20;
/** Ample for collecting the garbage of a service that nobody asks anything just then. */
const collectMs = 300;

/** A million fuzzed bodies at the door of a production process; its memory is read from outside, without its garbage. */
export async function stormBodies(options: { seed: number; count: number }): Promise<boolean> {
  const database = await openDurableDatabase('storm-bodies');
  const service = await startService({
    databaseUrl: database.url,
    role: 'web',
    nodeOptions: ['--expose-gc', '--import', join(import.meta.dirname, 'collect-garbage.ts')],
    // Nobody listens there: the door needs no LINE.
    line: { url: 'http://127.0.0.1:9', channelSecret, channelAccessToken: 'no-token-is-needed' },
    env: { LOG_LEVEL: 'info' },
  });
  const door = new Pool(service.url, { connections: atOnce });
  try {
    const post = async ({ body, signature, contentType }: FuzzedPost) => {
      const answer = await door.request({
        method: 'POST',
        path: '/line/webhook',
        headers: {
          'content-type': contentType,
          ...(signature !== null && { 'x-line-signature': signature }),
        },
        body,
      });
      await answer.body.dump();
      return answer.statusCode;
    };
    const warmUp = Math.ceil(options.count / 10);
    const first = await postFuzzed({ ...options, count: warmUp, pool: database.pool, post });
    const resident: number[] = [];
    const rest = await postFuzzed({
      ...options,
      seed: options.seed + 1,
      pool: database.pool,
      post,
      async onProgress(posted, share) {
        process.kill(service.pid, 'SIGWINCH');
        await sleep(collectMs);
        resident.push(readResidentMb(service.pid));
        if (share % 10 === 0) console.log(`${posted} posted, ${resident.at(-1)} MB resident`);
      },
    });
    // A leak lifts the middle of many readings.
    const growth = median(resident.slice(-20)) - median(resident.slice(0, 20));
    const findings = [...first.findings, ...rest.findings];
    if (!service.isRunning()) findings.push('the process ended');
    if (growth >= mostGrowthMb) findings.push(`memory grew by ${growth} MB`);
    console.log({
      seed: options.seed,
      posted: first.posted + rest.posted,
      'memory growth MB': growth,
      ...rest.statuses,
    });
    for (const finding of findings.slice(0, 50)) console.log(`BROKEN ${finding}`);
    console.log(findings.length === 0 ? 'Every promise held.' : `${findings.length} promises broken.`);
    return findings.length === 0;
  } finally {
    await door.destroy();
    await service.end('SIGKILL');
    await database.remove();
  }
}

/**
 * Posts so many bodies, half of them forged. Forged ones go first in each batch, so that the database can be asked
 * whether they left a row; a sound event ends each batch.
 * @returns every broken promise in words
 */
export async function postFuzzed(options: {
  seed: number;
  count: number;
  pool: Pick<pg.Pool, 'query'>;
  post(post: FuzzedPost): Promise<number>;
  /** Called a hundred times; `share` is hundredths done. */
  onProgress?(posted: number, share: number): Promise<void>;
}): Promise<{ posted: number; findings: string[]; statuses: Record<string, number> }> {
  const { pool, post, seed } = options;
  const fuzzer = createFuzzer({ chance: createChance(seed), bodies: readWebhookBodies(), channelSecret });
  const findings: string[] = [];
  const statuses: Record<string, number> = {};
  let posted = 0;
  let nextProgress = 0;
  let progress = 0;

  async function postAll(isSigned: boolean, count: number): Promise<void> {
    let left = count;
    const worker = async () => {
      while (left-- > 0) {
        const fuzzed = fuzzer.next(isSigned);
        // What is too long for the door is turned away before it is read, whoever signed it.
        const expected = fuzzed.body.length > bodyLimitBytes ? 413 : isSigned ? 200 : 401;
        const status = await post(fuzzed).catch((error: Error) => error.message);
        posted++;
        const name = `${isSigned ? 'signed' : 'forged'} ${status}`;
        statuses[name] = (statuses[name] ?? 0) + 1;
        if (status !== expected) findings.push(`${status} for ${describe(fuzzed)}`);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, worker));
  }

  while (posted < options.count && findings.length < 100) {
    const size = Math.min(batchSize, options.count - posted);
    if (posted >= nextProgress) {
      await options.onProgress?.(posted, progress++);
      nextProgress += options.count / 100;
    }
    const before = await readLastRow(pool);
    await postAll(false, Math.floor(size / 2));
    if ((await readLastRow(pool)) !== before) findings.push(`forged bodies left rows (seed ${seed})`);
    await postAll(true, Math.ceil(size / 2));
    const sound = fuzzer.sound();
    await post(sound);
    const stored = await pool.query('select 1 from inbox_events where event_key = $1', [sound.eventId]);
    if (stored.rows.length !== 1) findings.push(`a sound event behind ${posted} others was lost`);
  }
  return { posted, findings, statuses };
}

const describe = ({ body, signature, isSigned }: FuzzedPost): string =>
  `${isSigned ? 'a signed' : 'a forged'} body (${signature}) ${body.toString('base64').slice(0, 400)}`;

/** Moves with every row that was ever put in, also with one that was rolled back. */
async function readLastRow(pool: Pick<pg.Pool, 'query'>): Promise<string> {
  const { rows } = await pool.query<{ last: string }>('select last_value as last from inbox_events_id_seq');
  return String(rows[0]?.last);
}

/** Resident memory in MB, as Linux counts it; 0 elsewhere. */
function readResidentMb(pid: number): number {
  try {
    return Math.round(
      Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024,
    );
  } catch {
    return 0;
  }
}
