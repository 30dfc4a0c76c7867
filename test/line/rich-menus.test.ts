import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { messagingApi } from '@line/bot-sdk';
import nock from 'nock';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { countGraphemes } from '#foundation/i18n.ts';
import { parsePostback } from '#line/postback.ts';
import { createRichMenuClient, RichMenuCallFault } from '#line/rich-menu-client.ts';
import { findFaults, publishedName, type RichMenuFile, readRichMenuFiles } from '#line/rich-menu-files.ts';
import { menuAliasFor, publishRichMenus } from '#line/rich-menus.ts';
import { startRichMenuPlatform } from './rich-menu-platform.ts';

const client = createRichMenuClient({
  apiBaseUrl: 'https://api.line.me',
  dataApiBaseUrl: 'https://api-data.line.me',
  accessToken: () => 'token',
});
const log = { info: () => undefined };
const files = await readRichMenuFiles(join(import.meta.dirname, '../../rich-menus'));

/** Publishing looks at sizes and hashes only: small pictures keep these tests quick. */
const small = files.map((file) => ({ ...file, picture: file.picture.subarray(0, 100) }));

/** The same menus with another picture of the same size. */
function redrawn(names: string[]): RichMenuFile[] {
  return small.map((file) =>
    names.includes(file.name)
      ? { ...file, picture: Buffer.concat([file.picture, Buffer.from('again')]) }
      : file,
  );
}

const members = (menus: RichMenuFile[]) => menus.filter((file) => !file.name.startsWith('vip'));

let line: ReturnType<typeof startRichMenuPlatform>;
let pauses: number[];

const publish = (wanted: readonly RichMenuFile[] = small) =>
  publishRichMenus(client, wanted, log, { pause: async (ms) => void pauses.push(ms) });

/** What LINE shows: each alias and the default, by published name; nothing else of ours may be left. */
function shown() {
  const nameOf = (id: string | null | undefined) => line.menus.get(id ?? '')?.name;
  return {
    aliases: Object.fromEntries([...line.aliases].map(([alias, id]) => [alias, nameOf(id)])),
    default: nameOf(line.state.defaultId),
    menus: [...line.menus.values()].map((menu) => menu.name).sort(),
    pictures: [...line.menus.values()].every((menu) => menu.picture !== null),
  };
}

function expected(wanted: readonly RichMenuFile[]) {
  const aliased = wanted.filter((file) => file.alias !== null);
  return {
    aliases: Object.fromEntries(aliased.map((file) => [file.alias, publishedName(file)])),
    default: publishedName(wanted.find((file) => file.isDefault) as RichMenuFile),
    menus: wanted.map(publishedName).sort(),
    pictures: true,
  };
}

beforeEach(() => {
  line = startRichMenuPlatform();
  pauses = [];
});

afterEach(() => {
  nock.cleanAll();
});

describe('the menus in the folder', () => {
  it('are the guest menu and two tabs each for members and VIPs', () => {
    expect(files.map((file) => [file.name, file.alias, file.isDefault])).toEqual([
      ['guest', null, true],
      ['member-card', 'shuke-member-card', false],
      ['member-service', 'shuke-member-service', false],
      ['vip-card', 'shuke-vip-card', false],
      ['vip-service', 'shuke-vip-service', false],
    ]);
  });

  it.each(files.map((file) => [file.name, file] as const))(
    '%s covers its picture without overlap',
    (_name, { menu, alias }) => {
      const cells = new Set<string>();
      let covered = 0;
      for (const { bounds } of menu.areas as messagingApi.RichMenuArea[]) {
        const { x = 0, y = 0, width = 0, height = 0 } = bounds ?? {};
        covered += width * height;
        cells.add(`${x},${y}`);
      }
      const activeTab = alias === null ? 0 : 1250 * 336;
      expect(covered + activeTab).toBe(2500 * 1686);
      expect(cells.size).toBe(menu.areas?.length);
    },
  );

  it.each(files.map((file) => [file.name, file] as const))(
    '%s speaks in words that fit and postbacks that parse',
    (_name, { menu }) => {
      expect(countGraphemes(menu.chatBarText as string)).toBeLessThanOrEqual(14);
      for (const { action } of menu.areas as { action: Record<string, string> }[]) {
        expect(countGraphemes(action.label as string)).toBeLessThanOrEqual(10);
        if (action.type === 'message') expect(action.text).toBe(action.label);
        else expect(parsePostback(action.data)).not.toBeNull();
        if (action.type === 'postback') expect(action.displayText).toBe(action.label);
      }
    },
  );

  it.each(files.map((file) => [file.name, file] as const))(
    '%s has a picture of at most 64 colours and 1 MB',
    (_name, { picture }) => {
      const palette = picture.indexOf('PLTE');
      expect(picture.readUInt32BE(palette - 4) / 3).toBeLessThanOrEqual(64);
      expect(picture.length).toBeLessThan(1_000_000);
    },
  );
});

describe('readRichMenuFiles', () => {
  it('names what is wrong before LINE is asked', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'menus-'));
    const [guest] = files as [RichMenuFile];
    await writeFile(
      join(folder, 'guest.json'),
      JSON.stringify({ isDefault: true, menu: { ...guest.menu, size: { width: 2500, height: 843 } } }),
    );
    await writeFile(join(folder, 'guest.png'), guest.picture);
    await expect(readRichMenuFiles(folder)).rejects.toThrow(
      'the picture has 2500 × 1686 pixels, the JSON says 2500 × 843',
    );
  });

  it('finds tabs that lead nowhere, shared aliases, missing defaults, oversized and broken pictures', () => {
    const [, card, service] = files as [RichMenuFile, RichMenuFile, RichMenuFile];
    expect(findFaults([card])).toEqual([
      'exactly one menu must be the default',
      'member-card: the tab 服務 leads to no menu',
    ]);
    expect(findFaults([...files, { ...service, name: 'twin' }])).toEqual(['two menus share an alias']);
    expect(findFaults([{ ...(files[0] as RichMenuFile), picture: Buffer.from('GIF') }])).toEqual([
      'guest: the picture is no PNG',
    ]);
    const heavy = Buffer.concat([card.picture, Buffer.alloc(1_000_000)]);
    expect(findFaults([{ ...(files[0] as RichMenuFile), picture: heavy }]).join()).toContain(
      'LINE takes 1 MB',
    );
  });
});

describe('publishRichMenus', () => {
  it('makes every menu, then shows them', async () => {
    await expect(publish()).resolves.toEqual({
      ok: true,
      created: small.map((file) => file.name),
      deleted: 0,
    });
    expect(shown()).toEqual(expected(small));
    expect(line.state.calls).not.toContain('move');
  });

  it('changes nothing on the second run', async () => {
    await publish();
    const before = [...line.state.calls];
    await expect(publish()).resolves.toEqual({ ok: true, created: [], deleted: 0 });
    expect(line.state.calls).toEqual(before);
  });

  it('replaces only the menu that was redrawn, moves its people, and deletes it last', async () => {
    await publish();
    const oldCard = line.aliases.get('shuke-member-card') as string;
    line.linked.set('amy', oldCard).set('bob', line.aliases.get('shuke-vip-card') as string);
    const bobs = line.linked.get('bob');
    line.state.calls = [];
    await expect(publish(redrawn(['member-card']))).resolves.toEqual({
      ok: true,
      created: ['member-card'],
      deleted: 1,
    });
    expect(line.state.calls).toEqual([
      'create member-card',
      'upload member-card',
      'update alias shuke-member-card',
      'move',
      'delete member-card',
    ]);
    expect(shown()).toEqual(expected(redrawn(['member-card'])));
    expect(line.linked.get('amy')).toBe(line.aliases.get('shuke-member-card'));
    expect(line.linked.get('bob')).toBe(bobs);
  });

  it('waits longer and longer for the moves before it deletes', async () => {
    await publish();
    line.state.phases = ['ongoing', 'ongoing', 'ongoing', 'succeeded'];
    await publish(redrawn(['vip-card']));
    expect(pauses).toEqual([1000, 2000, 4000]);
  });

  it('deletes nothing while people are left behind, and goes on with the same key', async () => {
    await publish();
    line.state.phases = ['ongoing', 'failed'];
    const wanted = redrawn(['vip-card']);
    await expect(publish(wanted)).resolves.toEqual({
      ok: false,
      reason: 'moves_unfinished',
      phase: 'failed',
    });
    expect(line.menus.size).toBe(6);
    line.state.phases = ['succeeded'];
    await expect(publish(wanted)).resolves.toMatchObject({ ok: true, created: [], deleted: 1 });
    expect(new Set(line.state.resumeKeys).size).toBe(1);
    expect(shown()).toEqual(expected(wanted));
  });

  it('gives up on moves that never end, with the old menu in place', async () => {
    await publish();
    line.state.phases = ['ongoing'];
    await expect(publish(redrawn(['vip-card']))).resolves.toEqual({
      ok: false,
      reason: 'moves_unfinished',
      phase: 'ongoing',
    });
    expect(pauses.reduce((sum, ms) => sum + ms)).toBeGreaterThan(15 * 60_000);
    expect(line.state.calls.filter((call) => call.startsWith('delete'))).toEqual([]);
  });

  it.each([
    ['create', 'create vip-card'],
    ['move', 'move'],
    ['delete', 'delete guest'],
  ])('says at which step LINE lets no more through in this hour: %s', async (step, at) => {
    await publish();
    const wanted = redrawn(['guest', 'vip-card']);
    line.state.fault = (call) =>
      call === at ? [429, { message: 'The API rate limit has been exceeded.' }] : undefined;
    await expect(publish(wanted)).resolves.toEqual({ ok: false, reason: 'rate_limited', step });
    line.state.fault = null;
    await expect(publish(wanted)).resolves.toMatchObject({ ok: true });
    expect(shown()).toEqual(expected(wanted));
  });

  it.each(['lost-before', 'lost-after'] as const)(
    'is finished by the next run wherever it was killed (%s)',
    async (way) => {
      const wanted = members(redrawn(['guest', 'member-card']));
      await publish(members(small));
      const published = { menus: line.menus, aliases: line.aliases, defaultId: line.state.defaultId };
      let kills = 0;
      for (let killAt = 1; ; killAt += 1) {
        nock.cleanAll();
        line = startRichMenuPlatform();
        line.copyFrom(published);
        line.linked.set('amy', line.aliases.get('shuke-member-card') as string);
        let changes = 0;
        line.state.fault = () => {
          changes += 1;
          return changes === killAt ? way : undefined;
        };
        const outcome = await publish(wanted).catch((error: unknown) => error);
        if (changes < killAt) break;
        expect(outcome).toBeInstanceOf(RichMenuCallFault);
        kills += 1;
        expect(line.menus.has(line.linked.get('amy') as string), 'nobody is left with a deleted menu').toBe(
          true,
        );
        line.state.fault = null;
        await expect(publish(wanted)).resolves.toMatchObject({ ok: true });
        expect(shown()).toEqual(expected(wanted));
        expect(line.linked.get('amy')).toBe(line.aliases.get('shuke-member-card'));
        line.state.calls = [];
        await publish(wanted);
        expect(line.state.calls).toEqual([]);
      }
      expect(kills).toBe(9);
    },
  );

  it('leaves the menus and aliases of others alone, and tidies away a menu of ours that is no more', async () => {
    line.menus.set('richmenu-other', { name: 'spring sale', json: {}, picture: Buffer.from('x') });
    line.aliases.set('sale', 'richmenu-other');
    await publish();
    line.linked.set('vic', line.aliases.get('shuke-vip-card') as string);
    const wanted = members(small);
    await expect(publish(wanted)).resolves.toMatchObject({ ok: true, deleted: 2 });
    expect(line.linked.has('vic')).toBe(false);
    expect([...line.aliases.keys()].sort()).toEqual(['sale', 'shuke-member-card', 'shuke-member-service']);
    expect(line.menus.has('richmenu-other')).toBe(true);
  });

  it('makes nothing when LINE finds a menu wrong', async () => {
    const [guest, ...rest] = small as [RichMenuFile];
    const wrong = [...rest, { ...guest, menu: { ...guest.menu, chatBarText: 'x'.repeat(15) } }];
    await expect(publish(wrong)).rejects.toMatchObject({ code: 'rich_menu_call_failed', status: 400 });
    expect(line.state.calls).toEqual([]);
  });
});

describe('menuAliasFor', () => {
  it('names the first tab of a menu, and none for guests, who see the default', () => {
    expect([menuAliasFor('member'), menuAliasFor('vip'), menuAliasFor('guest')]).toEqual([
      'shuke-member-card',
      'shuke-vip-card',
      null,
    ]);
  });
});
