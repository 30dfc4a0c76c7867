import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll } from 'vitest';

export type StandInCall = {
  method: string;
  path: string;
  retryKey: string | null;
  token: string | null;
  bytes: Buffer;
  /** When it came in, by `performance.now()`. */
  at: number;
};

/** What it does instead of accepting. `accept`: takes effect all the same. */
export type StandInFault =
  | { status: number; message?: string; accept?: boolean }
  | { reset: true; accept: boolean }
  | { hang: true; accept: boolean };

/** LINE on loopback with what the outbox relies on: retry keys, single-use reply tokens, and scripted faults. */
export async function startLineStandIn() {
  const calls: StandInCall[] = [];
  /** One entry per recipient that really gets a message. */
  const deliveries: { to: string; via: string; messages: { type: string; text?: string }[] }[] = [];
  const keys = new Map<string, { requestId: string; hash: string }>();
  const usedTokens = new Set<string>();
  const strangers = new Set<string>();
  let standing: { path: RegExp; fault: StandInFault } | null = null;
  const faults: { path: RegExp; fault: StandInFault }[] = [];
  let requests = 0;

  const server = createServer(async (request, response) => {
    const at = performance.now();
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    handle(request, response, Buffer.concat(chunks), at);
  });

  function handle(request: IncomingMessage, response: ServerResponse, bytes: Buffer, at: number): void {
    const path = request.url ?? '';
    const retryKey = (request.headers['x-line-retry-key'] as string | undefined) ?? null;
    const token = request.headers.authorization?.replace('Bearer ', '') ?? null;
    calls.push({ method: request.method ?? '', path, retryKey, token, bytes, at });
    const requestId = `request-${++requests}`;
    const answer = (status: number, body: object, headers: Record<string, string> = {}) => {
      response.writeHead(status, {
        'content-type': 'application/json',
        'x-line-request-id': requestId,
        ...headers,
      });
      response.end(JSON.stringify(body));
    };
    const nth = faults.findIndex((planned) => planned.path.test(path));
    const scripted = nth < 0 ? null : (faults.splice(nth, 1)[0]?.fault ?? null);
    const fault = scripted ?? (standing?.path.test(path) ? standing.fault : null);
    const known = retryKey ? keys.get(retryKey) : undefined;
    if (known && !(fault && 'status' in fault)) {
      answer(
        409,
        { message: 'The retry key is already accepted' },
        { 'x-line-accepted-request-id': known.requestId },
      );
      return;
    }
    if (fault && !('accept' in fault && fault.accept) && 'status' in fault) {
      answer(fault.status, { message: fault.message ?? `status ${fault.status}` });
      return;
    }
    if (!fault || fault.accept) {
      const refused = accept(path, bytes, retryKey, requestId);
      if (refused) {
        answer(400, { message: refused });
        return;
      }
    }
    if (fault && 'status' in fault) answer(fault.status, { message: fault.message ?? '' });
    else if (fault && 'reset' in fault) request.socket.destroy();
    else if (!fault) answer(200, bodyFor(path));
  }

  function accept(path: string, bytes: Buffer, retryKey: string | null, requestId: string): string | null {
    if (!path.startsWith('/v2/bot/message/') || bytes.length === 0) return null;
    const body = JSON.parse(bytes.toString('utf8'));
    if (path.endsWith('/reply')) {
      if (usedTokens.has(body.replyToken)) return 'Invalid reply token';
      usedTokens.add(body.replyToken);
      deliveries.push({ to: body.replyToken, via: 'reply', messages: body.messages });
      return null;
    }
    if ([body.to].flat().some((to) => strangers.has(to))) return 'The property, to, is invalid';
    if (retryKey) keys.set(retryKey, { requestId, hash: bytes.toString('base64') });
    const via = path.split('/').at(-1) ?? '';
    for (const to of [body.to].flat()) deliveries.push({ to, via, messages: body.messages });
    return null;
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    calls,
    deliveries,
    /** The next calls whose path fits meet these, one each. */
    fail: (path: RegExp, ...next: StandInFault[]) => faults.push(...next.map((fault) => ({ path, fault }))),
    clearFaults() {
      faults.length = 0;
    },
    /** LINE does not know these people: a call with one of them is refused as a whole. */
    stranger: (...ids: string[]) => {
      for (const id of ids) strangers.add(id);
    },
    /** Every call whose path fits meets this, until `recover`. */
    always(path: RegExp, fault: StandInFault) {
      standing = { path, fault };
    },
    recover() {
      standing = null;
    },
    clear() {
      standing = null;
      strangers.clear();
      calls.length = 0;
      deliveries.length = 0;
      faults.length = 0;
    },
  };
}

function bodyFor(path: string): object {
  if (path === '/v2/bot/message/quota') return { type: 'limited', value: 500 };
  if (path === '/v2/bot/message/quota/consumption') return { totalUsage: 120 };
  if (path.startsWith('/v2/bot/richmenu/alias/')) {
    const alias = path.split('/').at(-1);
    return { richMenuAliasId: alias, richMenuId: `richmenu-of-${alias}` };
  }
  if (path === '/oauth2/v3/token') return { access_token: `stateless-${Math.random()}`, expires_in: 900 };
  if (path === '/v2/bot/info') return { userId: 'U1', basicId: '@demo', displayName: 'Demo' };
  return {};
}
