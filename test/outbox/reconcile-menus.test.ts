import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { sql } from '#foundation/db.ts';
import { createLogger } from '#foundation/log.ts';
import { createLineClient } from '#line/client.ts';
import { fixedToken } from '#line/client-tokens.ts';
import { createRichMenuClient } from '#line/rich-menu-client.ts';
import { readRichMenuFiles } from '#line/rich-menu-files.ts';
import { publishRichMenus } from '#line/rich-menus.ts';
import { endRows, endsWithout } from '#outbox/end-rows.ts';
import { enqueueRichMenuLink } from '#outbox/enqueue.ts';
import { reconcileMenus } from '#outbox/reconcile-menus-job.ts';
import { startLineServer } from '#simulator/line-server.ts';
import { createLinePlatform } from '#simulator/platform.ts';
import { openTestDatabase } from '../support/database.ts';

const { db } = await openTestDatabase();
const log = createLogger('silent');
const platform = createLinePlatform({
  seed: 'menus',
  cast: [],
  rateLimits: false,
  unknownUsers: 'befriend',
});
const line = await startLineServer(platform);
const accessToken = platform.account.channelAccessToken;
const client = createLineClient({
  apiBaseUrl: line.url,
  dataApiBaseUrl: line.url,
  token: fixedToken(accessToken),
  loopbackOnly: true,
});
afterAll(async () => {
  await client.close();
  await line.close();
  await platform.close();
});

type Menu = 'guest' | 'member' | 'vip';
const zone = 'Asia/Taipei';
const firstNight = new Date('2026-11-21T20:10:00Z');
const night = (at: number) => new Date(firstNight.getTime() + at * 24 * 3_600_000);
const run = (at = 0) => reconcileMenus({ db, client, log }, { slot: night(at), zone });
/** Seven nights look at everybody once. */
async function week() {
  const results = [];
  for (let at = 0; at < 7; at++) results.push(await run(at));
  return {
    looked: results.reduce((sum, each) => sum + each.looked, 0),
    mended: results.reduce((sum, each) => sum + each.mended, 0),
  };
}

const idOf = (name: string) => `U${createHash('sha256').update(name).digest('hex').slice(0, 32)}`;
const person = (name: string) => {
  const found = platform.people.find(idOf(name));
  if (!found) throw new Error(name);
  return found;
};
const menuId = (alias: string) => platform.richMenus.aliases.get(`shuke-${alias}`) ?? null;
const shown = (name: string) => person(name).richMenuId;

async function befriend(name: string, menu: Menu, state = 'following'): Promise<void> {
  await sql`insert into line_friends (line_user_id, state, state_event_at, rich_menu)
            values (${idOf(name)}, ${state}, ${firstNight}, ${menu})`.execute(db);
  person(name).following = state === 'following';
}

let causes = 0;
async function planLink(name: string, menu: Menu, state: 'planned' | 'sent' | 'failed'): Promise<void> {
  const id = await db.transaction().execute((tx) =>
    enqueueRichMenuLink(tx, {
      lineUserId: idOf(name),
      menu,
      dedupeKey: `menu:${causes++}`,
      dueAt: firstNight,
    }),
  );
  if (state === 'planned') return;
  const end = sql`select ${id}::bigint as id, ${state} as state, ${state === 'failed' ? 'refused' : null} as reason`;
  await endRows(db, endsWithout(end), sql`true`);
}

describe('before the menus are published', () => {
  it('links nobody', async () => {
    await befriend('early', 'member');
    await planLink('early', 'member', 'failed');
    expect(await run()).toMatchObject({ isPublished: false, mended: 0 });
    expect(shown('early')).toBeNull();
  });
});

describe('the nightly look at rich menus', () => {
  beforeEach(async () => {
    if (platform.richMenus.defaultId === null) {
      const menus = createRichMenuClient({
        apiBaseUrl: line.url,
        dataApiBaseUrl: line.url,
        accessToken: () => accessToken,
      });
      await publishRichMenus(menus, await readRichMenuFiles(join(process.cwd(), 'rich-menus')), log);
    }
    await sql`truncate outbox_messages, outbox_sent`.execute(db);
    await sql`delete from line_friends`.execute(db);
  });

  it('mends at once whose link failed or was of another menu', async () => {
    await befriend('failed', 'member');
    await planLink('failed', 'member', 'failed');
    await befriend('risen', 'vip');
    await planLink('risen', 'member', 'sent');
    await befriend('left', 'guest');
    await planLink('left', 'guest', 'failed');
    person('left').richMenuId = menuId('member-card');
    expect(await run()).toMatchObject({ looked: 3, mended: 3 });
    expect([shown('failed'), shown('risen'), shown('left')]).toEqual([
      menuId('member-card'),
      menuId('vip-card'),
      null,
    ]);
  });

  it('finds within a week whom LINE lost, and looks at everybody once', async () => {
    for (let n = 0; n < 40; n++) {
      await befriend(`lost ${n}`, 'member');
      await planLink(`lost ${n}`, 'member', 'sent');
    }
    expect(await week()).toEqual({ looked: 40, mended: 40 });
    expect(await week()).toEqual({ looked: 40, mended: 0 });
  });

  it('leaves people on the tab that they opened', async () => {
    await befriend('on the second tab', 'member');
    person('on the second tab').richMenuId = menuId('member-service');
    await planLink('on the second tab', 'member', 'failed');
    expect(await run()).toMatchObject({ looked: 1, mended: 0 });
    expect(shown('on the second tab')).toBe(menuId('member-service'));
  });

  it('leaves to the courier what waits there, and those who block us alone', async () => {
    await befriend('waits', 'vip');
    await planLink('waits', 'vip', 'planned');
    await befriend('blocks', 'member', 'blocked');
    await planLink('blocks', 'member', 'failed');
    expect(await week()).toEqual({ looked: 0, mended: 0 });
  });

  it('links hundreds in one call', async () => {
    await sql`insert into line_friends (line_user_id, state, state_event_at, rich_menu)
              select 'U' || md5(n::text), 'following', ${firstNight}, 'vip'
              from generate_series(1, 505) n`.execute(db);
    await sql`insert into outbox_keys (dedupe_key) select 'many:' || n from generate_series(1, 505) n`.execute(
      db,
    );
    await sql`insert into outbox_messages (channel, method, kind, purpose, line_user_id, dedupe_key, data, due_at)
              select 'rich_menu_link', 'link', 'rich_menu_link', 'service', 'U' || md5(n::text), 'many:' || n,
                     '{"menu": "vip"}', ${firstNight}
              from generate_series(1, 505) n`.execute(db);
    const ends = sql`select id, 'failed' as state, 'refused' as reason from outbox_messages`;
    await endRows(db, endsWithout(ends), sql`true`);
    const linked: number[] = [];
    const counting = {
      ...client,
      bulkLinkRichMenu: (menu: string, userIds: readonly string[]) => {
        linked.push(userIds.length);
        return client.bulkLinkRichMenu(menu, userIds);
      },
    };
    const result = await reconcileMenus({ db, client: counting, log }, { slot: night(0), zone });
    expect(result).toMatchObject({ looked: 505, mended: 505 });
    expect(linked).toEqual([500, 5]);
    const people = await sql<{ id: string }>`select line_user_id as id from line_friends`.execute(db);
    expect(people.rows.every(({ id }) => platform.people.find(id)?.richMenuId === menuId('vip-card'))).toBe(
      true,
    );
  });

  it('fails the slot when LINE does not answer, so that it is tried again', async () => {
    await befriend('later', 'member');
    await planLink('later', 'member', 'failed');
    platform.script([{ match: { path: /\/user\/U.*\/richmenu$/ }, answer: { do: 'answer', status: 500 } }]);
    await expect(run()).rejects.toMatchObject({ code: 'rich_menus_not_reconciled' });
    expect(await run()).toMatchObject({ mended: 1 });
  });
});
