import type { Answer, Call, Endpoint } from './line-endpoint.ts';
import { accepted, notFound, ok, refused, showAnew } from './line-endpoint.ts';
import type { Person } from './people.ts';
import type { BatchOperation } from './rich-menu-rules.ts';
import { batchBody, bulkLinkBody, bulkUnlinkBody } from './rich-menu-rules.ts';
import { perHour, perSecond } from './token-buckets.ts';

const usual = perSecond(2000);
const ofUser = '/v2/bot/user/{userId}/richmenu';
const ofAll = '/v2/bot/user/all/richmenu';

/** Who sees which rich menu. */
export const richMenuLinkEndpoints: Endpoint[] = [
  {
    method: 'GET',
    path: ofAll,
    limit: usual,
    handle({ platform }) {
      const { defaultId } = platform.richMenus;
      return defaultId === null ? refused(404, 'no default richmenu') : ok({ richMenuId: defaultId });
    },
  },
  {
    method: 'POST',
    path: `${ofAll}/{richMenuId}`,
    limit: usual,
    handle: (call) =>
      applyMenu(call, call.params.richMenuId ?? '', (richMenuId) => {
        call.platform.richMenus.defaultId = richMenuId;
        return showAnew(call.platform, withoutOwn(call), ok());
      }),
  },
  {
    method: 'DELETE',
    path: ofAll,
    limit: usual,
    handle(call) {
      call.platform.richMenus.defaultId = null;
      return showAnew(call.platform, withoutOwn(call), ok());
    },
  },
  {
    method: 'GET',
    path: ofUser,
    limit: usual,
    handle: (call) =>
      withPerson(call, ({ richMenuId }) =>
        richMenuId === null ? refused(404, 'the user has no richmenu') : ok({ richMenuId }),
      ),
  },
  {
    method: 'POST',
    path: `${ofUser}/{richMenuId}`,
    limit: usual,
    handle: (call) =>
      withPerson(call, (person) =>
        applyMenu(call, call.params.richMenuId ?? '', (richMenuId) => {
          linkIfFriend(person, richMenuId);
          return showAnew(call.platform, [person], ok());
        }),
      ),
  },
  {
    method: 'DELETE',
    path: ofUser,
    limit: usual,
    handle: (call) =>
      withPerson(call, (person) => {
        person.richMenuId = null;
        return showAnew(call.platform, [person], ok());
      }),
  },
  {
    method: 'POST',
    path: '/v2/bot/richmenu/bulk/link',
    limit: usual,
    shape: bulkLinkBody,
    handle(call) {
      const { richMenuId, userIds } = call.body as { richMenuId: string; userIds: string[] };
      return applyMenu(call, richMenuId, () => {
        const people = known(call, userIds);
        for (const person of people) linkIfFriend(person, richMenuId);
        return showAnew(call.platform, people, accepted());
      });
    },
  },
  {
    method: 'POST',
    path: '/v2/bot/richmenu/bulk/unlink',
    limit: usual,
    shape: bulkUnlinkBody,
    handle(call) {
      const { userIds } = call.body as { userIds: string[] };
      const people = known(call, userIds);
      for (const person of people) person.richMenuId = null;
      return showAnew(call.platform, people, accepted());
    },
  },
  {
    method: 'POST',
    path: '/v2/bot/richmenu/batch',
    limit: perHour(3),
    shape: batchBody,
    handle: runBatch,
  },
  {
    method: 'POST',
    path: '/v2/bot/richmenu/validate/batch',
    limit: usual,
    shape: batchBody,
    handle: () => ok(),
  },
  { method: 'GET', path: '/v2/bot/richmenu/progress/batch', limit: perHour(100), handle: getBatch },
];

/** Whoever has no menu of one's own sees the default one. */
function withoutOwn({ platform }: Call): Person[] {
  return platform.people.list().filter(({ richMenuId }) => richMenuId === null);
}

function withPerson(call: Call, then: (person: Person) => Answer): Answer {
  const person = call.platform.people.find(call.params.userId ?? '');
  return person === null ? refused(400, "The value for the 'userId' parameter is invalid") : then(person);
}

function known({ platform }: Call, userIds: string[]): Person[] {
  return userIds.flatMap((userId) => platform.people.find(userId) ?? []);
}

// For whoever is no friend LINE answers success and links nothing.
function linkIfFriend(person: Person, richMenuId: string): void {
  if (person.following) person.richMenuId = richMenuId;
}

/** A menu can be shown once it has its picture. */
function applyMenu(call: Call, richMenuId: string, apply: (richMenuId: string) => Answer): Answer {
  const stored = call.platform.richMenus.menus.get(richMenuId);
  if (stored === undefined) return refused(404, 'richmenu not found');
  if (stored.image === null) {
    return refused(400, 'must upload richmenu image before applying it to user');
  }
  return apply(richMenuId);
}

function runBatch(call: Call): Answer {
  const { platform, requestId } = call;
  const { operations } = call.body as { operations: BatchOperation[] };
  for (const [at, each] of operations.entries()) {
    if (each.type !== 'link') continue;
    const target = platform.richMenus.menus.get(each.to);
    if (target?.image == null) return refused(400, `operations[${at}].to: richmenu not found`);
  }
  const moved = platform.people.list().filter(({ richMenuId }) => richMenuId !== null);
  platform.richMenus.applyBatch(operations, moved);
  const acceptedAt = platform.now();
  platform.batches.set(requestId, { acceptedAt, completedAt: acceptedAt + platform.options.batchMs });
  return showAnew(platform, moved, accepted());
}

const batchKeptMs = 14 * 24 * 3_600_000;

function getBatch({ platform, query }: Call): Answer {
  const batch = platform.batches.get(query.get('requestId') ?? '');
  const now = platform.now();
  if (batch === undefined || now - batch.acceptedAt > batchKeptMs) return notFound;
  const acceptedTime = new Date(batch.acceptedAt).toISOString();
  if (now < batch.completedAt) return ok({ phase: 'ongoing', acceptedTime });
  const completedTime = new Date(batch.completedAt).toISOString();
  return ok({ phase: 'succeeded', acceptedTime, completedTime });
}
