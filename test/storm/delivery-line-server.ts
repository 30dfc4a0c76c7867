import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { answerCall, type Outcome, type Request } from '#simulator/line-call.ts';
import type { LinePlatform } from '#simulator/platform.ts';
import { type createFaultScript, refusalWords } from './delivery-fault-rules.ts';
import { type LineCall, monotonicMs, openCallLog } from './delivery-log.ts';

export type DeliveryLineOptions = {
  platform: LinePlatform;
  faults: ReturnType<typeof createFaultScript>;
  logFile: string;
  latencyMs(): number;
  /** Recipients that LINE does not know: 400, alone or among others. */
  isUnknown(userId: string): boolean;
};

const loopbackHost = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/;
const sendPaths = /^\/v2\/bot\/message\/(push|multicast|reply)$/;

/**
 * LINE for storms: the rules of the simulated platform, with scripted faults before them and every call in a file.
 * It listens on this machine only and answers nobody who takes it for another host.
 */
export async function startDeliveryLine(options: DeliveryLineOptions) {
  const log = await openCallLog(options.logFile);
  let sends = 0;
  let accepted = 0;
  const server = createServer({ keepAliveTimeout: 60_000 }, (incoming, response) => {
    serve(incoming, response).catch((error: unknown) => {
      if (!incoming.destroyed || incoming.complete) console.error('LINE stand-in', error);
      response.destroy();
    });
  });

  async function serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const raw = await readBody(incoming);
    if (!loopbackHost.test(incoming.headers.host ?? '')) {
      response.writeHead(421).end('This is no LINE but a stand-in on loopback');
      return;
    }
    const [path = '/', query = ''] = (incoming.url ?? '/').split('?');
    const request = { method: incoming.method ?? 'GET', path, query, headers: incoming.headers, raw };
    const requestId = options.platform.ids.uuid();
    const delayMs = options.latencyMs();
    const [outcome] = await Promise.all([decide(request, requestId), delayMs > 0 && wait(delayMs)]);
    tell(incoming, response, requestId, outcome);
  }

  /** Decided at once, and written down before anything is answered: what the caller knows stands in the log. */
  async function decide(request: Request, requestId: string): Promise<Outcome> {
    const { platform, faults } = options;
    const send = sendPaths.exec(request.path)?.[1];
    const retryKey = (request.headers['x-line-retry-key'] as string | undefined) ?? null;
    const body = send === undefined ? null : readSend(request.raw);
    const holder = body?.replyToken ? platform.replyTokens.look(body.replyToken, platform.now()) : null;
    const call: LineCall = {
      at: monotonicMs(),
      endpoint: `${request.method} ${nameOf(request.path)}`,
      retryKey,
      bodySha256: createHash('sha256').update(request.raw).digest('hex'),
      to: body?.replyToken ? (holder === null ? [] : [holder]) : (body?.to ?? []),
      replyToken: body?.replyToken ?? null,
      status: null,
      isAccepted: false,
      requestId,
      fault: null,
    };
    if (send !== undefined && call.to.some(options.isUnknown)) {
      await log.write({ ...call, status: 400, fault: 'unknown-recipient' });
      const message = refusalWords['unknown-recipient'];
      return { answer: { status: 400, body: { message, details: [] } }, body: null };
    }
    const isKnown = retryKey !== null && platform.retryKeys.find(retryKey, platform.now()) !== null;
    const met = send === undefined ? null : faults.take({ endpoint: send, retryKey, isKnown, requestId });
    if (met !== null) platform.script([{ match: { path: request.path }, answer: met.answer }]);
    const acceptedBefore = platform.accepted.length;
    const answering = answerCall(platform, request, requestId);
    call.isAccepted = platform.accepted.length > acceptedBefore;
    if (call.retryKey !== null) sends += 1;
    if (call.retryKey !== null && call.isAccepted) accepted += call.to.length;
    // What was delivered stands in the log: in memory it would grow for as long as the storm lasts.
    platform.accepted.length = 0;
    platform.deliveries.length = 0;
    const outcome = await answering;
    const isWhole = outcome.answer !== null && outcome.cut === undefined;
    const status = isWhole ? (outcome.answer?.status ?? null) : null;
    await log.write({ ...call, status, fault: met?.name ?? null });
    return outcome;
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    /** Calls under a retry key, and people whom they reached. */
    counts: () => ({ sends, accepted }),
    async close(): Promise<void> {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
      await log.close();
    },
  };
}

/** By events: at thousands of requests a second an async iterator per request is felt. */
function readBody(incoming: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => resolve(Buffer.concat(chunks)));
    incoming.on('error', reject);
  });
}

function tell(incoming: IncomingMessage, response: ServerResponse, requestId: string, outcome: Outcome) {
  if (outcome.cut === 'before') {
    incoming.socket.destroy();
    return;
  }
  if (outcome.answer === null) return;
  const { status, body, headers } = outcome.answer;
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': bytes.length,
    'x-line-request-id': requestId,
    ...headers,
  });
  if (outcome.cut === 'within') response.write(bytes.subarray(0, bytes.length / 2), () => response.destroy());
  else response.end(bytes);
}

function readSend(raw: Buffer): { to: string[]; replyToken: string | null } | null {
  try {
    const { to, replyToken } = JSON.parse(raw.toString('utf8')) as { to?: unknown; replyToken?: unknown };
    return {
      to: [to].flat().filter((id) => typeof id === 'string'),
      replyToken: typeof replyToken === 'string' ? replyToken : null,
    };
  } catch {
    return null;
  }
}

/** Ids out of the path: LINE counts an endpoint, not a URL. */
const nameOf = (path: string): string =>
  path.replace(/\/U[0-9a-f]{32}(?=\/|$)/, '/{userId}').replace(/\/richmenu-[^/]+$/, '/{richMenuId}');
