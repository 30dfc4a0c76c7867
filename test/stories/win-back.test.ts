import { describe, expect, it } from 'vitest';
import { importMembers } from '#features/members/import-members.ts';
import { importPurchases, type PastPurchase } from '#features/purchases/import-purchases.ts';
import { readStores } from '#features/stores/store-reads.ts';
import { addDays, addMs } from '#foundation/clock.ts';
import { markFriendState } from '#friends/mark-friend-state.ts';
import { openTestDatabase } from '../support/database.ts';
import { openStory } from '../support/story.ts';
import type { StoryShopper } from '../support/story-shopper.ts';
import { line, openStoryTill } from '../support/story-till.ts';

const story = await openStory(await openTestDatabase());
const till = await openStoryTill(story);
let phones = 0;

async function member(name: string) {
  const shopper = story.shopper(name);
  const phone = `09550000${String(++phones).padStart(2, '0')}`;
  await shopper.binds({ phone, birthday: '6/1' });
  return { shopper, phone };
}

const buys = (phone: string, totalTwd: number, category: string) =>
  till.buys(totalTwd, { member: { phone }, lines: [line(1, totalTwd, { category })] });

async function heardAt(instant: string, ...shoppers: StoryShopper[]): Promise<string[]> {
  for (const each of shoppers) each.look();
  await story.at(instant);
  return shoppers.map((each) => each.answers().join('\n'));
}

describe('someone who has not bought for 90 days', () => {
  it('is not met for a day that lies before the switching on', async () => {
    const early = await member('太早的人');
    await buys(early.phone, 900, '茶葉');
    // 90 days after 21 November is 19 February; the day after, they have passed.
    await story.at('2027-02-20T00:00:00Z');
    await story.switchOn('win_back');
    expect(await heardAt('2027-02-20T01:00:00Z', early.shopper)).toEqual(['']);
    expect(await heardAt('2027-02-21T01:00:00Z', early.shopper)).toEqual(['']);
  });

  it('is asked about the one purchase, or offered what they usually buy', async () => {
    const [once, often, stopped] = [
      await member('買一次'),
      await member('買很多次'),
      await member('停止的人'),
    ];
    await buys(often.phone, 3000, '茶葉');
    await story.at('2027-08-19T06:00:00Z');
    await buys(once.phone, 1200, '器皿');
    await buys(often.phone, 800, '茶葉');
    await buys(often.phone, 1500, '器皿');
    await buys(stopped.phone, 800, '茶葉');
    await stopped.shopper.says('停止');
    await story.at('2027-10-01T06:00:00Z');
    const back = await member('回來的人');
    await buys(back.phone, 500, '茶葉');
    const all = [once, often, stopped, back].map(({ shopper }) => shopper);
    // 19 August + 91 days.
    expect(await heardAt('2027-11-17T01:00:00Z', ...all)).toEqual(['', '', '', '']);
    const [one, many, ...none] = await heardAt('2027-11-18T01:00:00Z', ...all);
    expect(one).toContain('買一次，上次的器皿還滿意嗎？');
    expect(one).toContain('有問題直接在這裡說。另外留了回購折 NT$100 給您，可用到 12 月 18 日（六）。');
    expect(one).toContain('不想收優惠訊息請輸入「停止」');
    expect(once.shopper.labels()).toEqual(['看這張優惠', '真人']);
    expect(many).toContain('買很多次，好久不見。');
    expect(many).toMatch(/您常買的茶葉可以用這張老朋友 9 折，可用到 12 月 18 日（六）。/);
    expect(often.shopper.labels()).toEqual(['看這張優惠', '門市']);
    expect(none).toEqual(['', '']);
    expect((await once.shopper.taps('看這張優惠'))[0]).toContain('回購折 NT$100');
    expect(await heardAt('2027-11-19T01:00:00Z', ...all)).toEqual(['', '', '', '']);
  });

  it('hears of points that are about to end', async () => {
    const { shopper, phone } = await member('有點數的人');
    await buys(phone, 12_000, '茶葉');
    await story.at('2028-09-12T06:00:00Z');
    await buys(phone, 600, '茶葉');
    const [heard] = await heardAt('2028-12-12T01:00:00Z', shopper);
    expect(heard).toContain('另外有 120 點的期限到 12 月 31 日（日）。');
  });

  it('is met again after coming back and leaving again, but not for one lapse twice', async () => {
    const { shopper, phone } = await member('又走的人');
    await buys(phone, 600, '茶葉');
    expect((await heardAt('2029-03-13T01:00:00Z', shopper))[0]).toContain('還滿意嗎');
    await buys(phone, 600, '茶葉');
    expect((await heardAt('2029-06-12T01:00:00Z', shopper))[0]).toContain('好久不見');
  });

  it('is left alone when the morning was missed, or when they bought meanwhile', async () => {
    const [missed, bought] = [await member('錯過的人'), await member('剛好買的人')];
    await buys(missed.phone, 600, '茶葉');
    await story.at('2029-06-20T06:00:00Z');
    await buys(bought.phone, 600, '茶葉');
    expect(await heardAt('2029-09-13T01:00:00Z', missed.shopper)).toEqual(['']);
    await story.at('2029-09-18T06:00:00Z');
    bought.shopper.look();
    await story.at('2029-09-19T00:55:00Z');
    await buys(bought.phone, 300, '茶葉');
    expect(await heardAt('2029-09-19T01:00:00Z', bought.shopper)).toEqual(['']);
  });
});

describe('ten thousand people from another system who lapsed long ago', () => {
  it('hear nothing, but someone who passes the day after the import is met', async () => {
    await story.at('2029-10-01T06:00:00Z');
    const now = story.clock.now();
    const by = { now, actor: { kind: 'system', id: 'import' }, source: 'import' } as const;
    const people = Array.from({ length: 10_000 }, (_, at) => {
      const isFriend = at < 300;
      const person = isFriend
        ? story.platform.people.add({ displayName: `舊客 ${at}`, language: 'zh-TW' })
        : null;
      if (person) Object.assign(person, { following: true, hasFollowedBefore: true });
      return { lineUserId: person?.userId ?? `U${at.toString(16).padStart(32, '0')}`, isFriend };
    });
    const { db, transact, secrets } = story.app;
    const [store] = await readStores(db, { limit: 1 });
    await transact(async (tx) => {
      const at = addMs(now, -86_400_000);
      for (const { lineUserId } of people.filter(({ isFriend }) => isFriend)) {
        const change = { to: 'following', isUnblocked: false } as const;
        await markFriendState(tx, {
          lineUserId,
          eventKey: `import:${lineUserId}`,
          eventAt: at,
          now: at,
          change,
        });
      }
      const past = people.map(({ lineUserId }, n) => ({
        phone: `09${String(70_000_000 + n)}`,
        name: '舊客',
        language: 'zh-TW' as const,
        birthday: null,
        knownSince: new Date('2027-01-01T00:00:00Z'),
        bound: { lineUserId, at: new Date('2027-01-01T00:00:00Z'), acceptsMarketing: true },
      }));
      const ids: number[] = [];
      for (let from = 0; from < past.length; from += 1_000)
        ids.push(...(await importMembers(tx, secrets, past.slice(from, from + 1_000), by)));
      // From 91 to 490 days ago; the last friend bought 90 days ago and passes tomorrow.
      const daysAgo = (n: number) => (n === 299 ? 90 : 91 + (n % 400));
      const receipts = ids.map(
        (memberId, n): PastPurchase => ({
          storeId: store?.storeId ?? 0,
          receiptNo: `OLD-${n}`,
          purchasedAt: new Date(`${addDays('2029-10-01', -daysAgo(n))}T04:00:00Z`),
          channel: 'store',
          memberId,
          lines: [line(1, 800)],
          totalTwd: 800,
          back: null,
        }),
      );
      for (let from = 0; from < receipts.length; from += 1_000)
        await importPurchases(tx, receipts.slice(from, from + 1_000), by);
    });
    const before = story.platform.deliveries.length;
    await story.at('2029-10-02T01:00:00Z');
    await story.at('2029-10-03T01:00:00Z');
    const sent = story.platform.deliveries.slice(before);
    expect(sent.map(({ userId }) => userId)).toEqual([people[299]?.lineUserId]);
    expect(JSON.stringify(sent)).toContain('上次的茶葉還滿意嗎？');
  });
});
