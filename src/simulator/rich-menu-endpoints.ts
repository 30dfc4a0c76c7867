import type { messagingApi } from '@line/bot-sdk';
import type { Answer, Call, Endpoint } from './line-endpoint.ts';
import { notFound, ok, refused, showAnew } from './line-endpoint.ts';
import { refuse } from './line-problem-rules.ts';
import type { Person } from './people.ts';
import type { LinePlatform } from './platform.ts';
import { aliasBody, aliasUpdateBody, findPictureProblems, richMenuBody } from './rich-menu-rules.ts';
import type { StoredMenu } from './rich-menu-store.ts';
import { perHour, perSecond } from './token-buckets.ts';

const usual = perSecond(2000);
const rare = perHour(100);
const most = 1000;
const pictureTypes = ['image/png', 'image/jpeg'];

/** Rich menus, their pictures and their aliases. */
export const richMenuEndpoints: Endpoint[] = [
  { method: 'POST', path: '/v2/bot/richmenu', limit: rare, shape: richMenuBody, handle: createMenu },
  {
    method: 'POST',
    path: '/v2/bot/richmenu/validate',
    limit: usual,
    shape: richMenuBody,
    handle: () => ok(),
  },
  {
    method: 'GET',
    path: '/v2/bot/richmenu/list',
    limit: perSecond(10),
    handle: ({ platform }) => ok({ richmenus: [...platform.richMenus.menus.values()].map(toResponse) }),
  },
  {
    method: 'GET',
    path: '/v2/bot/richmenu/{richMenuId}',
    limit: usual,
    handle: (call) => withMenu(call, (stored) => ok(toResponse(stored))),
  },
  {
    method: 'DELETE',
    path: '/v2/bot/richmenu/{richMenuId}',
    limit: rare,
    handle: (call) =>
      withMenu(call, ({ richMenuId }) => {
        const { platform } = call;
        const watching = platform.people.list().filter((person) => isShown(platform, person, richMenuId));
        platform.richMenus.remove(richMenuId, platform.people.list());
        return showAnew(platform, watching, ok());
      }),
  },
  {
    method: 'POST',
    path: '/v2/bot/richmenu/{richMenuId}/content',
    limit: usual,
    takes: pictureTypes,
    data: true,
    handle: (call) => withMenu(call, (stored) => uploadPicture(call, stored)),
  },
  {
    method: 'GET',
    path: '/v2/bot/richmenu/{richMenuId}/content',
    limit: usual,
    data: true,
    handle: (call) =>
      withMenu(call, ({ image }) => {
        if (image === null) return notFound;
        return { status: 200, headers: { 'content-type': image.contentType }, body: image.bytes };
      }),
  },
  { method: 'POST', path: '/v2/bot/richmenu/alias', limit: usual, shape: aliasBody, handle: createAlias },
  {
    method: 'GET',
    path: '/v2/bot/richmenu/alias/list',
    limit: usual,
    handle: ({ platform }) =>
      ok({
        aliases: [...platform.richMenus.aliases].map(([richMenuAliasId, richMenuId]) => ({
          richMenuAliasId,
          richMenuId,
        })),
      }),
  },
  {
    method: 'GET',
    path: '/v2/bot/richmenu/alias/{richMenuAliasId}',
    limit: usual,
    handle({ platform, params }) {
      const richMenuAliasId = params.richMenuAliasId ?? '';
      const richMenuId = platform.richMenus.aliases.get(richMenuAliasId);
      return richMenuId === undefined ? notFound : ok({ richMenuAliasId, richMenuId });
    },
  },
  {
    method: 'POST',
    path: '/v2/bot/richmenu/alias/{richMenuAliasId}',
    limit: usual,
    shape: aliasUpdateBody,
    handle: updateAlias,
  },
  {
    method: 'DELETE',
    path: '/v2/bot/richmenu/alias/{richMenuAliasId}',
    limit: rare,
    handle(call) {
      const isKnown = call.platform.richMenus.aliases.delete(call.params.richMenuAliasId ?? '');
      return isKnown ? ok() : notFound;
    },
  },
];

function toResponse({ richMenuId, menu }: StoredMenu): unknown {
  return { richMenuId, ...menu };
}

function isShown(platform: LinePlatform, person: Person, richMenuId: string): boolean {
  return platform.richMenus.shownTo(person)?.richMenuId === richMenuId;
}

function withMenu(call: Call, then: (stored: StoredMenu) => Answer): Answer {
  const stored = call.platform.richMenus.menus.get(call.params.richMenuId ?? '');
  return stored === undefined ? notFound : then(stored);
}

function createMenu(call: Call): Answer {
  const { platform } = call;
  if (platform.richMenus.menus.size >= most) return refused(400, 'There are 1,000 rich menus already');
  const richMenuId = `richmenu-${platform.ids.hex(32)}`;
  const menu = call.body as messagingApi.RichMenuRequest;
  platform.richMenus.menus.set(richMenuId, { richMenuId, menu, image: null });
  platform.changed({ kind: 'state' });
  return ok({ richMenuId });
}

function uploadPicture(call: Call, stored: StoredMenu): Answer {
  if (stored.image !== null) {
    // A picture can't be replaced: another picture is another menu.
    return refused(400, 'An image has already been uploaded to the richmenu');
  }
  const contentType = String(call.headers['content-type']).split(';')[0] ?? '';
  const size = { width: stored.menu.size?.width ?? 0, height: stored.menu.size?.height ?? 0 };
  const problems = findPictureProblems(call.raw, contentType, size);
  if (problems.length > 0) return { status: 400, body: refuse(problems) };
  stored.image = { contentType, bytes: call.raw };
  call.platform.changed({ kind: 'state' });
  return ok();
}

/** An alias needs a menu that has its picture; null when it is so. */
function findTargetProblem({ platform }: Call, richMenuId: string): Answer | null {
  const stored = platform.richMenus.menus.get(richMenuId);
  if (stored === undefined) return refused(400, 'richmenu not found');
  return stored.image === null ? refused(400, 'must upload richmenu image before applying it') : null;
}

function createAlias(call: Call): Answer {
  const { richMenuAliasId, richMenuId } = call.body as { richMenuAliasId: string; richMenuId: string };
  const { aliases } = call.platform.richMenus;
  const problem = findTargetProblem(call, richMenuId);
  if (problem !== null) return problem;
  if (aliases.has(richMenuAliasId)) return refused(400, 'conflict richmenu alias id');
  if (aliases.size >= most) return refused(400, 'There are 1,000 rich menu aliases already');
  aliases.set(richMenuAliasId, richMenuId);
  call.platform.changed({ kind: 'state' });
  return ok();
}

function updateAlias(call: Call): Answer {
  const aliasId = call.params.richMenuAliasId ?? '';
  const { aliases } = call.platform.richMenus;
  if (!aliases.has(aliasId)) return notFound;
  const { richMenuId } = call.body as { richMenuId: string };
  const problem = findTargetProblem(call, richMenuId);
  if (problem !== null) return problem;
  aliases.set(aliasId, richMenuId);
  call.platform.changed({ kind: 'state' });
  return ok();
}
