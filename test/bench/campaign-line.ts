import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serveCommands } from '../support/processes.ts';

/** What LINE's stand-in saw of a campaign. */
export type CampaignLog = {
  requests: number;
  recipients: number;
  /** Recipients that got it twice. */
  doubles: number;
  /** Requests under a key that it had accepted before. */
  repeats: number;
  /** From the first arrival to the last, in seconds. */
  seconds: number;
  /** Arrivals in the busiest second, wherever it begins. */
  mostInASecond: number;
  /** Bytes of an average body. */
  bodyBytes: number;
};

let latencyMs = 50;
let arrivals: number[] = [];
let bytes = 0;
let repeats = 0;
let doubles = 0;
let keys = new Map<string, string>();
let people = new Set<string>();

/** LINE on loopback with the least that a courier needs, so that the measured process keeps most of the machine. */
async function open(options: { latencyMs: number }): Promise<{ url: string; channelAccessToken: string }> {
  latencyMs = options.latencyMs;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => take(request, response, chunks));
  });
  server.keepAliveTimeout = 60_000;
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, channelAccessToken: 'token-of-the-bench' };
}

function take(request: IncomingMessage, response: ServerResponse, chunks: readonly Buffer[]): void {
  const path = request.url ?? '';
  const key = request.headers['x-line-retry-key'];
  if (!path.startsWith('/v2/bot/message/') || typeof key !== 'string') {
    const known: Record<string, object> = {
      '/v2/bot/info': { userId: `U${'0'.repeat(32)}`, basicId: '@bench', displayName: 'Bench' },
      '/v2/bot/message/quota': { type: 'none' },
      '/v2/bot/message/quota/consumption': { totalUsage: 0 },
    };
    answer(response, known[path] ? 200 : 404, randomUUID(), JSON.stringify(known[path] ?? {}));
    return;
  }
  arrivals.push(performance.now());
  const before = keys.get(key);
  const requestId = before ?? randomUUID();
  if (before === undefined) {
    keys.set(key, requestId);
    const body = Buffer.concat(chunks);
    bytes += body.length;
    for (const to of recipientsOf(body, path)) {
      if (people.has(to)) doubles += 1;
      people.add(to);
    }
  } else repeats += 1;
  setTimeout(() => answer(response, before ? 409 : 200, requestId, '{"sentMessages":[]}'), latencyMs);
}

/** A push is not parsed for its recipient, who stands at its beginning. */
function recipientsOf(body: Buffer, path: string): string[] {
  if (path.endsWith('/multicast')) return (JSON.parse(body.toString()) as { to: string[] }).to;
  return [body.toString('latin1', 7, 40)];
}

function answer(response: ServerResponse, status: number, requestId: string, text: string): void {
  const accepted = status === 409 ? { 'x-line-accepted-request-id': requestId } : {};
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': text.length,
    'x-line-request-id': requestId,
    ...accepted,
  });
  response.end(text);
}

/** What arrived since the last look, which is forgotten with it. */
function report(): CampaignLog {
  let mostInASecond = 0;
  for (let from = 0, to = 0; to < arrivals.length; to++) {
    while ((arrivals[to] as number) - (arrivals[from] as number) >= 1000) from += 1;
    mostInASecond = Math.max(mostInASecond, to - from + 1);
  }
  const log = {
    requests: arrivals.length,
    recipients: people.size,
    doubles,
    repeats,
    seconds: ((arrivals.at(-1) ?? 0) - (arrivals[0] ?? 0)) / 1000,
    mostInASecond,
    bodyBytes: bytes / Math.max(1, arrivals.length - repeats),
  };
  arrivals = [];
  bytes = repeats = doubles = 0;
  keys = new Map();
  people = new Set();
  return log;
}

const commands = { open, report };
export type CampaignLine = typeof commands;
serveCommands(commands);
