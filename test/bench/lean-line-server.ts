import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { botUserId } from '../support/webhook.ts';

/** A POST to one of LINE's message endpoints. */
export type LeanCall = { path: string; headers: IncomingMessage['headers']; body: Buffer };
export type LeanAnswer = {
  status: number;
  requestId?: string;
  headers?: Record<string, string>;
  text: string;
};

export const leanAccessToken = 'token-of-the-bench';

/** Messages a month: more than any bench sends. */
export const leanQuota = 1_000_000_000;

/** What a service asks of LINE before it sends anything. */
const known: Record<string, object> = {
  '/v2/bot/info': { userId: botUserId, basicId: '@bench', displayName: 'Bench' },
  '/v2/bot/message/quota': { type: 'limited', value: leanQuota },
  '/v2/bot/message/quota/consumption': { totalUsage: 0 },
};

/**
 * LINE on loopback with the least that a service needs, so that the measured process keeps most of the machine: what
 * is sent is answered by `take` after the latency. The simulator is the one that judges bodies.
 * @param latencyMs null = nothing is ever answered
 * @returns its URL
 */
export async function openLeanLine(
  latencyMs: number | null,
  take: (call: LeanCall) => LeanAnswer,
): Promise<string> {
  const server = createServer((request, response) => {
    if (latencyMs === null) {
      request.resume();
      return;
    }
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { url: path = '', headers } = request;
      if (request.method !== 'POST' || !path.startsWith('/v2/bot/message/')) {
        answer(response, { status: known[path] ? 200 : 404, text: JSON.stringify(known[path] ?? {}) });
        return;
      }
      const body = chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
      const outcome = take({ path, headers, body });
      setTimeout(() => answer(response, outcome), latencyMs);
    });
  });
  server.keepAliveTimeout = 60_000;
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function answer(response: ServerResponse, { status, requestId, headers, text }: LeanAnswer): void {
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': text.length,
    'x-line-request-id': requestId ?? randomUUID(),
    ...headers,
  });
  response.end(text);
}
