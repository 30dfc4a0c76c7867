import { describe, expect, it } from 'vitest';
import { openTestDatabase } from '../support/database.ts';
import { openStory } from '../support/story.ts';
import type { StoryShopper } from '../support/story-shopper.ts';

const story = await openStory(await openTestDatabase());
await story.switchOn('birthday');
await story.switchOn('coupon_reminder');
let phones = 0;

async function member(name: string, birthday: string): Promise<StoryShopper> {
  const shopper = story.shopper(name);
  await shopper.binds({ phone: `09660000${String(++phones).padStart(2, '0')}`, birthday });
  shopper.look();
  return shopper;
}

async function heardAt(instant: string, ...shoppers: StoryShopper[]): Promise<string[]> {
  for (const each of shoppers) each.look();
  await story.at(instant);
  return shoppers.map((each) => each.answers().join('\n'));
}

const hint = '不想收優惠訊息請輸入「停止」，想少收請輸入「少一點」。';

describe('停止, 少一點 and 恢復', () => {
  it('says how it stands and what was changed', async () => {
    const shopper = await member('設定的人', '6/1');
    expect(await shopper.says('訊息設定')).toEqual([
      '優惠訊息現在是：一天最多一則、7 天最多兩則。想怎麼調整？',
    ]);
    expect(await shopper.taps('少一點')).toEqual(['好的，優惠訊息改成兩週最多一則。查點數、優惠券照常。']);
    expect(await shopper.says('少一點')).toEqual(['目前就是這個設定：兩週最多一則。']);
    expect(await shopper.says('退訂')).toEqual([
      '已經停止，排好的優惠訊息也取消了。您查詢時照常回覆，想再收請輸入「恢復」。',
    ]);
    expect(await shopper.says('停止。')).toEqual(['目前就是這個設定：停止。']);
    expect(await shopper.taps('恢復')).toEqual(['已經恢復，優惠訊息一天最多一則、7 天最多兩則。']);
    expect((await shopper.says('不要停止'))[0]).toContain('小幫手看不懂這句話');
    expect((await shopper.says('訊息設定'))[0]).toContain('一天最多一則');
  });

  it('ends the first offer, and only the first, with how to stop', async () => {
    const shopper = await member('第一次的人', '12/22');
    const [first] = await heardAt('2026-11-22T01:00:00Z', shopper);
    expect(first?.endsWith(hint)).toBe(true);
    const [second] = await heardAt('2026-12-22T01:00:00Z', shopper);
    expect(second).toContain('生日快樂');
    expect(second).not.toContain(hint);
  });

  it('takes back what is planned for nine when someone stops at five to nine', async () => {
    const [stopping, other] = [await member('臨時停止', '1/21'), await member('繼續收', '1/21')];
    await story.at('2026-12-23T00:55:00Z');
    expect((await stopping.says('停止'))[0]).toContain('排好的優惠訊息也取消了');
    const [none, gift] = await heardAt('2026-12-23T01:00:00Z', stopping, other);
    expect(none).toBe('');
    expect(gift).toContain('您的生日快到了');
    expect((await stopping.says('點數'))[0]).toContain('目前還沒有點數');
    expect(await heardAt('2026-12-24T01:00:00Z', stopping)).toEqual(['']);
  });

  it('begins again with 恢復, with what is still due', async () => {
    const shopper = await member('恢復的人', '1/22');
    await shopper.says('停止');
    expect(await heardAt('2026-12-25T01:00:00Z', shopper)).toEqual(['']);
    await shopper.says('恢復');
    expect((await heardAt('2026-12-26T01:00:00Z', shopper))[0]).toContain('您的生日快到了');
  });

  it('sends whoever wants less one offer in fourteen days', async () => {
    const shopper = await member('少收的人', '1/24');
    await shopper.says('少一點');
    const [gift] = await heardAt('2026-12-27T01:00:00Z', shopper);
    expect(gift).toContain('您的生日快到了');
    // Fourteen days with the gift: 27 December to 9 January. The wish comes four weeks after it.
    expect((await heardAt('2027-01-24T01:00:00Z', shopper))[0]).toContain('生日快樂');
    const late = await member('剛少收的人', '1/29');
    await late.says('少一點');
    expect((await heardAt('2027-01-25T01:00:00Z', late))[0]).toContain('您的生日快到了');
    expect(await heardAt('2027-01-29T01:00:00Z', late)).toEqual(['']);
  });
});

describe('a block', () => {
  it('ends all pushes; lifting it brings the menu and the offers back', async () => {
    const shopper = await member('封鎖的人', '3/1');
    await shopper.block();
    expect(await heardAt('2027-01-30T01:00:00Z', shopper)).toEqual(['']);
    expect(story.platform.people.find(shopper.userId)?.richMenuId).toBeNull();
    expect(await shopper.follow()).toEqual(['封鎖的人，歡迎回來！會員資料都還在，從這裡接著用。']);
    expect(shopper.menu()).toBe('member-card');
    expect((await heardAt('2027-01-31T01:00:00Z', shopper))[0]).toContain('您的生日快到了');
  });

  it('keeps a stop over block and return, and says so', async () => {
    const shopper = await member('停了又封鎖', '3/2');
    await shopper.says('停止');
    await shopper.block();
    expect(await shopper.follow()).toEqual([
      '停了又封鎖，歡迎回來！會員資料都還在，從這裡接著用。優惠訊息維持停止，想再收請輸入「恢復」。',
    ]);
    expect(await heardAt('2027-02-01T01:00:00Z', shopper)).toEqual(['']);
  });

  it('leaves no offer for someone who unbound meanwhile', async () => {
    const shopper = await member('解除的人', '3/4');
    await story.at('2027-02-03T00:55:00Z');
    await shopper.says('解除綁定');
    await shopper.taps('確定解除');
    expect(await heardAt('2027-02-03T01:00:00Z', shopper)).toEqual(['']);
  });
});
