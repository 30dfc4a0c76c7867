import { sql } from 'kysely';
import { addMs, dateInZone, daysBetween, wireClock } from '#foundation/clock.ts';
import type { Db } from '#foundation/db.ts';
import { Fault } from '#foundation/errors.ts';
import type { Logger } from '#foundation/log.ts';
import type { LineAnswer, LineClient } from '#line/client.ts';
import { type FriendMenu, menuTabAliases } from '#line/rich-menus.ts';

export type ReconcileParts = {
  db: Db;
  client: Pick<LineClient, 'resolveAlias' | 'readRichMenu' | 'bulkLinkRichMenu' | 'bulkUnlinkRichMenu'>;
  log: Logger;
};

/** `looked`: whose menu was asked of LINE; `mended`: whose was wrong; `unread`: whom LINE would not tell about. */
export type ReconcileResult = { looked: number; mended: number; unread: number; isPublished: boolean };

type Due = { lineUserId: string; menu: FriendMenu };
type OwnMenu = Exclude<FriendMenu, 'guest'>;
/** The ids of both tabs of a menu; the first is the one that it opens with. */
type Tabs = Record<OwnMenu, readonly [card: string, service: string]>;

/** LINE takes 500 people in one bulk call. */
const pageSize = 500;
const looksAtOnce = 16;
/** Everybody is looked at once in so many nights. */
const rounds = 7;
const suspectDays = 30;

/**
 * Brings LINE to the menus that are due: LINE promises neither that a bulk call links everyone nor that a link to
 * somebody who blocks us stays, and a failed row of the outbox is not tried for ever. Looked at are friends whose
 * last link did not end as sent or was another menu's, and each night a seventh of all the others.
 *
 * Whoever is looked at is asked for first (LINE lets 2,000 a second), and both tabs of the menu due count as right:
 * linking everyone blindly would throw people back to the first tab every week.
 * @throws Fault when LINE does not answer: the slot is then tried again
 */
export async function reconcileMenus(
  parts: ReconcileParts,
  at: { slot: Date; zone: string },
): Promise<ReconcileResult> {
  const round = daysBetween('1970-01-01', dateInZone(at.slot, at.zone)) % rounds;
  const result = { looked: 0, mended: 0, unread: 0, isPublished: true };
  let tabs: Tabs | null = null;
  for (let after = ''; ; ) {
    const page = await readCandidates(parts.db, after, round);
    const last = page.at(-1);
    if (last === undefined) return result;
    tabs ??= await readTabs(parts);
    if (tabs === null) {
      parts.log.info('the rich menus were never published: none is linked');
      return { ...result, isPublished: false };
    }
    await reconcilePage(parts, tabs, page, result);
    after = last.lineUserId;
  }
}

/** Friends whose menu may be off. A link that still waits or is on the wire will put it right by itself. */
async function readCandidates(db: Db, after: string, round: number): Promise<Due[]> {
  const since = addMs(wireClock.now(), -suspectDays * 24 * 3_600_000);
  const found = await sql<Due>`
    select f.line_user_id as "lineUserId", f.rich_menu as menu
    from line_friends f
    left join lateral (
      select o.state, o.data ->> 'menu' as menu from outbox_published_messages o
      where o.channel = 'rich_menu_link' and o.line_user_id = f.line_user_id and o.created_at > ${since}
      order by o.id desc limit 1
    ) last on true
    where f.state = 'following' and f.line_user_id > ${after}
      and (last.state is null or last.state not in ('planned', 'held', 'sending'))
      and (last.state <> 'sent' or last.menu <> f.rich_menu
           or abs(hashtext(f.line_user_id)::bigint) % ${rounds} = ${round})
    order by f.line_user_id limit ${pageSize}`.execute(db);
  return found.rows;
}

async function readTabs({ client }: ReconcileParts): Promise<Tabs | null> {
  const idsOf = async (menu: OwnMenu) => {
    const aliases = menuTabAliases(menu);
    const ids: string[] = [];
    for (const alias of aliases) {
      const answer = await client.resolveAlias(alias);
      if (answer.outcome === 'ok') ids.push(answer.body.richMenuId);
      else if (isGone(answer)) return null;
      else throw unavailable(answer);
    }
    return ids as [string, string];
  };
  const [member, vip] = [await idsOf('member'), await idsOf('vip')];
  return member && vip ? { member, vip } : null;
}

async function reconcilePage(
  parts: ReconcileParts,
  tabs: Tabs,
  page: readonly Due[],
  result: ReconcileResult,
): Promise<void> {
  const wrong: Due[] = [];
  for (let from = 0; from < page.length; from += looksAtOnce) {
    await Promise.all(
      page.slice(from, from + looksAtOnce).map(async (due) => {
        result.looked++;
        const shown = await readShown(parts.client, due.lineUserId);
        if (shown === undefined) result.unread++;
        else if (!isRight(tabs, due.menu, shown)) wrong.push(due);
      }),
    );
  }
  for (const menu of ['guest', 'member', 'vip'] as const) {
    const userIds = await readStillDue(
      parts.db,
      wrong.filter((due) => due.menu === menu).map((due) => due.lineUserId),
      menu,
    );
    if (userIds.length === 0) continue;
    const answer =
      menu === 'guest'
        ? await parts.client.bulkUnlinkRichMenu(userIds)
        : await parts.client.bulkLinkRichMenu(tabs[menu][0], userIds);
    if (answer.outcome !== 'ok') throw unavailable(answer);
    result.mended += userIds.length;
  }
}

/** The menu linked to this person alone; null for none, undefined where LINE does not know the person. */
async function readShown(
  client: ReconcileParts['client'],
  lineUserId: string,
): Promise<string | null | undefined> {
  const answer = await client.readRichMenu(lineUserId);
  if (answer.outcome === 'ok') return answer.body.richMenuId;
  if (isGone(answer)) return null;
  if (answer.outcome === 'refused' && answer.status === 400) return undefined;
  throw unavailable(answer);
}

function isRight(tabs: Tabs, due: FriendMenu, shown: string | null): boolean {
  if (due === 'guest') return shown === null;
  return shown !== null && tabs[due].includes(shown);
}

/** While LINE was asked, somebody may have bound, risen or left: the courier links those. */
async function readStillDue(db: Db, lineUserIds: readonly string[], menu: FriendMenu): Promise<string[]> {
  if (lineUserIds.length === 0) return [];
  const found = await sql<{ lineUserId: string }>`
    select line_user_id as "lineUserId" from line_friends f
    where line_user_id = any(${lineUserIds}) and state = 'following' and rich_menu = ${menu}
      and not exists (select 1 from outbox_messages o
                      where o.channel = 'rich_menu_link' and o.line_user_id = f.line_user_id
                        and o.state in ('planned', 'held', 'sending'))
    order by 1`.execute(db);
  return found.rows.map((row) => row.lineUserId);
}

const isGone = (answer: LineAnswer): boolean => answer.outcome === 'refused' && answer.status === 404;

function unavailable(answer: Exclude<LineAnswer, { outcome: 'ok' }>): Fault {
  const said = answer.outcome === 'refused' ? `${answer.status} ${answer.message}` : answer.cause;
  return new Fault('rich_menus_not_reconciled', `LINE did not answer about rich menus: ${said}`);
}
