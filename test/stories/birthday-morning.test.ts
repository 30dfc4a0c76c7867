import { describe, expect, it } from 'vitest';
import { openTestDatabase } from '../support/database.ts';
import { openStory } from '../support/story.ts';

const story = await openStory(await openTestDatabase());
let phones = 0;

/** A member who has been bound; nothing of the flows has come yet. */
async function member(name: string, birthday: string) {
  const shopper = story.shopper(name);
  const phone = `09330000${String(++phones).padStart(2, '0')}`;
  await shopper.binds({ phone, birthday });
  shopper.look();
  return shopper;
}

/** What flows pushed to a person since the last look. */
const heard = (shopper: Awaited<ReturnType<typeof member>>) => shopper.answers();

describe('a birthday morning', () => {
  // 14:00 on Saturday, 21 November 2026.
  it('sends nothing while the flow is off', async () => {
    const soon = await member('還沒開', '11/23');
    await story.at('2026-11-22T01:30:00Z');
    expect(heard(soon)).toEqual([]);
  });

  it('gives the gift within the 30 days before, once', async () => {
    await story.switchOn('birthday');
    const [near, far] = [await member('陳怡君', '12/22'), await member('林遠', '12/24')];
    await story.at('2026-11-23T00:55:00Z');
    // Planned at 08:50, held until the quiet hours end at 09:00.
    expect(heard(near)).toEqual([]);
    await story.at('2026-11-23T01:00:00Z');
    expect(heard(near)).toEqual([
      '先祝您生日快樂 陳怡君，您的生日快到了，先送上壽星 85 折，可用到 2027 年 1 月 7 日（四）。🎁 壽星 85 折 可用到 2027/01/07（含當天） 不想收優惠訊息請輸入「停止」，想少收請輸入「少一點」。',
    ]);
    expect((await near.says('我的優惠券'))[0]).toContain('壽星 85 折');
    expect(heard(far)).toEqual([]);
    near.look();
    await story.at('2026-11-24T01:00:00Z');
    expect(heard(near)).toEqual([]);
    await story.at('2026-11-24T12:00:00Z');
    await story.at('2026-11-25T01:00:00Z');
    expect(heard(far).join()).toContain('林遠，您的生日快到了');
  });

  it('wishes well on the day, with what is left of the gift', async () => {
    const shopper = await member('王大明', '12/20');
    await story.at('2026-11-26T01:00:00Z');
    expect(heard(shopper).join()).toContain('您的生日快到了');
    shopper.look();
    await story.at('2026-12-20T01:00:00Z');
    expect(heard(shopper)).toEqual([
      expect.stringContaining(
        '王大明，生日快樂！🎂 祝您新的一歲平安順心。 生日禮壽星 85 折還在，可用到 2027 年 1 月 10 日（日）。',
      ),
    ]);
    expect(heard(shopper)[0]).not.toContain('不想收優惠訊息');
    shopper.look();
    await story.at('2026-12-21T01:00:00Z');
    expect(heard(shopper)).toEqual([]);
  });

  it('brings gift and wish together to someone who joined on the eve', async () => {
    const shopper = await member('吳晚到', '12/23');
    await story.at('2026-12-23T01:00:00Z');
    const [message, ...more] = heard(shopper);
    expect(more).toEqual([]);
    expect(message).toContain('生日快樂！');
    expect(message).toContain('生日禮壽星 85 折也送上');
  });

  it('sends nothing to who blocked, stopped, unbound or wanted no offers', async () => {
    const [blocked, stopped, unbound] = [
      await member('封鎖', '12/28'),
      await member('停止', '12/28'),
      await member('解除', '12/28'),
    ];
    const silent = story.shopper('不收優惠');
    await silent.binds({ phone: '0933111111', birthday: '12/28', consent: '同意，不收優惠訊息' });
    await blocked.block();
    await stopped.says('停止');
    await unbound.says('解除綁定');
    await unbound.taps('確定解除');
    for (const each of [blocked, stopped, unbound, silent]) each.look();
    await story.at('2026-12-28T01:00:00Z');
    for (const each of [blocked, stopped, unbound, silent]) expect(heard(each)).toEqual([]);
  });

  it('keeps 29 February on the 28th in a common year and says so', async () => {
    const shopper = await member('閏年生', '2/29');
    await story.at('2027-01-29T01:00:00Z');
    expect(heard(shopper).join()).toContain('您的生日快到了');
    shopper.look();
    await story.at('2027-02-28T01:00:00Z');
    expect(heard(shopper).join()).toContain('閏年生，今年沒有 2 月 29 日，今天先祝您生日快樂！');
    shopper.look();
    await story.at('2028-02-28T01:00:00Z');
    expect(heard(shopper).join()).not.toContain('今天先祝您');
    shopper.look();
    await story.at('2028-02-29T01:00:00Z');
    expect(heard(shopper).join()).toContain('閏年生，生日快樂！');
  });

  it('catches up birthdays of three days when it was down, and none before', async () => {
    const [four, three, today] = [
      await member('四天前', '5/1'),
      await member('三天前', '5/2'),
      await member('今天', '5/5'),
    ];
    await story.at('2028-04-28T01:00:00Z');
    for (const each of [four, three, today]) {
      expect(heard(each).join()).toContain('您的生日快到了');
      each.look();
    }
    await story.at('2028-05-05T04:00:00Z');
    expect(heard(four)).toEqual([]);
    expect(heard(three).join()).toContain('三天前，生日快樂！🎂 祝福晚了幾天，祝您新的一歲平安順心。');
    expect(heard(today).join()).toContain('今天，生日快樂！🎂 祝您新的一歲平安順心。');
  });

  it('goes to nobody whose birthday was changed meanwhile', async () => {
    const shopper = await member('改生日', '6/10');
    await story.at('2028-06-09T01:00:00Z');
    await shopper.says('改生日');
    await shopper.says('9/9');
    await shopper.taps('改成這一天');
    shopper.look();
    await story.at('2028-06-10T01:00:00Z');
    expect(heard(shopper)).toEqual([]);
  });
});
