import nock from 'nock';

type Json = Record<string, unknown>;
type Answer = [status: number, body?: Json | Buffer | string, headers?: Record<string, string>];

/**
 * LINE's side of rich menus, as strict as LINE: no alias or default without a picture, no second picture.
 * `calls` lists what changed something, such as "create guest"; `linked` is who was linked to which menu.
 */
export function startRichMenuPlatform() {
  const menus = new Map<string, { name: string; json: Json; picture: Buffer | null }>();
  const aliases = new Map<string, string>();
  const linked = new Map<string, string>();
  const progress = new Map<string, string[]>();
  const state = {
    defaultId: null as string | null,
    calls: [] as string[],
    requests: 0,
    /** Answers what it returns instead of working, when it returns something. */
    fault: null as ((call: string) => 'lost-before' | 'lost-after' | Answer | undefined) | null,
    /** The phases that the next batch goes through. */
    phases: ['succeeded'] as string[],
    resumeKeys: [] as string[],
  };
  let lastId = 0;

  function change(call: string, work: () => Answer): Answer {
    const fault = state.fault?.(call);
    if (fault === 'lost-before') throw new Error('connection reset');
    if (Array.isArray(fault)) return fault;
    const answer = work();
    if (answer[0] < 300) state.calls.push(call);
    if (fault === 'lost-after') throw new Error('connection reset');
    return answer;
  }

  const short = (id: string | undefined) => menus.get(id ?? '')?.name.split(':')[1] ?? id;
  const notFound: Answer = [404, { message: 'richmenu not found' }];

  function answer(method: string, path: string, body: Json | Buffer): Answer {
    const json = body as Json;
    const [, id = '', rest = ''] = /^\/v2\/bot\/richmenu\/([^/?]+)(\/content)?$/.exec(path) ?? [];
    const to = String(json.richMenuId);
    if (path === '/v2/bot/richmenu/validate')
      return String(json.chatBarText).length > 14 ? [400, { message: 'too long' }] : [200, {}];
    if (path === '/v2/bot/richmenu/list') {
      return [
        200,
        {
          richmenus: [...menus].map(([richMenuId, menu]) => ({ ...menu.json, richMenuId, name: menu.name })),
        },
      ];
    }
    if (path === '/v2/bot/richmenu' && method === 'POST') {
      return change(`create ${String(json.name).split(':')[1]}`, () => {
        lastId += 1;
        menus.set(`richmenu-${lastId}`, { name: String(json.name), json, picture: null });
        return [200, { richMenuId: `richmenu-${lastId}` }];
      });
    }
    if (path === '/v2/bot/richmenu/alias/list') {
      return [
        200,
        { aliases: [...aliases].map(([richMenuAliasId, richMenuId]) => ({ richMenuAliasId, richMenuId })) },
      ];
    }
    if (path === '/v2/bot/richmenu/alias') {
      return change(`create alias ${json.richMenuAliasId}`, () => {
        if (!menus.get(to)?.picture || aliases.has(String(json.richMenuAliasId)))
          return [400, { message: 'bad alias' }];
        aliases.set(String(json.richMenuAliasId), to);
        return [200, {}];
      });
    }
    const alias = /^\/v2\/bot\/richmenu\/alias\/(.+)$/.exec(path)?.[1];
    if (alias) {
      if (!aliases.has(alias)) return notFound;
      if (method === 'GET') return [200, { richMenuAliasId: alias, richMenuId: aliases.get(alias) }];
      return change(`${method === 'POST' ? 'update' : 'delete'} alias ${alias}`, () => {
        if (method === 'DELETE') aliases.delete(alias);
        else if (menus.get(to)?.picture) aliases.set(alias, to);
        else return [400, { message: 'no image' }];
        return [200, {}];
      });
    }
    if (path === '/v2/bot/user/all/richmenu') {
      return state.defaultId
        ? [200, { richMenuId: state.defaultId }]
        : [404, { message: 'no default richmenu' }];
    }
    const chosen = /^\/v2\/bot\/user\/all\/richmenu\/(.+)$/.exec(path)?.[1];
    if (chosen) {
      return change(`default ${short(chosen)}`, () => {
        if (!menus.get(chosen)?.picture) return [400, { message: 'no image' }];
        state.defaultId = chosen;
        return [200, {}];
      });
    }
    if (path === '/v2/bot/richmenu/validate/batch') return [200, {}];
    if (path === '/v2/bot/richmenu/batch') {
      return change('move', () => {
        const operations = json.operations as { type: string; from: string; to?: string }[];
        if (
          operations.some(
            ({ from, to: target }) => !menus.get(from)?.picture || (target && !menus.get(target)?.picture),
          )
        ) {
          return [400, { message: 'no image' }];
        }
        state.resumeKeys.push(String(json.resumeRequestKey));
        for (const [user, menu] of [...linked]) {
          const move = operations.find(({ from }) => from === menu);
          if (move?.to) linked.set(user, move.to);
          else if (move) linked.delete(user);
        }
        const requestId = `request-${state.resumeKeys.length}`;
        progress.set(requestId, [...state.phases]);
        return [202, {}, { 'x-line-request-id': requestId }];
      });
    }
    if (path.startsWith('/v2/bot/richmenu/progress/batch?requestId=')) {
      const phases = progress.get(path.split('=')[1] ?? '') ?? [];
      return [
        200,
        { phase: phases.length > 1 ? phases.shift() : phases[0], acceptedTime: '2026-12-01T00:00:00Z' },
      ];
    }
    const menu = menus.get(id);
    if (menu === undefined) return notFound;
    if (rest && method === 'GET') return menu.picture ? [200, menu.picture] : notFound;
    if (rest) {
      return change(`upload ${short(id)}`, () => {
        if (menu.picture) return [400, { message: 'image already uploaded' }];
        menu.picture = body as Buffer;
        return [200, {}];
      });
    }
    if (method === 'DELETE') {
      return change(`delete ${short(id)}`, () => {
        menus.delete(id);
        return [200, {}];
      });
    }
    return [501, { message: `${method} ${path} is unknown here` }];
  }

  for (const host of ['https://api.line.me', 'https://api-data.line.me']) {
    for (const method of ['GET', 'POST', 'DELETE']) {
      nock(host)
        .persist()
        .intercept(/^\//, method)
        .reply(async (request: Request): Promise<Answer> => {
          state.requests += 1;
          const { pathname, search } = new URL(request.url);
          const isPicture = pathname.endsWith('/content');
          if (isPicture !== (host === 'https://api-data.line.me')) return [400, { message: 'wrong host' }];
          if (request.headers.get('authorization') !== 'Bearer token') return [401, { message: 'no token' }];
          const bytes = Buffer.from(await request.arrayBuffer());
          const body = isPicture || bytes.length === 0 ? bytes : (JSON.parse(bytes.toString()) as Json);
          return answer(method, pathname + search, body);
        });
    }
  }
  /** Puts LINE into the state of another platform, as if the same calls had been made here. */
  function copyFrom(other: { menus: typeof menus; aliases: typeof aliases; defaultId: string | null }): void {
    for (const [id, menu] of other.menus) menus.set(id, { ...menu });
    for (const [alias, id] of other.aliases) aliases.set(alias, id);
    state.defaultId = other.defaultId;
    lastId = other.menus.size;
  }

  return { state, menus, aliases, linked, copyFrom };
}
