import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import type { Request } from './line-call.ts';
import { answerCall } from './line-call.ts';
import type { Answer } from './line-endpoint.ts';
import { refused } from './line-endpoint.ts';
import type { LinePlatform } from './platform.ts';

export type LineServerOptions = {
  /** 0, the default, takes a free one. */
  port?: number;
  /** Added before every answer. */
  latencyMs?: number;
  /** Never answer anything. */
  hang?: boolean;
};

export type LineServer = {
  /** Base URL for api.line.me and api-data.line.me alike. */
  url: string;
  close(): Promise<void>;
};

/** LINE's Messaging API on 127.0.0.1. */
export async function startLineServer(
  platform: LinePlatform,
  options: LineServerOptions = {},
): Promise<LineServer> {
  const server = createServer({ keepAliveTimeout: 60_000 }, (incoming, response) => {
    if (options.hang === true) {
      incoming.resume();
      return;
    }
    serve(platform, options.latencyMs ?? 0, incoming, response).catch((error: unknown) => {
      // A caller that hangs up while it still sends is the caller's affair.
      if (!incoming.destroyed || incoming.complete) console.error('SIMULATOR: LINE server', error);
      response.destroy();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        // Calls that were never answered would keep the server open for ever.
        server.closeAllConnections();
      }),
  };
}

async function serve(
  platform: LinePlatform,
  latencyMs: number,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const startedAt = performance.now();
  const at = platform.shownIso();
  const request = await readRequest(incoming);
  const requestId = platform.ids.uuid();
  if (request === null) {
    write(response, requestId, refused(413, 'Request body is too large'));
    return;
  }
  const outcome = await answerCall(platform, request, requestId);
  const delayMs = latencyMs + (outcome.delayMs ?? 0);
  if (delayMs > 0) await wait(delayMs);
  const status = outcome.cut === undefined ? (outcome.answer?.status ?? null) : null;
  const answerBody = outcome.answer?.body ?? null;
  platform.record({
    at,
    kind: 'line-api',
    method: request.method,
    path: request.path,
    status,
    durationMs: Math.round((performance.now() - startedAt) * 10) / 10,
    request: outcome.body ?? describeBytes(request.raw),
    response: Buffer.isBuffer(answerBody) ? describeBytes(answerBody) : answerBody,
  });
  if (outcome.cut === 'before') incoming.socket.destroy();
  else if (outcome.cut === 'within' && outcome.answer !== null) cut(response, requestId, outcome.answer);
  else if (outcome.answer !== null) write(response, requestId, outcome.answer);
}

// Somewhat more than LINE's 2 MB, so that a body just over the limit gets its 413 and not a reset.
const mostBytes = 8 * 1024 * 1024;

/** The whole request; null when it is far too long. */
async function readRequest(incoming: IncomingMessage): Promise<Request | null> {
  const raw = await readBody(incoming);
  if (raw === null) return null;
  const url = incoming.url ?? '/';
  const mark = url.indexOf('?');
  return {
    method: incoming.method ?? 'GET',
    path: mark < 0 ? url : url.slice(0, mark),
    query: mark < 0 ? '' : url.slice(mark + 1),
    headers: incoming.headers,
    raw,
  };
}

/** By events: at thousands of requests a second an async iterator per request is felt. */
function readBody(incoming: IncomingMessage): Promise<Buffer | null> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    incoming.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= mostBytes) chunks.push(chunk);
    });
    incoming.on('end', () => {
      const [only] = chunks;
      if (size > mostBytes) resolve(null);
      else resolve(chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks));
    });
    incoming.on('error', reject);
  });
}

function encode({ body }: Answer): Buffer {
  return Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
}

function headersOf(requestId: string, { headers }: Answer, bytes: Buffer): Record<string, string | number> {
  return {
    'content-type': 'application/json',
    'content-length': bytes.length,
    'x-line-request-id': requestId,
    ...headers,
  };
}

function write(response: ServerResponse, requestId: string, answer: Answer): void {
  const bytes = encode(answer);
  response.writeHead(answer.status, headersOf(requestId, answer, bytes));
  response.end(bytes);
}

/** The head and half of the body, then nothing. */
function cut(response: ServerResponse, requestId: string, answer: Answer): void {
  const bytes = encode(answer);
  response.writeHead(answer.status, headersOf(requestId, answer, bytes));
  response.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => response.destroy());
}

function describeBytes(bytes: Buffer): string | null {
  return bytes.length === 0 ? null : `${bytes.length} bytes`;
}
