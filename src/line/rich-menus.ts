import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from '#foundation/log.ts';
import { type Refused, refuse } from '#foundation/outcome.ts';
import { type MenuMove, RichMenuCallFault, type RichMenuClient } from './rich-menu-client.ts';
import { ownMenuName, publishedName, type RichMenuFile } from './rich-menu-files.ts';

/** What a friend is shown: `guest` is the account's default menu, so it means no link of their own. */
export type FriendMenu = 'guest' | 'member' | 'vip';

/** The alias of the tab that a menu opens with; null for the default menu. */
export function menuAliasFor(menu: FriendMenu): string | null {
  return menu === 'guest' ? null : menuTabAliases(menu)[0];
}

/** The aliases of both tabs of a menu that people are linked to; it opens with the first. */
export function menuTabAliases(menu: Exclude<FriendMenu, 'guest'>): readonly [card: string, service: string] {
  return [`shuke-${menu}-card`, `shuke-${menu}-service`];
}

export type PublishOutcome =
  | { ok: true; created: string[]; deleted: number }
  | Refused<'rate_limited', { step: 'create' | 'move' | 'delete' }>
  | Refused<'moves_unfinished', { phase: 'ongoing' | 'failed' }>;

export type PublishOptions = {
  /** Waits between two looks at the progress of the moves. */
  pause?: (ms: number) => Promise<unknown>;
};

/** 1, 2, 4 … up to 30 s between looks, about 20 minutes in all. */
const firstPauseMs = 1_000;
const longestPauseMs = 30_000;
const looks = 44;

type Found = { id: string; name: string; published: string };

/**
 * Makes LINE's menus equal to the files, creating only what changed. The order makes it safe to kill anywhere:
 * new menus get pictures before anything points to them, nobody's old menu is deleted before all have moved,
 * and the next run finds what is half done by the menus' names. Menus of others are left alone.
 * @throws RichMenuCallFault when LINE refuses a menu or does not answer
 */
export async function publishRichMenus(
  client: RichMenuClient,
  files: readonly RichMenuFile[],
  log: Pick<Logger, 'info'>,
  options: PublishOptions = {},
): Promise<PublishOutcome> {
  const [found, aliases, currentDefault] = [
    await listOwn(client),
    await client.listAliases(),
    await client.readDefault(),
  ];
  const shown = new Set([currentDefault, ...aliases.map((alias) => alias.richMenuId)]);
  const missing = files.filter((file) => !found.some((menu) => menu.published === publishedName(file)));
  for (const file of missing) await client.validateMenu({ ...file.menu, name: publishedName(file) });

  const current = new Map<string, string>();
  const created: string[] = [];
  try {
    for (const file of files) {
      const twins = found.filter((menu) => menu.published === publishedName(file));
      const kept = twins.find((menu) => shown.has(menu.id)) ?? twins[0];
      const id = kept?.id ?? (await client.createMenu({ ...file.menu, name: publishedName(file) }));
      if (kept === undefined) created.push(file.name);
      // A menu that LINE already shows has its picture: neither alias nor default can be set without one.
      if (kept === undefined || (!shown.has(id) && !(await client.hasPicture(id)))) {
        await client.uploadPicture(id, file.picture);
        log.info({ menu: file.name, richMenuId: id }, 'uploaded the picture of a rich menu');
      }
      current.set(file.name, id);
    }
  } catch (error) {
    return asRateLimit(error, 'create');
  }

  for (const file of files) {
    const id = current.get(file.name) as string;
    if (file.isDefault && currentDefault !== id) await client.setDefault(id);
    if (file.alias === null) continue;
    const alias = aliases.find((each) => each.richMenuAliasId === file.alias);
    if (alias === undefined) await client.createAlias(file.alias, id);
    else if (alias.richMenuId !== id) await client.updateAlias(file.alias, id);
  }

  const old = found.filter((menu) => menu.id !== current.get(menu.name));
  if (old.length > 0) {
    const moves = movesFrom(await withPictures(client, old), files, current);
    const unfinished = await moveEverybody(client, moves, log, options.pause ?? pause);
    if (unfinished !== null) return unfinished;
    const leftover = aliases.filter(
      (alias) =>
        old.some((menu) => menu.id === alias.richMenuId) &&
        !files.some((file) => file.alias === alias.richMenuAliasId),
    );
    try {
      for (const alias of leftover) await client.deleteAlias(alias.richMenuAliasId);
      for (const menu of old) await client.deleteMenu(menu.id);
    } catch (error) {
      return asRateLimit(error, 'delete');
    }
  }
  log.info({ created, deleted: old.length }, 'rich menus are published');
  return { ok: true, created, deleted: old.length };
}

async function listOwn(client: RichMenuClient): Promise<Found[]> {
  return (await client.listMenus()).flatMap(({ richMenuId, name: published }) => {
    const name = ownMenuName(published);
    return name === null ? [] : [{ id: richMenuId, name, published }];
  });
}

/** Nobody can have been linked to a menu that never got its picture; LINE lets 3 requests an hour move people. */
async function withPictures(client: RichMenuClient, menus: readonly Found[]): Promise<Found[]> {
  const worn: Found[] = [];
  for (const menu of menus) if (await client.hasPicture(menu.id)) worn.push(menu);
  return worn;
}

/** Who had a menu that is gone, or the default one by a link of their own, gets the default. */
function movesFrom(
  old: readonly Found[],
  files: readonly RichMenuFile[],
  current: ReadonlyMap<string, string>,
): MenuMove[] {
  return old.map(({ id, name }) => {
    const to = files.some((file) => file.name === name && !file.isDefault) ? current.get(name) : undefined;
    return to === undefined ? { type: 'unlink', from: id } : { type: 'link', from: id, to };
  });
}

/** @returns null once LINE has moved everyone */
async function moveEverybody(
  client: RichMenuClient,
  moves: MenuMove[],
  log: Pick<Logger, 'info'>,
  wait: (ms: number) => Promise<unknown>,
): Promise<Exclude<PublishOutcome, { ok: true }> | null> {
  if (moves.length === 0) return null;
  await client.validateMoves(moves);
  const key = `shuke-${createHash('sha256').update(JSON.stringify(moves)).digest('hex').slice(0, 32)}`;
  try {
    const requestId = await client.startMoves(moves, key);
    log.info({ moves: moves.length, requestId }, 'LINE moves friends to the new rich menus');
    for (let look = 0; look < looks; look += 1) {
      const phase = await client.readMoves(requestId);
      if (phase === 'succeeded') return null;
      if (phase === 'failed') return refuse('moves_unfinished', { phase: 'failed' as const });
      await wait(Math.min(longestPauseMs, firstPauseMs * 2 ** look));
    }
    return refuse('moves_unfinished', { phase: 'ongoing' as const });
  } catch (error) {
    return asRateLimit(error, 'move');
  }
}

function asRateLimit<const Step extends 'create' | 'move' | 'delete'>(error: unknown, step: Step) {
  if (error instanceof RichMenuCallFault && error.status === 429) return refuse('rate_limited', { step });
  throw error;
}
