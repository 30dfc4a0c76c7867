import type { messagingApi } from '@line/bot-sdk';
import { describeError } from '#foundation/errors.ts';
import { NoLineToken, type TokenSource } from './client-tokens.ts';
import {
  createFetchTransport,
  createPoolTransport,
  mayHaveArrived,
  type WireRequest,
} from './client-transport.ts';
import type { LineEndpoint } from './limit-rules.ts';

/** LINE's ids of an answer; `acceptedRequestId` comes with 409 and names the request that was accepted before. */
type AnswerIds = { status: number; requestId: string | null; acceptedRequestId: string | null };

/**
 * What came of a call, always a value. `unknown`: no whole answer; LINE may have acted on it unless `reached` is
 * false (then nothing left this machine).
 */
export type LineAnswer<Body = unknown> =
  | ({ outcome: 'ok'; body: Body } & AnswerIds)
  | ({ outcome: 'refused'; message: string } & AnswerIds)
  | { outcome: 'unknown'; cause: string; reached: boolean };

export type LineClientOptions = {
  apiBaseUrl: string;
  dataApiBaseUrl: string;
  token: TokenSource;
  /** Connections for pushes and multicasts; chat calls have 64 of their own. */
  sockets?: number;
  /** For the whole call, connecting included. */
  timeoutMs?: number;
  /** Refuses to be built for any host but this machine. */
  loopbackOnly?: boolean;
  /** Waited for before each call; pushes and multicasts are left out, who sends them keeps their pace. */
  enter?: (endpoint: LineEndpoint) => Promise<void>;
  /** Instead of the connection pool. */
  fetch?: typeof fetch;
};

export type LineClient = ReturnType<typeof createLineClient>;

type Call = Pick<WireRequest, 'method' | 'path' | 'timeoutMs'> & {
  /** Whose pace it counts against; left out where the caller keeps it. */
  endpoint?: LineEndpoint;
  lane?: WireRequest['lane'];
  json?: unknown;
  bytes?: Uint8Array;
  retryKey?: string;
};

/** An answer that takes longer is given up while its row's lease of ten seconds still stands. */
const replyTimeoutMs = 8_000;

const loopbackHosts = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** LINE took nothing: it refused us, as by a 401, or nobody knows yet whether it would take a fresh token. */
function withoutToken(error: unknown): LineAnswer<never> {
  const message = describeError(error);
  if (error instanceof NoLineToken && error.isRefusal)
    return { outcome: 'refused', message, status: 401, requestId: null, acceptedRequestId: null };
  return { outcome: 'unknown', cause: message, reached: false };
}

/**
 * The Messaging API for the hot path. Bodies of messages are bytes: a retry must carry the very same ones.
 * A 401 is answered once by a fresh token, where the token source has one.
 * @throws RangeError when `loopbackOnly` and a base URL leads elsewhere
 */
export function createLineClient(options: LineClientOptions) {
  for (const url of [options.apiBaseUrl, options.dataApiBaseUrl]) {
    if (options.loopbackOnly && !loopbackHosts.has(new URL(url).hostname)) {
      throw new RangeError(`Only this machine may be called here, not ${new URL(url).host}`);
    }
  }
  const base = new URL(options.apiBaseUrl);
  const prefix = base.pathname.replace(/\/+$/, '');
  const timeoutMs = options.timeoutMs ?? 10_000;
  const transport = options.fetch
    ? createFetchTransport({ origin: base.origin, timeoutMs, fetch: options.fetch })
    : createPoolTransport({
        origin: base.origin,
        sockets: options.sockets ?? 512,
        chatSockets: 64,
        timeoutMs,
      });

  async function call<Body>(request: Call): Promise<LineAnswer<Body>> {
    const body = request.json === undefined ? request.bytes : Buffer.from(JSON.stringify(request.json));
    const attempt = async (token: string) => {
      const answer = await transport.send({
        method: request.method,
        path: prefix + request.path,
        lane: request.lane ?? 'chat',
        ...(request.timeoutMs !== undefined && { timeoutMs: request.timeoutMs }),
        headers: {
          authorization: `Bearer ${token}`,
          ...(body && { 'content-type': 'application/json' }),
          ...(request.retryKey && { 'x-line-retry-key': request.retryKey }),
        },
        ...(body && { body }),
      });
      const ids = {
        status: answer.status,
        requestId: answer.header('x-line-request-id'),
        acceptedRequestId: answer.header('x-line-accepted-request-id'),
      };
      const json = parseJson(answer.text);
      if (answer.status >= 200 && answer.status < 300)
        return { outcome: 'ok', body: json as Body, ...ids } as const;
      return { outcome: 'refused', message: describeRefusal(json, answer.status), ...ids } as const;
    };
    let token: string;
    try {
      token = await options.token.read();
    } catch (error) {
      return withoutToken(error);
    }
    if (request.endpoint && options.enter) await options.enter(request.endpoint);
    try {
      const first = await attempt(token);
      if (first.outcome === 'ok' || first.status !== 401) return first;
      let fresh: string | null;
      try {
        fresh = await options.token.renew(token);
      } catch (error) {
        return withoutToken(error);
      }
      return fresh === null ? first : await attempt(fresh);
    } catch (error) {
      return { outcome: 'unknown', cause: describeError(error), reached: mayHaveArrived(error) };
    }
  }

  const user = (userId: string) => encodeURIComponent(userId);
  return {
    reply: (bytes: Uint8Array) =>
      call<messagingApi.ReplyMessageResponse>({
        endpoint: 'reply',
        method: 'POST',
        path: '/v2/bot/message/reply',
        bytes,
        timeoutMs: replyTimeoutMs,
      }),
    push: (bytes: Uint8Array, retryKey: string, lane: WireRequest['lane'] = 'campaign') =>
      call<messagingApi.PushMessageResponse>({
        method: 'POST',
        path: '/v2/bot/message/push',
        bytes,
        retryKey,
        lane,
      }),
    multicast: (bytes: Uint8Array, retryKey: string) =>
      call<object>({ method: 'POST', path: '/v2/bot/message/multicast', bytes, retryKey, lane: 'campaign' }),
    linkRichMenu: (userId: string, menuId: string) =>
      call<object>({
        endpoint: 'menu_link',
        method: 'POST',
        path: `/v2/bot/user/${user(userId)}/richmenu/${encodeURIComponent(menuId)}`,
      }),
    unlinkRichMenu: (userId: string) =>
      call<object>({
        endpoint: 'menu_unlink',
        method: 'DELETE',
        path: `/v2/bot/user/${user(userId)}/richmenu`,
      }),
    /** The menu linked to this person alone: 404 when there is none. */
    readRichMenu: (userId: string) =>
      call<messagingApi.RichMenuIdResponse>({
        endpoint: 'menu_read',
        method: 'GET',
        path: `/v2/bot/user/${user(userId)}/richmenu`,
      }),
    /** At most 500 people. LINE accepts and links within seconds; whom it cannot link it leaves out silently. */
    bulkLinkRichMenu: (richMenuId: string, userIds: readonly string[]) =>
      call<object>({
        endpoint: 'menu_bulk_link',
        method: 'POST',
        path: '/v2/bot/richmenu/bulk/link',
        json: { richMenuId, userIds },
      }),
    /** At most 500 people, who see the default menu afterwards. */
    bulkUnlinkRichMenu: (userIds: readonly string[]) =>
      call<object>({
        endpoint: 'menu_bulk_unlink',
        method: 'POST',
        path: '/v2/bot/richmenu/bulk/unlink',
        json: { userIds },
      }),
    /** The menu that an alias stands for: 404 when there is none. */
    resolveAlias: (aliasId: string) =>
      call<messagingApi.RichMenuAliasResponse>({
        endpoint: 'menu_alias',
        method: 'GET',
        path: `/v2/bot/richmenu/alias/${encodeURIComponent(aliasId)}`,
      }),
    profile: (userId: string) =>
      call<messagingApi.UserProfileResponse>({
        endpoint: 'profile',
        method: 'GET',
        path: `/v2/bot/profile/${user(userId)}`,
      }),
    linkToken: (userId: string) =>
      call<messagingApi.IssueLinkTokenResponse>({
        endpoint: 'link_token',
        method: 'POST',
        path: `/v2/bot/user/${user(userId)}/linkToken`,
      }),
    botInfo: () =>
      call<messagingApi.BotInfoResponse>({ endpoint: 'bot_info', method: 'GET', path: '/v2/bot/info' }),
    quota: () =>
      call<messagingApi.MessageQuotaResponse>({
        endpoint: 'quota',
        method: 'GET',
        path: '/v2/bot/message/quota',
      }),
    consumption: () =>
      call<messagingApi.QuotaConsumptionResponse>({
        endpoint: 'consumption',
        method: 'GET',
        path: '/v2/bot/message/quota/consumption',
      }),
    /** @param loadingSeconds 5 to 60, in steps of 5 */
    loading: (userId: string, loadingSeconds: number) =>
      call<object>({
        endpoint: 'loading',
        method: 'POST',
        path: '/v2/bot/chat/loading/start',
        json: { chatId: userId, loadingSeconds },
      }),
    close: () => transport.close(),
  };
}

function parseJson(text: string): unknown {
  try {
    return text === '' ? {} : JSON.parse(text);
  } catch {
    return {};
  }
}

/** LINE's message with the properties that it names; wording is not stable, so it is for people only. */
function describeRefusal(json: unknown, status: number): string {
  const { message, details } = (json ?? {}) as {
    message?: unknown;
    details?: { message?: unknown; property?: unknown }[];
  };
  const named = (Array.isArray(details) ? details : []).map(
    (detail) => `${detail?.property}: ${detail?.message}`,
  );
  const said = [typeof message === 'string' ? message : `status ${status}`, ...named].join('; ');
  return said.replaceAll('\u0000', '').slice(0, 500);
}
