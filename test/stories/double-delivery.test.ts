import type { webhook } from '@line/bot-sdk';
import { describe, expect, it } from 'vitest';
import { buildEvent, buildMessageEvent, type WebhookEvent } from '#simulator/webhook-events.ts';
import { openTestDatabase } from '../support/database.ts';
import { openStory } from '../support/story.ts';
import type { StoryShopper } from '../support/story-shopper.ts';
import { openStoryTill } from '../support/story-till.ts';

const story = await openStory(await openTestDatabase());
const till = await openStoryTill(story);
const { platform, sender } = story;
await story.call('POST', '/coupons', {
  key: 'often',
  title: { 'zh-TW': '多張券' },
  reward: { kind: 'amount_off', amountTwd: 10 },
  isClaimable: true,
  validDays: 10,
  perMember: 3,
});

const sourceOf = ({ userId }: StoryShopper): webhook.UserSource => ({ type: 'user', userId });
const textEvent = (from: StoryShopper, text: string) =>
  buildMessageEvent(platform, sourceOf(from), platform.ids.number(), { type: 'text', text });
const replies = (to: StoryShopper) => platform.accepted.filter((each) => each.to.includes(to.userId)).length;

/** What the person was told by these deliveries. */
async function deliver(to: StoryShopper, ...deliveries: (() => Promise<unknown>)[]): Promise<string[]> {
  to.look();
  for (const one of deliveries) {
    await one();
    await story.settle();
  }
  return to.answers();
}

describe('a webhook that comes more than once', () => {
  it('is answered once when LINE redelivers it, whenever that is', async () => {
    const shopper = story.shopper('陳怡君');
    await shopper.follow();
    const before = replies(shopper);
    const event = textEvent(shopper, '說明');
    const answers = await deliver(
      shopper,
      () => sender.post([event]),
      () => sender.redeliver([event]),
      () => sender.redeliver([event]),
    );
    expect(answers).toHaveLength(1);
    expect(replies(shopper)).toBe(before + 1);
  });

  it('is carried out once when its twins come at the same moment', async () => {
    const shopper = story.shopper('林小安');
    platform.setFaults({ ...platform.faults(), duplicateWebhook: true });
    await shopper.binds({ phone: '0988000001', birthday: '3/5' });
    await shopper.says('優惠券');
    expect((await shopper.taps('領取')).filter((each) => each.includes('領到了！'))).toHaveLength(1);
    platform.setFaults({ ...platform.faults(), duplicateWebhook: false });
    const { coupons } = (await till.looksUp({ phone: '0988000001' })).body;
    expect(coupons.map(({ couponKey }: { couponKey: string }) => couponKey).sort()).toEqual([
      'often',
      'welcome',
    ]);
  });

  it('counts a second claim only when the new ticket was tapped', async () => {
    const shopper = story.shopper('王大明');
    await shopper.binds({ phone: '0988000002', birthday: '3/5' });
    await shopper.says('優惠券');
    const old = shopper.action('領取');
    expect((await shopper.repeats(old))[0]).toContain('領到了！');
    expect((await shopper.repeats(old))[0]).toContain('之前領過了');
    await shopper.says('優惠券');
    expect((await shopper.taps('領取'))[0]).toContain('領到了！');
  });

  it('is told apart by its id even where two events hold the same words', async () => {
    const shopper = story.shopper('兩次說明');
    await shopper.follow();
    const [one, other] = [textEvent(shopper, '說明'), textEvent(shopper, '說明')];
    expect(await deliver(shopper, () => sender.post([one, other]))).toHaveLength(2);
    const anonymous = { ...textEvent(shopper, '說明'), webhookEventId: undefined } as unknown as WebhookEvent;
    const answers = await deliver(
      shopper,
      () => sender.post([anonymous]),
      () => sender.redeliver([anonymous]),
    );
    expect(answers).toHaveLength(1);
  });
});

describe('events out of order', () => {
  const at = (event: WebhookEvent, timestamp: number): WebhookEvent => ({ ...event, timestamp });

  it('lets the later timestamp say whether someone follows', async () => {
    const shopper = story.shopper('先封鎖');
    await shopper.follow();
    const now = Date.now();
    const follow = buildEvent(platform, sourceOf(shopper), { type: 'follow', follow: { isUnblocked: true } });
    const unfollow = buildEvent(platform, sourceOf(shopper), { type: 'unfollow' });
    const answers = await deliver(
      shopper,
      () => sender.post([at(unfollow, now + 3_000)]),
      () => sender.post([at(follow, now + 2_000)]),
    );
    expect(answers).toEqual([]);
    const back = buildEvent(platform, sourceOf(shopper), { type: 'follow', follow: { isUnblocked: true } });
    expect(await deliver(shopper, () => sender.post([at(back, now + 4_000)]))).toEqual([
      '歡迎回來！見面禮新會員折 NT$100 還留著，綁定會員就能領。',
    ]);
  });

  it('answers what one body brings in the order of its timestamps', async () => {
    const shopper = story.shopper('亂序的人');
    await shopper.follow();
    await shopper.says('綁定會員');
    const now = Date.now();
    const [phone, cancel] = [textEvent(shopper, '0988000003'), textEvent(shopper, '先不綁定')];
    const answers = await deliver(shopper, () =>
      sender.post([at(cancel, now + 20_000), at(phone, now + 10_000)]),
    );
    expect(answers.map((each) => each.slice(0, 7))).toEqual(['第 2 步，共', '好的，先不綁定']);
  });
});
