import type { Session } from './contract.ts';

export type FieldProblem = { path: string; code: string; message: string };

/** Anything but success; `offline` when no answer came at all. */
export class ApiRefusal extends Error {
  readonly status: number;
  readonly code: string;
  readonly fields: readonly FieldProblem[];
  /** From `retry-after`; null where the server named no time. */
  readonly retryAfterSeconds: number | null;

  constructor(input: {
    status: number;
    code: string;
    message: string;
    fields?: readonly FieldProblem[];
    retryAfterSeconds?: number | null;
  }) {
    super(input.message);
    this.name = 'ApiRefusal';
    this.status = input.status;
    this.code = input.code;
    this.fields = input.fields ?? [];
    this.retryAfterSeconds = input.retryAfterSeconds ?? null;
  }
}

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

let csrfToken: string | null = null;
let tellSignedOut: () => void = () => undefined;

/** Whom to tell when the server says that nobody is signed in any more. */
export function onSignedOut(listener: () => void): void {
  tellSignedOut = listener;
}

/** Who is signed in here; the token for later writes is kept. */
export async function readSession(): Promise<Session> {
  const session = await send<Session>('GET', 'session', undefined);
  csrfToken = session.csrfToken;
  return session;
}

/**
 * Asks /api/v1. A token that another tab made old is renewed once: such a request was refused unseen.
 * @param path without the leading slash, its query included
 * @throws ApiRefusal
 */
export async function callApi<T>(method: Method, path: string, body?: object): Promise<T> {
  try {
    return await send<T>(method, path, body);
  } catch (error) {
    if (!(error instanceof ApiRefusal)) throw error;
    if (error.code === 'csrf') {
      await readSession();
      return await send<T>(method, path, body);
    }
    if (error.code === 'signed_out') tellSignedOut();
    throw error;
  }
}

async function send<T>(method: Method, path: string, body: object | undefined): Promise<T> {
  const isWrite = method !== 'GET';
  const headers = new Headers({ accept: 'application/json' });
  if (isWrite) headers.set('content-type', 'application/json');
  if (isWrite && csrfToken !== null) headers.set('x-csrf-token', csrfToken);
  const response = await fetch(`/api/v1/${path}`, {
    method,
    headers,
    credentials: 'same-origin',
    cache: 'no-store',
    body: isWrite ? JSON.stringify(body ?? {}) : null,
  }).catch((cause: unknown) => {
    throw new ApiRefusal({ status: 0, code: 'offline', message: String(cause) });
  });
  const text = await response.text();
  if (!response.ok) throw toRefusal(response, text);
  return (text === '' ? null : JSON.parse(text)) as T;
}

function toRefusal(response: Response, text: string): ApiRefusal {
  const seconds = Number.parseInt(response.headers.get('retry-after') ?? '', 10);
  const retryAfterSeconds = Number.isNaN(seconds) ? null : seconds;
  const { status } = response;
  try {
    const { error } = JSON.parse(text) as {
      error: { code: string; message: string; fields?: FieldProblem[] };
    };
    return new ApiRefusal({ status, ...error, retryAfterSeconds });
  } catch {
    // A proxy's page, say: no words of ours.
    return new ApiRefusal({ status, code: 'unreadable', message: text.slice(0, 200), retryAfterSeconds });
  }
}
