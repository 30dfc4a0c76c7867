import { describe, expect, it } from 'vitest';
import { openTestDatabase } from '../support/database.ts';
import { openStory } from '../support/story.ts';
import { settleReferrals } from '../support/story-policy.ts';
import type { StoryShopper } from '../support/story-shopper.ts';
import { openStoryTill } from '../support/story-till.ts';

const database = await openTestDatabase();
await settleReferrals(database, { minKeptPurchases: 0 });
const story = await openStory(database);
const till = await openStoryTill(story);
let phones = 0;
const nextPhone = () => `09220000${String(++phones).padStart(2, '0')}`;

/** A member with an invitation code. */
async function member(name: string) {
  const shopper = story.shopper(name);
  const phone = nextPhone();
  await shopper.binds({ phone, birthday: '3/5' });
  const [card, invitation] = await shopper.says('邀請好友');
  const code = /[2-9A-HJKMNP-Z]{8}/.exec(card ?? '')?.[0] ?? '';
  return { shopper, phone, code, invitation: invitation ?? '', card: card ?? '' };
}

async function guest(name: string) {
  const shopper = story.shopper(name);
  await shopper.follow();
  return shopper;
}

const couponsOf = async (phone: string): Promise<string[]> =>
  (await till.looksUp({ phone })).body.coupons.map(({ couponKey }: { couponKey: string }) => couponKey);

const received =
  '收到邀請碼！30 天內綁定會員，第一次消費滿 7 天沒有退貨，您和朋友都會收到 NT$100 好友折價券。';

describe('a friend invites a friend', () => {
  let inviter: Awaited<ReturnType<typeof member>>;
  let friend: StoryShopper;
  const friendPhone = nextPhone();

  it('gets a card to forward and a text with code and link', async () => {
    inviter = await member('陳怡君');
    expect(inviter.card).toContain('邀請好友，兩人都有禮');
    expect(inviter.card).toContain('已加入 0 位，等待中 0 位');
    expect(inviter.code).toHaveLength(8);
    expect(inviter.invitation).toBe(
      `我常去日常選物，一起加入吧。點連結送出邀請碼 ${inviter.code}，綁定會員並完成第一次消費，兩個人都會收到 NT$100 好友折價券。https://line.me/R/oaMessage/${encodeURIComponent(story.platform.account.basicId)}/?${inviter.code}`,
    );
    expect(inviter.shopper.link('轉傳給朋友')).toMatch(/^https:\/\/line\.me\/R\/share\?text=/);
    expect((await inviter.shopper.says('邀請好友'))[0]).toContain(inviter.code);
  });

  it('is tied to the inviter by the text that the link sends, and the inviter hears of it with the next answer', async () => {
    friend = await guest('林小安');
    expect(await friend.says(inviter.code)).toEqual([received]);
    expect((await inviter.shopper.says('邀請好友'))[0]).toContain('已加入 0 位，等待中 1 位');
    await friend.taps('綁定會員');
    await friend.binds({ phone: friendPhone, birthday: '4/1' });
    const answers = await inviter.shopper.says('門市');
    expect(answers.at(-1)).toBe('有位朋友用您的邀請碼加入了。朋友第一次消費滿 7 天沒有退貨，獎勵就會送出。');
    expect(answers.join()).not.toContain('林小安');
    expect((await inviter.shopper.says('邀請好友'))[0]).toContain('已加入 1 位，等待中 0 位');
  });

  it('rewards both when the first purchase was kept for seven days, once', async () => {
    await till.buys(900, { member: { phone: friendPhone } });
    await story.at('2026-11-28T05:59:00Z');
    expect(await couponsOf(friendPhone)).toEqual(['welcome']);
    inviter.shopper.look();
    friend.look();
    await story.at('2026-11-28T07:00:00Z');
    expect(inviter.shopper.answers()).toEqual([
      '朋友的第一次消費確認了，NT$100 好友折價券已經放進「我的優惠券」。🎉 謝謝您的介紹！',
    ]);
    expect(friend.answers()).toEqual([
      '第一次消費滿 7 天了，邀請禮 NT$100 好友折價券已經放進「我的優惠券」。🎉',
    ]);
    const [thanks] = (await inviter.shopper.says('會員卡')).slice(0, 1);
    expect(thanks).toContain('引路人 · 介紹 1 位朋友');
    expect(await couponsOf(inviter.phone)).toContain('pathfinder-1');
    await till.buys(700, { member: { phone: friendPhone } });
    await story.at('2026-12-10T07:00:00Z');
    expect((await couponsOf(friendPhone)).filter((key) => key === 'referral')).toHaveLength(1);
    expect((await couponsOf(inviter.phone)).filter((key) => key === 'referral')).toHaveLength(1);
  });

  it('takes a forwarded invitation as a whole, in any width and case', async () => {
    const forwarded = await guest('轉傳的人');
    expect(await forwarded.says(inviter.invitation)).toEqual([received]);
    const typed = await guest('打字的人');
    const wide = [...inviter.code.toLowerCase()]
      .map((sign) => String.fromCharCode(sign.charCodeAt(0) + 0xfee0))
      .join('');
    expect(await typed.says(wide)).toEqual([received]);
  });

  it('gives nothing when the purchase came back before, until another one is kept', async () => {
    const [one, phone] = [await guest('退貨的人'), nextPhone()];
    await one.says(inviter.code);
    await one.binds({ phone, birthday: '4/2' });
    const { slip } = await till.buys(900, { member: { phone } });
    await story.at('2026-12-15T07:00:00Z');
    expect((await till.returns(slip)).status).toBe(201);
    await story.at('2026-12-20T07:00:00Z');
    expect(await couponsOf(phone)).toEqual(['welcome']);
    await till.buys(600, { member: { phone } });
    await story.at('2026-12-28T07:00:00Z');
    expect(await couponsOf(phone)).toContain('referral');
  });
});

describe('an invitation that cannot count', () => {
  it('refuses the own code', async () => {
    const { shopper, code } = await member('自己');
    expect(await shopper.says(code)).toEqual(['這是您自己的邀請碼，傳給朋友用吧。']);
  });

  it('refuses members, whoever invites them', async () => {
    const [a, b] = [await member('甲'), await member('乙')];
    expect(await a.shopper.says(b.code)).toEqual([
      '邀請碼是給還沒綁定會員的新朋友用的。您已經是會員，可以改成邀請別人。',
    ]);
  });

  it('refuses somebody who let go of the card and comes back as a new friend', async () => {
    const [a, back] = [await member('己'), await member('回頭的人')];
    await back.shopper.says('解除綁定');
    await back.shopper.taps('確定解除');
    expect(await back.shopper.says(a.code)).toEqual([received]);
    await back.shopper.binds({ phone: back.phone, birthday: '3/5' });
    expect((await a.shopper.says('邀請好友'))[0]).toContain('已加入 0 位，等待中 0 位');
    expect(await back.shopper.says(a.code)).toEqual([
      '邀請碼是給還沒綁定會員的新朋友用的。您已經是會員，可以改成邀請別人。',
    ]);
  });

  it('refuses a ring', async () => {
    const a = await member('環一');
    const b = await guest('環二');
    await b.says(a.code);
    await b.binds({ phone: nextPhone(), birthday: '5/5' });
    const [card] = await b.says('邀請好友');
    const code = /[2-9A-HJKMNP-Z]{8}/.exec(card ?? '')?.[0] ?? '';
    expect((await a.shopper.says(code))[0]).toBe('互相邀請不列入獎勵，會員的其他好處照常。');
  });

  it('refuses a second inviter, and takes the same code twice', async () => {
    const [a, b] = [await member('丙'), await member('丁')];
    const one = await guest('被搶的人');
    await one.says(a.code);
    expect(await one.says(b.code)).toEqual(['邀請碼每人用一次，之前已經用過另一組。']);
    expect(await one.says(a.code)).toEqual([received]);
  });

  it('names a code that nobody has, and lets ordinary words be', async () => {
    const one = await guest('打錯的人');
    expect(await one.says('AB23CD45')).toEqual(['找不到這組邀請碼。請核對 8 個字，或請朋友直接轉傳。']);
    expect((await one.says('ABSTRACT'))[0]).toContain('小幫手看不懂這句話');
  });

  it('ends 30 days after it was sent', async () => {
    const a = await member('戊');
    const [one, phone] = [await guest('太晚的人'), nextPhone()];
    await one.says(a.code);
    await story.at('2027-01-28T08:00:00Z');
    expect(await one.says(a.code)).toEqual(['這組邀請碼超過 30 天沒有綁定，請朋友再傳一次。']);
    await one.binds({ phone, birthday: '6/6' });
    await till.buys(900, { member: { phone } });
    await story.at('2027-02-08T08:00:00Z');
    expect(await couponsOf(phone)).not.toContain('referral');
  });
});

describe('inviting by the rules that a brand begins with', () => {
  it('opens after two purchases that were kept', async () => {
    const plain = await openStory(await openTestDatabase());
    const till = await openStoryTill(plain);
    const [shopper, phone] = [plain.shopper('熟客'), '0922000099'];
    await shopper.binds({ phone, birthday: '3/5' });
    const notYet = (done: number) => `完成 2 次消費（過了退貨期）就能邀請好友，目前 ${done} 次。`;
    expect((await shopper.says('邀請好友'))[0]).toBe(notYet(0));
    await till.buys(500, { member: { phone } });
    const second = await till.buys(600, { member: { phone } });
    expect((await shopper.says('邀請好友'))[0]).toBe(notYet(0));
    await plain.at('2026-11-23T07:00:00Z');
    await till.returns(second.slip);
    await plain.at('2026-11-29T07:00:00Z');
    expect((await shopper.says('邀請好友'))[0]).toBe(notYet(1));
    await till.buys(700, { member: { phone } });
    await plain.at('2026-12-07T07:00:00Z');
    expect((await shopper.says('邀請好友'))[0]).toContain('邀請好友，兩人都有禮');
  });
});
