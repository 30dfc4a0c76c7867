import { Pool } from 'undici';

export type WireRequest = {
  method: 'GET' | 'POST' | 'DELETE';
  path: string;
  headers: Record<string, string>;
  body?: Uint8Array;
  /** `chat`: somebody waits for it; such calls never queue behind a campaign. */
  lane: 'chat' | 'campaign';
};

export type WireResponse = { status: number; header(name: string): string | null; text: string };

/** Carries one request; rejects when no whole answer came. */
export type Transport = {
  send(request: WireRequest): Promise<WireResponse>;
  close(): Promise<void>;
};

const connectTimeoutMs = 3_000;
/** For an answer's headers, and between two pieces of its body; the whole call has its own limit beside. */
const pieceTimeoutMs = 10_000;

/** Keep-alive connections to one host: chat calls and campaigns have their own, so neither starves the other. */
export function createPoolTransport(options: {
  origin: string;
  sockets: number;
  chatSockets: number;
  timeoutMs: number;
}): Transport {
  const open = (connections: number) =>
    new Pool(options.origin, {
      connections,
      connect: { timeout: connectTimeoutMs },
      headersTimeout: pieceTimeoutMs,
      bodyTimeout: pieceTimeoutMs,
      keepAliveTimeout: 15_000,
    });
  const pools = { chat: open(options.chatSockets), campaign: open(options.sockets) };
  return {
    async send(request) {
      // Not AbortSignal.timeout: thousands a second would each live on for the whole time-out.
      const limit = new AbortController();
      const timer = setTimeout(() => limit.abort(new Error('no answer in time')), options.timeoutMs);
      try {
        const answer = await pools[request.lane].request({
          method: request.method,
          path: request.path,
          headers: request.headers,
          body: request.body ?? null,
          signal: limit.signal,
        });
        const text = await answer.body.text();
        return { status: answer.statusCode, header: (name) => first(answer.headers[name]), text };
      } finally {
        clearTimeout(timer);
      }
    },
    close: async () => {
      await Promise.all([pools.chat.destroy(), pools.campaign.destroy()]);
    },
  };
}

const first = (value: string | string[] | undefined): string | null =>
  (Array.isArray(value) ? value[0] : value) ?? null;

/** The same by a `fetch`, which tests can intercept. */
export function createFetchTransport(options: {
  origin: string;
  timeoutMs: number;
  fetch: typeof fetch;
}): Transport {
  return {
    async send(request) {
      const answer = await options.fetch(`${options.origin}${request.path}`, {
        method: request.method,
        headers: request.headers,
        ...(request.body && { body: Buffer.from(request.body) }),
        signal: AbortSignal.timeout(options.timeoutMs),
      });
      return { status: answer.status, header: (name) => answer.headers.get(name), text: await answer.text() };
    },
    close: async () => undefined,
  };
}

const neverLeft = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

/** Whether a failed request may have reached the other side; only a failed connection says that it did not. */
export function mayHaveArrived(error: unknown): boolean {
  const codes: unknown[] = [];
  for (let at = error; at instanceof Error; at = at.cause) {
    codes.push((at as { code?: unknown }).code);
    if (at instanceof AggregateError)
      codes.push(...at.errors.map((inner) => (inner as { code?: unknown })?.code));
  }
  return !codes.some((code) => typeof code === 'string' && neverLeft.has(code));
}
