import { randomUUID } from 'node:crypto';
import { serveCommands } from '../support/processes.ts';
import { type LeanAnswer, type LeanCall, leanAccessToken, openLeanLine } from './lean-line-server.ts';

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

let arrivals: number[] = [];
let bytes = 0;
let repeats = 0;
let doubles = 0;
let keys = new Map<string, string>();
let people = new Set<string>();

async function open(options: { latencyMs: number }): Promise<{ url: string; channelAccessToken: string }> {
  return { url: await openLeanLine(options.latencyMs, take), channelAccessToken: leanAccessToken };
}

function take({ path, headers, body }: LeanCall): LeanAnswer {
  const key = headers['x-line-retry-key'];
  if (typeof key !== 'string') return { status: 400, text: '{"message":"Every send has a retry key here"}' };
  arrivals.push(performance.now());
  const requestId = keys.get(key);
  if (requestId !== undefined) {
    repeats += 1;
    return { status: 409, requestId, headers: { 'x-line-accepted-request-id': requestId }, text: noMessages };
  }
  const made = randomUUID();
  keys.set(key, made);
  bytes += body.length;
  for (const to of recipientsOf(body, path)) {
    if (people.has(to)) doubles += 1;
    people.add(to);
  }
  return { status: 200, requestId: made, text: noMessages };
}

const noMessages = '{"sentMessages":[]}';

/** A push is not parsed for its recipient, who stands at its beginning. */
function recipientsOf(body: Buffer, path: string): string[] {
  if (path.endsWith('/multicast')) return (JSON.parse(body.toString()) as { to: string[] }).to;
  return [body.toString('latin1', 7, 40)];
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
