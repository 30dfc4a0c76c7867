import type { messagingApi } from '@line/bot-sdk';
import { Fault } from '#foundation/errors.ts';

/** LINE refused a call about rich menus, or did not answer; `status` is null without an answer. */
export class RichMenuCallFault extends Fault {
  readonly status: number | null;

  constructor(call: string, status: number | null, detail: string, options?: ErrorOptions) {
    super('rich_menu_call_failed', `${call}: ${status ?? 'no answer'} ${detail}`.trim(), options);
    this.name = 'RichMenuCallFault';
    this.status = status;
  }
}

export type RichMenuConnection = {
  /** https://api.line.me */
  apiBaseUrl: string;
  /** https://api-data.line.me: pictures go there and nowhere else. */
  dataApiBaseUrl: string;
  accessToken: () => Promise<string> | string;
};

export type MenuMove = messagingApi.RichMenuBatchOperation;
export type MovePhase = 'ongoing' | 'succeeded' | 'failed';
export type RichMenuClient = ReturnType<typeof createRichMenuClient>;

const callTimeoutMs = 10_000;
const pictureTimeoutMs = 30_000;

/**
 * LINE's calls about rich menus. Plain fetch, because the SDK's has no time limit. Every method throws
 * RichMenuCallFault; "read" methods answer null for what does not exist.
 */
export function createRichMenuClient(connection: RichMenuConnection) {
  async function call(
    method: 'GET' | 'POST' | 'DELETE',
    path: string,
    options: { json?: unknown; png?: Buffer; picture?: boolean } = {},
  ): Promise<Response> {
    const name = `${method} ${path.replace(/\?.*/, '')}`;
    const base = options.picture ? connection.dataApiBaseUrl : connection.apiBaseUrl;
    const contentType = options.png ? 'image/png' : options.json === undefined ? null : 'application/json';
    try {
      const response = await fetch(`${base}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${await connection.accessToken()}`,
          ...(contentType && { 'content-type': contentType }),
        },
        ...(options.json !== undefined && { body: JSON.stringify(options.json) }),
        ...(options.png && { body: new Uint8Array(options.png) }),
        signal: AbortSignal.timeout(options.picture ? pictureTimeoutMs : callTimeoutMs),
      });
      if (response.ok) return response;
      throw new RichMenuCallFault(name, response.status, (await response.text()).slice(0, 400));
    } catch (error) {
      if (error instanceof RichMenuCallFault) throw error;
      throw new RichMenuCallFault(name, null, String(error), { cause: error });
    }
  }

  const done = async (pending: Promise<Response>): Promise<void> => {
    await (await pending).arrayBuffer();
  };
  const json = async <T>(pending: Promise<Response>): Promise<T> => (await (await pending).json()) as T;

  return {
    validateMenu: (menu: messagingApi.RichMenuRequest) =>
      done(call('POST', '/v2/bot/richmenu/validate', { json: menu })),

    /** 100 an hour. */
    createMenu: async (menu: messagingApi.RichMenuRequest): Promise<string> =>
      (await json<messagingApi.RichMenuIdResponse>(call('POST', '/v2/bot/richmenu', { json: menu })))
        .richMenuId,

    listMenus: async (): Promise<messagingApi.RichMenuResponse[]> =>
      (await json<messagingApi.RichMenuListResponse>(call('GET', '/v2/bot/richmenu/list'))).richmenus,

    /** 100 an hour. */
    deleteMenu: (id: string) => gone(done(call('DELETE', `/v2/bot/richmenu/${encodeURIComponent(id)}`))),

    hasPicture: async (id: string): Promise<boolean> => {
      const path = `/v2/bot/richmenu/${encodeURIComponent(id)}/content`;
      return (await orNull(done(call('GET', path, { picture: true })).then(() => true))) ?? false;
    },

    /** Once per menu: LINE has no way to replace a picture. */
    uploadPicture: (id: string, png: Buffer) =>
      done(call('POST', `/v2/bot/richmenu/${encodeURIComponent(id)}/content`, { png, picture: true })),

    listAliases: async (): Promise<messagingApi.RichMenuAliasResponse[]> =>
      (await json<messagingApi.RichMenuAliasListResponse>(call('GET', '/v2/bot/richmenu/alias/list')))
        .aliases,

    readAlias: async (alias: string): Promise<string | null> => {
      const path = `/v2/bot/richmenu/alias/${encodeURIComponent(alias)}`;
      return (await orNull(json<messagingApi.RichMenuAliasResponse>(call('GET', path))))?.richMenuId ?? null;
    },

    createAlias: (richMenuAliasId: string, richMenuId: string) =>
      done(call('POST', '/v2/bot/richmenu/alias', { json: { richMenuAliasId, richMenuId } })),

    updateAlias: (alias: string, richMenuId: string) =>
      done(call('POST', `/v2/bot/richmenu/alias/${encodeURIComponent(alias)}`, { json: { richMenuId } })),

    deleteAlias: (alias: string) =>
      gone(done(call('DELETE', `/v2/bot/richmenu/alias/${encodeURIComponent(alias)}`))),

    /** Null as well where another channel or LINE's own manager has set the default (403). */
    readDefault: async (): Promise<string | null> => {
      const reading = json<messagingApi.RichMenuIdResponse>(call('GET', '/v2/bot/user/all/richmenu'));
      return (await orNull(reading, 403, 404))?.richMenuId ?? null;
    },

    setDefault: (id: string) => done(call('POST', `/v2/bot/user/all/richmenu/${encodeURIComponent(id)}`)),

    validateMoves: (operations: MenuMove[]) =>
      done(call('POST', '/v2/bot/richmenu/validate/batch', { json: { operations } })),

    /**
     * Moves everybody linked to one menu to another. 3 an hour.
     * @param resumeRequestKey the same for the same moves: LINE goes on where an earlier request stopped
     * @returns the request id to ask for progress with
     */
    startMoves: async (operations: MenuMove[], resumeRequestKey: string): Promise<string> => {
      const path = '/v2/bot/richmenu/batch';
      const response = await call('POST', path, { json: { operations, resumeRequestKey } });
      await response.arrayBuffer();
      const requestId = response.headers.get('x-line-request-id');
      if (requestId === null)
        throw new RichMenuCallFault(`POST ${path}`, response.status, 'without a request id');
      return requestId;
    },

    readMoves: async (requestId: string): Promise<MovePhase> => {
      const path = `/v2/bot/richmenu/progress/batch?requestId=${encodeURIComponent(requestId)}`;
      return (await json<messagingApi.RichMenuBatchProgressResponse>(call('GET', path))).phase;
    },
  };
}

async function orNull<T>(pending: Promise<T>, ...statuses: number[]): Promise<T | null> {
  try {
    return await pending;
  } catch (error) {
    const expected = statuses.length > 0 ? statuses : [404];
    if (error instanceof RichMenuCallFault && expected.includes(error.status ?? 0)) return null;
    throw error;
  }
}

/** To delete what is gone already is no fault. */
async function gone(pending: Promise<void>): Promise<void> {
  await orNull(pending);
}
