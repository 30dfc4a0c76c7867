import { type Dispatcher, Pool } from 'undici';

export type WireRequest = {
  method: 'GET' | 'POST' | 'DELETE';
  path: string;
  headers: Record<string, string>;
  body?: Uint8Array;
  /** `chat`: somebody waits for it; such calls never queue behind a campaign. */
  lane: 'chat' | 'campaign';
  /** Gives the call up earlier than others. */
  timeoutMs?: number;
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
    send: (request) => dispatch(pools[request.lane], request, limitOf(request, options)),
    close: async () => {
      await Promise.all([pools.chat.destroy(), pools.campaign.destroy()]);
    },
  };
}

const limitOf = (request: WireRequest, { timeoutMs }: { timeoutMs: number }): number =>
  Math.min(timeoutMs, request.timeoutMs ?? timeoutMs);

/** Thousands of answers a second are short and wanted whole: they are gathered without a stream each. */
function dispatch(pool: Pool, request: WireRequest, timeoutMs: number): Promise<WireResponse> {
  return new Promise((resolve, reject) => {
    let controller: Dispatcher.DispatchController | undefined;
    let late: Error | undefined;
    let status = 0;
    let headers: Record<string, string | string[] | undefined> = {};
    const pieces: Buffer[] = [];
    const timer = setTimeout(() => {
      late = new Error('no answer in time');
      controller?.abort(late);
      reject(late);
    }, timeoutMs);
    pool.dispatch(
      {
        method: request.method,
        path: request.path,
        headers: request.headers,
        body: request.body ?? null,
      },
      {
        onRequestStart(started) {
          controller = started;
          // Given up while it waited for a connection.
          if (late) started.abort(late);
        },
        onResponseStart(_controller, statusCode, answered) {
          status = statusCode;
          headers = answered;
        },
        onResponseData(_controller, piece) {
          pieces.push(piece);
        },
        onResponseEnd() {
          clearTimeout(timer);
          const text = Buffer.concat(pieces).toString('utf8');
          resolve({ status, header: (name) => first(headers[name]), text });
        },
        onResponseError(_controller, error) {
          clearTimeout(timer);
          reject(error);
        },
      },
    );
  });
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
        signal: AbortSignal.timeout(limitOf(request, options)),
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
