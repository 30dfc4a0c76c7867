import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { LinePlatform } from '#simulator/platform.ts';
import { createLinePlatform } from '#simulator/platform.ts';
import { befriend, openStage, refusalOf, text } from './stage.ts';

let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'simulator-'));
  file = join(folder, 'platform.json');
});
afterEach(() => rm(folder, { recursive: true }));

const read = async () => JSON.parse(await readFile(file, 'utf8'));
const rename = (platform: LinePlatform, name: string) => {
  platform.people.add({ displayName: name, language: 'en' });
  platform.changed({ kind: 'state' });
};

describe('the saved platform', () => {
  it('comes back with its people, chats, menus, keys, quota and text messages', async () => {
    const key = randomUUID();
    const one = await openStage({ monthlyLimit: 100 });
    expect(await one.platform.saveTo(file)).toBe('new');
    const { userId } = befriend(one.platform);
    const push = { to: userId, messages: [text('kept')] };
    const { sentMessages } = await one.line.pushMessage(push, key);
    one.platform.sms.deliver({ to: '+886912345678', text: '123456' });
    one.platform.richMenus.menus.set('richmenu-a', {
      richMenuId: 'richmenu-a',
      menu: { name: 'a' },
      image: { contentType: 'image/png', bytes: Buffer.from([1, 2, 250]) },
    });
    one.platform.setFaults({ ...one.platform.faults(), duplicateWebhook: true });
    await one[Symbol.asyncDispose]();

    await using two = await openStage({ monthlyLimit: 100 });
    expect(await two.platform.saveTo(file)).toBe('restored');
    expect(two.platform.people.list()).toEqual(one.platform.people.list());
    expect(two.platform.chats.lines(userId)).toMatchObject([{ from: 'account', message: text('kept') }]);
    expect(two.platform.richMenus.menus.get('richmenu-a')?.image?.bytes).toEqual(Buffer.from([1, 2, 250]));
    expect(two.platform.sms.list()).toMatchObject([{ to: '+886912345678', text: '123456' }]);
    expect(two.platform.faults().duplicateWebhook).toBe(true);
    expect(await two.line.getMessageQuotaConsumption()).toEqual({ totalUsage: 1 });
    expect((await refusalOf(two.line.pushMessage(push, key))).body.sentMessages).toEqual(sentMessages);
    const next = await two.line.pushMessage({ to: userId, messages: [text('new')] });
    expect(BigInt(next.sentMessages[0]!.id)).toBeGreaterThan(BigInt(sentMessages[0]!.id));
  });

  it('is written within 250 ms of a change, whole', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const platform = createLinePlatform();
      await platform.saveTo(file);
      rename(platform, 'First');
      vi.advanceTimersByTime(100);
      rename(platform, 'Second');
      vi.advanceTimersByTime(150);
      vi.useRealTimers();
      await expect.poll(async () => (await read()).people.length).toBe(7);
      expect(await readdir(folder)).toEqual(['platform.json']);
      await platform.close();
    } finally {
      vi.useRealTimers();
    }
  });

  it('is written on closing, without waiting', async () => {
    const platform = createLinePlatform();
    await platform.saveTo(file);
    rename(platform, 'Last');
    await platform.close();
    expect((await read()).people.at(-1)).toMatchObject({ displayName: 'Last' });
  });

  it.each([
    ['no JSON', '{"version":1,'],
    ['another shape', '{"version":1}'],
    ['another version', '{"version":2}'],
  ])('starts anew with a loud warning and sets the file aside when it is %s', async (_name, content) => {
    await writeFile(file, content);
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    try {
      const platform = createLinePlatform();
      expect(await platform.saveTo(file)).toBe('corrupt');
      expect(platform.people.list()).toHaveLength(5);
      expect(warn).toHaveBeenCalledWith(expect.stringContaining('CANNOT BE READ'), expect.anything());
      expect(await readFile(`${file}.corrupt`, 'utf8')).toBe(content);
      await platform.close();
      expect((await read()).version).toBe(1);
    } finally {
      warn.mockRestore();
    }
  });

  it('of another account is not taken over', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    try {
      const first = createLinePlatform({ seed: 'a' });
      await first.saveTo(file);
      await first.close();
      expect(await createLinePlatform({ seed: 'b' }).saveTo(file)).toBe('corrupt');
    } finally {
      warn.mockRestore();
    }
  });
});
