import { describe, expect, it } from 'vitest';
import { openTestDatabase } from '../support/database.ts';
import { openStory } from '../support/story.ts';

const story = await openStory(await openTestDatabase());

async function member(name: string, phone: string, language = 'zh-TW') {
  const shopper = story.shopper(name, language);
  await shopper.binds({ phone, birthday: '6/1' });
  const { body } = await story.call('POST', '/members/lookup', { phone });
  shopper.look();
  return { shopper, memberNo: body.memberNo as string };
}

describe('a campaign on a Sunday morning', () => {
  it('reaches who wants to hear, by name and with a coupon to claim, and tells the marketer what became of all', async () => {
    // 14:00 on Saturday, 21 November 2026.
    const yijun = await member('陳怡君', '0955000001');
    const stops = await member('林遠', '0955000002');
    const leaves = await member('王大明', '0955000003');
    await story.call('PUT', '/audiences/tea', { name: '茶友' });
    const add = [yijun, stops, leaves].map(({ memberNo }) => memberNo);
    await story.call('POST', '/audiences/tea/members', { add });
    const coupon = await story.call('POST', '/coupons', {
      key: 'spring',
      title: { 'zh-TW': '春茶折 NT$50' },
      reward: { kind: 'amount_off', amountTwd: 50 },
      isClaimable: true,
      validDays: 30,
    });
    expect(coupon.status).toBe(201);
    const template = await story.call('PUT', '/campaign-templates/spring', {
      name: '春茶上市',
      content: {
        arms: [
          {
            key: 'a',
            messages: {
              'zh-TW': [
                { type: 'text', text: '{name}，春茶到店了，您是{tier}會員，先為您留一份。' },
                { type: 'coupon', couponKey: 'spring' },
              ],
            },
          },
        ],
      },
    });
    expect(template.status).toBe(201);
    const made = await story.call('POST', '/campaigns', {
      name: '春茶上市',
      goal: 'claim',
      audienceKey: 'tea',
      templateKey: 'spring',
    });
    const id = made.body.id as string;
    const scheduled = await story.call('POST', `/campaigns/${id}/schedule`, {
      at: '2026-11-22T09:05:00+08:00',
    });
    expect(scheduled.body).toMatchObject({
      campaign: { state: 'scheduled' },
      preview: { people: 3, reachable: 3 },
    });
    await stops.shopper.says('停止');
    stops.shopper.look();

    await story.at('2026-11-22T01:04:00Z');
    expect(yijun.shopper.answers()).toEqual([]);
    await story.at('2026-11-22T01:05:00Z');
    const [hello, ticket] = yijun.shopper.answers();
    expect(hello).toBe('陳怡君，春茶到店了，您是一般會員，先為您留一份。');
    expect(ticket).toContain('春茶折 NT$50');
    expect(ticket).toContain('不想收優惠訊息請輸入「停止」');
    expect(stops.shopper.answers()).toEqual([]);
    expect((await yijun.shopper.claims('春茶折 NT$50')).join()).toContain('春茶折 NT$50');

    await story.at('2026-11-22T01:07:00Z');
    const { body } = await story.call('GET', `/campaigns/${id}`);
    expect(body).toMatchObject({
      state: 'finished',
      counts: {
        people: 3,
        byState: { sent: 2, skipped: 1, planned: 0 },
        items: [
          { arm: 'a', state: 'sent', reason: null, people: 2 },
          { arm: null, state: 'skipped', reason: 'stopped', people: 1 },
        ],
      },
    });
    yijun.shopper.look();
    await story.at('2026-11-23T01:05:00Z');
    expect(yijun.shopper.answers()).toEqual([]);
  });

  it('that comes at night waits for the end of quiet hours, or passes, as was chosen', async () => {
    const [holds, skips] = [await member('夜貓', '0955000011'), await member('早睡', '0955000012')];
    const told = async (who: { memberNo: string }, key: string, quiet: 'hold' | 'skip') => {
      await story.call('PUT', `/audiences/${key}`, { name: key });
      await story.call('POST', `/audiences/${key}/members`, { add: [who.memberNo] });
      const draft = { name: key, goal: 'reply', audienceKey: key, templateKey: 'night', quiet };
      const { body } = await story.call('POST', '/campaigns', draft);
      await story.call('POST', `/campaigns/${body.id}/schedule`, { at: '2026-11-24T22:00:00+08:00' });
      return body.id as string;
    };
    await story.call('PUT', '/campaign-templates/night', {
      name: '夜裡',
      content: { arms: [{ key: 'a', messages: { 'zh-TW': [{ type: 'text', text: '新品到店' }] } }] },
    });
    const [held, skipped] = [await told(holds, 'hold', 'hold'), await told(skips, 'skip', 'skip')];
    await story.at('2026-11-24T14:00:00Z');
    expect([holds, skips].flatMap(({ shopper }) => shopper.answers())).toEqual([]);
    expect((await story.call('GET', `/campaigns/${held}`)).body).toMatchObject({
      state: 'running',
      counts: { byState: { planned: 1 } },
    });
    await story.at('2026-11-25T01:00:00Z');
    expect(holds.shopper.answers()[0]).toBe('新品到店');
    expect(skips.shopper.answers()).toEqual([]);
    expect((await story.call('GET', `/campaigns/${skipped}`)).body.counts.items).toEqual([
      { arm: 'a', state: 'skipped', reason: 'quiet_hours', people: 1 },
    ]);
  });
});
