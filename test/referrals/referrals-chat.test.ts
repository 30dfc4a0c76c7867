import { describe, expect, it } from 'vitest';
import { referralBoundKind, referralRewardedKind } from '#features/referrals/referral-notices-messages.ts';
import { answerInviteCode, showInvitation } from '#features/referrals/referrals-chat.ts';
import { countGraphemes, type Locale, locales } from '#foundation/i18n.ts';
import type { House, Turn } from '#line/turn.ts';
import { partsOf } from '../coupons/cast.ts';
import { openTestDatabase } from '../support/database.ts';
import { makeHouse, makeTurn } from '../support/turn.ts';
import { day, openReferrals } from './cast.ts';

const { db } = await openTestDatabase();
const { settle, transact, meet, join, codeOf, invite, buy, run } = await openReferrals(db);
await settle({ minKeptPurchases: 0 });
const house = await makeHouse(db);

async function turnOf(memberId: number, over: Partial<Turn> = {}): Promise<Turn> {
  const { line_user_id: lineUserId } = await db
    .selectFrom('member_identities')
    .select('line_user_id')
    .where('member_id', '=', memberId)
    .executeTakeFirstOrThrow();
  return makeTurn(house, { lineUserId: lineUserId ?? '', ...over });
}

async function say(memberId: number, text: string, over: Partial<Turn> = {}) {
  const turn = await turnOf(memberId, { input: { kind: 'text', text, keyword: null }, ...over });
  const answer = await transact((tx) => answerInviteCode(turn, tx));
  return answer ? partsOf(answer.messages) : null;
}

async function ask(memberId: number, over: Partial<Turn> = {}) {
  const turn = await turnOf(memberId, over);
  return (await transact((tx) => showInvitation(turn, tx))).messages;
}

describe('inviting', () => {
  it('asks to bind first', async () => {
    expect(partsOf(await ask(await meet()))).toEqual({
      texts: ['先綁定會員就看得到了，大約 1 分鐘。', '[綁定會員]'],
      postbacks: ['go:bind'],
    });
  });

  it('gives a card and a text to forward, neither with a button that would be dead in a friend’s chat', async () => {
    const inviter = await join();
    await invite(inviter);
    const code = await codeOf(inviter);
    const [card, text] = await ask(inviter);
    expect(partsOf(card)).toEqual({
      texts: [
        '邀請好友，兩人都有禮',
        '朋友會收到 NT$100 好友折價券，您會收到 NT$100 好友折價券。',
        '朋友綁定會員，第一次消費滿 7 天沒有退貨就送出。',
        '邀請碼',
        code,
        '已加入 1 位，等待中 0 位',
        '[轉傳給朋友]',
        '[複製邀請碼]',
      ],
      postbacks: [],
    });
    expect(card).toMatchObject({ altText: '邀請好友：兩個人都會收到 NT$100 好友折價券' });
    expect(text).toEqual({
      type: 'text',
      text: `我常去 Shuke，一起加入吧。點連結送出邀請碼 ${code}，綁定會員並完成第一次消費，兩個人都會收到 NT$100 好友折價券。https://line.me/R/oaMessage/%40shuke/?${code}`,
    });
  });

  it.each(locales)('keeps its links within what LINE takes for the longest brand, in %s', async (locale) => {
    const wordy: House = { ...house, brandName: '熟'.repeat(20), basicId: '@premium-account-1' };
    const inviter = await join();
    const [card] = await ask(inviter, { locale, house: wordy });
    const links = [...JSON.stringify(card).matchAll(/"uri":"([^"]+)"/g)].map((found) => found[1] ?? '');
    expect(links).toHaveLength(1);
    expect(links[0]?.length).toBeLessThanOrEqual(1_000);
    expect(decodeURIComponent(decodeURIComponent(links[0] ?? ''))).toContain(await codeOf(inviter));
  });

  it('waits for the kept purchases that the brand asks for', async () => {
    await settle({ minKeptPurchases: 2 }, day(100));
    await settle({ minKeptPurchases: 0 }, day(200));
    const member = await join();
    await buy(member, day(1));
    await buy(member, day(119));
    expect(partsOf(await ask(member, { now: day(120) })).texts).toEqual([
      '完成 2 次消費（過了退貨期）就能邀請好友，目前 1 次。',
    ]);
    expect(await ask(member, { now: day(127) })).toHaveLength(2);
  });
});

describe('a code that comes', () => {
  it('is welcomed, typed or in a forwarded invitation', async () => {
    const inviter = await join();
    const code = await codeOf(inviter);
    const welcome = {
      texts: [
        '收到邀請碼！30 天內綁定會員，第一次消費滿 7 天沒有退貨，您和朋友都會收到 NT$100 好友折價券。',
        '[綁定會員]',
      ],
      postbacks: ['go:bind'],
    };
    expect(await say(await meet(), code.toLowerCase())).toEqual(welcome);
    const [, invitation] = await ask(inviter);
    expect(await say(await meet(), (invitation as { text: string }).text)).toEqual(welcome);
  });

  it('is refused kindly, with a way on', async () => {
    const [inviter, other, friend] = [await join(), await join(), await meet()];
    const code = await codeOf(inviter);
    const buttons = { postbacks: ['go:invite', 'go:card'] };
    const quick = { postbacks: ['go:invite', 'go:bind'] };
    expect(await say(inviter, code)).toMatchObject({
      ...buttons,
      texts: expect.arrayContaining(['這是您自己的邀請碼，傳給朋友用吧。']),
    });
    await say(friend, code);
    expect(await say(friend, await codeOf(other))).toMatchObject({
      ...buttons,
      texts: expect.arrayContaining(['邀請碼每人用一次，之前已經用過另一組。']),
    });
    expect(await say(other, code)).toMatchObject({
      ...quick,
      texts: expect.arrayContaining(['邀請碼是給還沒綁定會員的新朋友用的。您已經是會員，可以改成邀請別人。']),
    });
    expect(await say(friend, code, { now: day(31) })).toMatchObject({
      ...quick,
      texts: expect.arrayContaining(['這組邀請碼超過 30 天沒有綁定，請朋友再傳一次。']),
    });
    expect(await say(friend, 'ZZZZ9999')).toMatchObject({
      ...quick,
      texts: expect.arrayContaining(['找不到這組邀請碼。請核對 8 個字，或請朋友直接轉傳。']),
    });
    const invited = await invite(inviter);
    expect(await say(inviter, await codeOf(invited))).toMatchObject({
      ...buttons,
      texts: expect.arrayContaining(['互相邀請不列入獎勵，會員的其他好處照常。']),
    });
  });

  it.each(['THANKYSS', '23456789', '你好', 'hello there', '🙂'])(
    'is not seen in %j, which others answer',
    async (text) => {
      expect(await say(await meet(), text)).toBeNull();
    },
  );
});

describe('the notices', () => {
  it('tell of the friend and of the reward in each language, and stop being due when things changed', async () => {
    const inviter = await join();
    const friend = await invite(inviter);
    await buy(friend, day(1));
    await run(day(8));
    const claim = await db
      .selectFrom('coupon_claims')
      .select('id')
      .where('member_id', '=', inviter)
      .executeTakeFirstOrThrow();
    const { lineUserId } = await turnOf(inviter);
    const row = (locale: Locale) => ({
      lineUserId,
      memberId: inviter,
      locale,
      displayName: null,
      now: day(8),
      house,
    });
    const data = { role: 'inviter' as const, claimId: claim.id };
    const told = await transact((tx) => referralRewardedKind.render(tx, { ...row('zh-TW'), data }));
    expect(partsOf(told)).toEqual({
      texts: [
        '朋友的第一次消費確認了，NT$100 好友折價券已經放進「我的優惠券」。🎉 謝謝您的介紹！',
        '[我的優惠券]',
      ],
      postbacks: ['go:mine'],
    });
    for (const locale of locales) {
      for (const role of ['inviter', 'invitee'] as const) {
        const each = await transact((tx) =>
          referralRewardedKind.render(tx, { ...row(locale), data: { ...data, role } }),
        );
        expect(countGraphemes(partsOf(each).texts[0] ?? '')).toBeLessThanOrEqual(120);
      }
      const bound = await transact((tx) => referralBoundKind.render(tx, { ...row(locale), data: {} }));
      expect(partsOf(bound).postbacks).toEqual(['go:invite']);
    }
    const isDue = () => transact((tx) => referralRewardedKind.stillDue(tx, { ...row('zh-TW'), data }));
    expect(await isDue()).toBeNull();
    await db
      .updateTable('member_identities')
      .set({ until: day(8) })
      .where('member_id', '=', inviter)
      .execute();
    expect(await isDue()).toBe('account_changed');
    await db.updateTable('coupon_claims').set({ state: 'ended' }).where('id', '=', claim.id).execute();
    expect(await isDue()).toBe('coupon_not_in_hand');
  });
});
