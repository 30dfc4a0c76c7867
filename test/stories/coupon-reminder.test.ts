import { describe, expect, it } from 'vitest';
import { openTestDatabase } from '../support/database.ts';
import { openStory } from '../support/story.ts';
import type { StoryShopper } from '../support/story-shopper.ts';
import { openStoryTill } from '../support/story-till.ts';

const story = await openStory(await openTestDatabase());
const till = await openStoryTill(story);
let phones = 0;

async function member(name: string, birthday = '6/1', claims: string[] = []) {
  const shopper = story.shopper(name);
  const phone = `09440000${String(++phones).padStart(2, '0')}`;
  await shopper.binds({ phone, birthday });
  for (const title of claims) {
    await shopper.says('優惠券');
    await shopper.claims(title);
  }
  shopper.look();
  return { shopper, phone };
}

async function heardAt(instant: string, ...shoppers: StoryShopper[]): Promise<string[][]> {
  for (const each of shoppers) each.look();
  await story.at(instant);
  return shoppers.map((each) => each.answers());
}

describe('a coupon that ends soon', () => {
  // Whoever binds on 21 November holds the welcome gift until 20 January.
  it('is named seven days and one day before, in the morning after the quiet hours', async () => {
    await story.switchOn('coupon_reminder');
    const { shopper } = await member('陳怡君');
    expect(await heardAt('2027-01-12T01:00:00Z', shopper)).toEqual([[]]);
    expect(await heardAt('2027-01-13T00:59:00Z', shopper)).toEqual([[]]);
    const [[seven = ''] = []] = await heardAt('2027-01-13T01:00:00Z', shopper);
    expect(seven).toContain('還有 7 天');
    expect(seven).toContain('陳怡君，「新會員折 NT$100」還有 7 天，可用到 1 月 20 日（三）。');
    expect(seven).toContain('滿 NT$500');
    expect(await heardAt('2027-01-14T01:00:00Z', shopper)).toEqual([[]]);
    const [[one = ''] = []] = await heardAt('2027-01-19T01:00:00Z', shopper);
    expect(one).toContain('陳怡君，「新會員折 NT$100」明天（1 月 20 日）是最後一天。');
    expect(await heardAt('2027-01-20T01:00:00Z', shopper)).toEqual([[]]);
    expect(await heardAt('2027-01-21T01:00:00Z', shopper)).toEqual([[]]);
    expect((await shopper.says('我的優惠券'))[0]).toContain('現在手上沒有優惠券');
  });

  it('is not named when it was used, and is again when the purchase came back', async () => {
    const [used, back] = [await member('用掉的人'), await member('退回的人')];
    const slips = [];
    for (const { phone } of [used, back]) {
      const [coupon] = (await till.looksUp({ phone })).body.coupons;
      slips.push((await till.buys(800, { member: { phone }, claimIds: [coupon.claimId] })).slip);
    }
    await till.returns(slips[1] as (typeof slips)[0]);
    const [first, second] = await heardAt('2027-03-15T01:00:00Z', used.shopper, back.shopper);
    expect(first).toEqual([]);
    expect(second?.join()).toContain('「新會員折 NT$100」還有 7 天');
  });

  it('goes once for several coupons, the soonest named and the others counted', async () => {
    await story.call('POST', '/coupons', {
      key: 'spring',
      title: { 'zh-TW': '春茶 9 折' },
      reward: { kind: 'percent_off', percent: 10 },
      isClaimable: true,
      validUntil: '2027-05-21',
    });
    await story.at('2027-03-22T06:00:00Z');
    const { shopper } = await member('兩張的人', '6/1', ['春茶 9 折']);
    const [heard] = await heardAt('2027-05-14T01:00:00Z', shopper);
    expect(heard).toHaveLength(1);
    expect(heard?.[0]).toContain('還有 7 天');
    expect(heard?.[0]).toContain('另外 1 張也快到期');
  });

  it('says nothing of the days on which it was down', async () => {
    await story.at('2027-05-22T06:00:00Z');
    const { shopper } = await member('停機的人');
    expect(await heardAt('2027-07-15T03:00:00Z', shopper)).toEqual([[]]);
    const [heard] = await heardAt('2027-07-20T01:00:00Z', shopper);
    expect(heard?.join()).toContain('明天（7 月 21 日）是最後一天');
  });
});

describe('one morning with several reasons to write', () => {
  it('lets the birthday go before the reminder, and the week take no more than two', async () => {
    await story.at('2027-07-22T06:00:00Z');
    await story.switchOn('birthday');
    // The welcome gift ends on 20 September: the birthday gift is due 30 days before 13 October, on the 13th.
    const { shopper } = await member('很多事的人', '10/13');
    const [gift] = await heardAt('2027-09-13T01:00:00Z', shopper);
    expect(gift).toHaveLength(1);
    expect(gift?.[0]).toContain('您的生日快到了');
    const [reminder] = await heardAt('2027-09-19T01:00:00Z', shopper);
    expect(reminder?.join()).toContain('明天（9 月 20 日）是最後一天');
    expect(reminder?.join()).not.toContain('還有 7 天');
  });

  it('leaves out the third push within seven days', async () => {
    await story.at('2027-10-14T06:00:00Z');
    const [{ shopper }, other] = [await member('滿額的人', '12/10'), await member('沒滿額的人', '2/1')];
    // The welcome gifts end on 13 December, three days after the birthday.
    expect((await heardAt('2027-11-11T01:00:00Z', shopper)).join()).toContain('您的生日快到了');
    expect((await heardAt('2027-12-06T01:00:00Z', shopper)).join()).toContain('還有 7 天');
    expect((await heardAt('2027-12-10T01:00:00Z', shopper)).join()).toContain('生日快樂');
    const [third, second] = await heardAt('2027-12-12T01:00:00Z', shopper, other.shopper);
    expect(third).toEqual([]);
    expect(second?.join()).toContain('明天（12 月 13 日）是最後一天');
  });
});
