import { describe, expect, it } from 'vitest';
import { createCouponChat } from '#features/coupons/coupons-chat.ts';
import { redeemClaim } from '#features/coupons/redeem-claim.ts';
import type { TierStanding } from '#features/coupons/tier-rules.ts';
import { openBalances } from '#features/points/open-balances.ts';
import { readPoints } from '#features/points/points-reads.ts';
import { sql } from '#foundation/db.ts';
import { createTransact } from '#foundation/facts.ts';
import { countGraphemes, type Locale, locales } from '#foundation/i18n.ts';
import type { Answer, Turn } from '#line/turn.ts';
import { openTestDatabase } from '../support/database.ts';
import { makeHouse, makeTurn } from '../support/turn.ts';
import { lineUser, makeCoupon, makeMember, makeStore, noon, partsOf, system, today } from './cast.ts';

const { db } = await openTestDatabase();
const transact = createTransact(db, []);
const house = await makeHouse(db);
const store = await makeStore(db, 'xinyi', '信義店');

const name = (zh: string, en: string, ja: string) => ({ 'zh-TW': zh, en, ja });
const standing: TierStanding = {
  key: 'general',
  tiers: [
    { key: 'general', name: name('一般', 'Basic', 'レギュラー'), distanceTwd: 0 },
    { key: 'gold', name: name('金卡', 'Gold', 'ゴールド'), distanceTwd: 2_300 },
  ],
};
const chat = createCouponChat({ readTier: async () => standing });
type Handler = keyof typeof chat;

let people = 0;
async function makeShopper() {
  people += 1;
  const n = people;
  const memberId = await makeMember(db, n);
  const ask = (handler: Handler, args: Record<string, string> = {}, locale: Locale = 'zh-TW', now = noon) => {
    const input: Turn['input'] = { kind: 'postback', name: 'any', args, params: {} };
    const turn = makeTurn(house, { lineUserId: lineUser(n), input, locale, now });
    return transact((tx) => chat[handler](turn, tx));
  };
  return { memberId, ask };
}

const first = (answer: Answer): string => partsOf(answer.messages[0]).texts[0] ?? '';

const clear = () => sql`update coupons set withdrawn_at = ${noon} where is_claimable`.execute(db);

describe('coupons to claim', () => {
  it('ask to bind where there is nothing for everyone to look at', async () => {
    await clear();
    const turn = makeTurn(house, { lineUserId: lineUser(9_999) });
    const answer = await transact((tx) => chat.showCoupons(turn, tx));
    expect(first(answer)).toBe('先綁定會員就看得到了，大約 1 分鐘。');
    expect(partsOf(answer.messages).postbacks).toEqual(['go:bind']);
  });

  it('say so when there are none', async () => {
    await clear();
    const answer = await (await makeShopper()).ask('showCoupons');
    expect(first(answer)).toBe('目前沒有可以領的優惠券。手上的都在「我的優惠券」。');
    expect(partsOf(answer.messages).postbacks).toEqual(['go:mine']);
  });

  it('come as tickets, the soonest end first, with what they ask for', async () => {
    await clear();
    const later = await makeCoupon(db, {
      key: 'list-later',
      title: { 'zh-TW': '九折券' },
      reward: { kind: 'percent_off', percent: 15, maxTwd: 200 },
      validUntil: '2026-12-31',
    });
    const soon = await makeCoupon(db, {
      key: 'list-soon',
      minSpendTwd: 1_000,
      storeCodes: ['xinyi'],
      validUntil: '2026-11-28',
    });
    await makeCoupon(db, { key: 'list-gold', tierKeys: ['gold'] });
    await makeCoupon(db, { key: 'list-over', claimUntil: '2026-11-21T12:00:00+08:00' });
    await makeCoupon(db, { key: 'list-gone', quota: 0 });
    await makeCoupon(db, { key: 'list-early', claimFrom: '2026-11-21T12:00:01+08:00' });
    const { messages } = await (await makeShopper()).ask('showCoupons');
    expect(messages).toMatchObject([
      { type: 'text', text: '現在有 2 張可以領。' },
      { type: 'flex', altText: '可以領的優惠券 2 張：週年慶折價券等' },
    ]);
    expect(partsOf(messages[1])).toEqual({
      texts: [
        ...[
          'NT$100',
          '週年慶折價券',
          '滿 NT$1,000，限信義店',
          '可用到 2026/11/28（含當天）',
          '還有 7 天',
          '[領取]',
          '[怎麼用]',
        ],
        ...['85 折', '九折券', '最多折 NT$200', '可用到 2026/12/31（含當天）', '[領取]', '[怎麼用]'],
      ],
      postbacks: [
        `claim id=${soon.couponId} n=1`,
        'coupon:how',
        `claim id=${later.couponId} n=1`,
        'coupon:how',
      ],
    });
  });

  it('may be looked at before binding, but not claimed', async () => {
    await clear();
    const { couponId } = await makeCoupon(db, { key: 'guests' });
    const turn = makeTurn(house, { lineUserId: lineUser(9_999) });
    expect(first(await transact((tx) => chat.showCoupons(turn, tx)))).toBe('現在有 1 張可以領。');
    const input: Turn['input'] = {
      kind: 'postback',
      name: 'claim',
      args: { id: String(couponId) },
      params: {},
    };
    expect(first(await transact((tx) => chat.claim({ ...turn, input }, tx)))).toBe(
      '先綁定會員就看得到了，大約 1 分鐘。',
    );
  });

  it('come ten at a time, with a card for the others, in every language within the limits of LINE', async () => {
    await clear();
    const long = {
      'zh-TW': '週年慶限定滿額現折優惠券給每一位熟客朋友',
      en: 'Anniversary coupon for all our regulars',
      ja: '周年記念の特別割引クーポンをみなさまに',
    };
    const categories = ['保養保養保養保養保養', '彩妝彩妝彩妝彩妝彩妝', '香氛香氛香氛香氛香氛'];
    for (let n = 0; n < 12; n++) {
      await makeCoupon(db, {
        key: `many-${n}`,
        title: long,
        reward: { kind: 'gift', name: long },
        minSpendTwd: 99_999,
        channels: ['store'],
        storeCodes: ['xinyi'],
        categories,
        tierKeys: ['general', 'gold'],
      });
    }
    const { ask } = await makeShopper();
    for (const locale of locales) {
      const { messages } = await ask('showCoupons', {}, locale);
      const [, carousel] = messages;
      expect(carousel).toMatchObject({ contents: { type: 'carousel' } });
      expect((carousel as { contents: { contents: unknown[] } }).contents.contents).toHaveLength(11);
      expect(partsOf(carousel).postbacks.at(-1)).toBe('go:coupons from=10');
      for (const label of partsOf(messages).texts.filter((text) => /^\[.*\]$/.test(text))) {
        expect(countGraphemes(label) - 2).toBeLessThanOrEqual(20);
      }
    }
    const rest = await ask('showCoupons', { from: '10' });
    expect((rest.messages[1] as { contents: { contents: unknown[] } }).contents.contents).toHaveLength(2);
    expect(partsOf(rest.messages[1]).texts[0]).toBe('一般、金卡專屬');
  });
});

describe('claiming', () => {
  it('puts the coupon into one’s hand once, however often the button is tapped', async () => {
    const { couponId } = await makeCoupon(db, { key: 'tap' });
    const { ask } = await makeShopper();
    const args = { id: String(couponId), n: '1' };
    const claimed = await ask('claim', args);
    expect(first(claimed)).toBe('領到了！🎁 週年慶折價券已放進「我的優惠券」，可用到 12 月 21 日（一）。');
    expect(claimed.messages[0]).toMatchObject({ altText: expect.not.stringContaining('🎁') });
    expect(partsOf(claimed.messages).postbacks).toEqual(['code', 'coupon:how']);
    const again = await ask('claim', args);
    expect(first(again)).toBe('週年慶折價券之前領過了，每人限領 1 張。');
    expect(partsOf(again.messages).postbacks).toEqual(['go:mine']);
    expect(first(await ask('claim', args, 'en'))).toBe('You already have 週年慶折價券: 1 per person.');
    expect(first(await ask('claim', args, 'ja'))).toBe('週年慶折價券は受け取り済みです（1人1枚まで）。');
  });

  it('asks before it takes points, and says what was exchanged', async () => {
    await clear();
    const { couponId } = await makeCoupon(db, { key: 'price', pointsPrice: 300 });
    const { ask, memberId } = await makeShopper();
    const [, carousel] = (await ask('showCoupons')).messages;
    expect(partsOf(carousel).texts).toEqual(expect.arrayContaining(['300 點兌換', '[用 300 點換]']));
    const args = { id: String(couponId), n: '1' };
    const poor = await ask('claim', args);
    expect(first(poor)).toBe('週年慶折價券要用 300 點換，還差 300 點。累積夠了再點一次就好。');
    expect(poor.messages[0]).toMatchObject({ altText: '週年慶折價券要用 300 點換' });
    expect(partsOf(poor.messages).postbacks).toEqual(['go:points']);
    await transact((tx) => openBalances(tx, [{ memberId, points: 301 }], { now: noon, actor: system }));
    const asked = await ask('claim', args);
    expect(first(asked)).toBe('要用 300 點換週年慶折價券嗎？換了以後還有 1 點。');
    const agreed = `claim id=${couponId} n=1 p=300`;
    expect(partsOf(asked.messages).postbacks).toEqual([agreed, 'go:coupons']);
    // An old button, or one that somebody made up, charges nothing else than the price.
    expect(await ask('claim', { ...args, p: '1' })).toEqual(asked);
    const done = await ask('claim', { ...args, p: '300' });
    expect(first(done)).toBe(
      '換到了！🎁 用了 300 點，週年慶折價券已放進「我的優惠券」，可用到 12 月 21 日（一）。',
    );
    expect(first(await ask('claim', { ...args, p: '300' }))).toBe('週年慶折價券之前領過了，每人限領 1 張。');
  });

  it('exchanges once by one button, and hands out a fresh one where another is to be had', async () => {
    const { couponId } = await makeCoupon(db, { key: 'cups', pointsPrice: 100, perMember: 2 });
    const { ask, memberId } = await makeShopper();
    await transact((tx) => openBalances(tx, [{ memberId, points: 1_000 }], { now: noon, actor: system }));
    const button = { id: String(couponId), n: '1', p: '100' };
    const taps = await Promise.all([ask('claim', button), ask('claim', button)]);
    expect(taps.map(first).filter((text) => text.startsWith('換到了！'))).toHaveLength(1);
    const again = await ask('claim', button);
    expect(first(again)).toBe('週年慶折價券這一張之前換過了。還可以再換，每人最多 2 張。');
    // The fresh button names no price: it asks first.
    expect(partsOf(again.messages).postbacks).toEqual([`claim id=${couponId} n=2`, 'go:mine']);
    const fresh = { id: String(couponId), n: '2' };
    expect(first(await ask('claim', fresh))).toBe('要用 100 點換週年慶折價券嗎？換了以後還有 800 點。');
    await ask('claim', { ...fresh, p: '100' });
    expect(first(await ask('claim', button))).toBe('週年慶折價券之前領過了，每人限領 2 張。');
    expect((await readPoints(db, memberId, today)).active).toBe(800);
  });

  it('offers no other one of what is over meanwhile', async () => {
    const over = { perMember: 2, claimUntil: '2026-11-21T13:00:00+08:00' };
    const { couponId } = await makeCoupon(db, { key: 'short', ...over });
    const { ask } = await makeShopper();
    const button = { id: String(couponId), n: '1' };
    await ask('claim', button);
    expect(first(await ask('claim', button))).toBe(
      '週年慶折價券這一張之前領過了。還可以再領，每人最多 2 張。',
    );
    const later = new Date('2026-11-21T06:00:00Z');
    const ended = await ask('claim', button, 'zh-TW', later);
    expect(first(ended)).toBe('週年慶折價券這一張之前領過了。其他優惠券還可以看看。');
    expect(partsOf(ended.messages).postbacks).toEqual(['go:mine', 'go:coupons']);
  });

  it('takes no points while spending is held or locked, and says so', async () => {
    const { couponId } = await makeCoupon(db, { key: 'guarded', pointsPrice: 10 });
    const { ask, memberId } = await makeShopper();
    await transact((tx) => openBalances(tx, [{ memberId, points: 50 }], { now: noon, actor: system }));
    const args = { id: String(couponId), n: '1', p: '10' };
    const hold = (set: object) => db.updateTable('members').set(set).where('id', '=', memberId).execute();
    await hold({ spending_held_until: new Date('2026-11-22T04:00:00Z') });
    expect(first(await ask('claim', args))).toContain('24 小時保護');
    await hold({ spending_held_until: null, spending_locked_at: noon });
    expect(first(await ask('claim', args))).toContain('鎖住');
  });

  it.each([
    ['gone', { quota: 0 }, '週年慶折價券已經領完了。其他優惠券還可以看看。', 'go:coupons'],
    [
      'early',
      { claimFrom: '2026-12-03T10:00:00+08:00' },
      '週年慶折價券從 12 月 3 日（四）10:00 開始領，到時候再點一次就好。',
      'go:coupons',
    ],
    [
      'late',
      { claimUntil: '2026-11-21T00:00:00+08:00' },
      '週年慶折價券的領取時間到 11 月 20 日（五）為止，這次已經結束。',
      'go:coupons',
    ],
    ['gold', { tierKeys: ['gold'] }, '週年慶折價券是給金卡會員的。再消費 NT$2,300 升等後就能領。', 'go:tier'],
    ['general', { tierKeys: ['vip'] }, '週年慶折價券是給vip會員的，升等方式看這裡。', 'go:tier'],
  ])('says kindly why not: %s', async (key, over, text, button) => {
    const { couponId } = await makeCoupon(db, { key: `no-${key}`, ...over });
    const { ask } = await makeShopper();
    const answer = await ask('claim', { id: String(couponId), n: '1' });
    expect(first(answer)).toBe(text);
    expect(partsOf(answer.messages).postbacks).toEqual([button]);
    for (const locale of locales)
      expect(first(await ask('claim', { id: String(couponId) }, locale))).not.toBe('');
  });

  it.each<Record<string, string>>([
    {},
    { id: '' },
    { id: 'x' },
    { id: '0' },
    { id: '999999999' },
    { id: '1e3', n: '-1' },
  ])('shows what there is for a button that leads nowhere: %j', async (args) => {
    const { ask } = await makeShopper();
    expect((await ask('claim', args)).messages).toEqual((await ask('showCoupons')).messages);
  });
});

describe('my coupons', () => {
  it('ask to bind first', async () => {
    const turn = makeTurn(house, { lineUserId: lineUser(9_998) });
    expect(first(await transact((tx) => chat.showMine(turn, tx)))).toBe(
      '先綁定會員就看得到了，大約 1 分鐘。',
    );
  });

  it('lead to those to claim where there are none', async () => {
    const answer = await (await makeShopper()).ask('showMine');
    expect(first(answer)).toBe('現在手上沒有優惠券，看看有沒有可以領的？');
    expect(partsOf(answer.messages).postbacks).toEqual(['go:coupons']);
  });

  it('are tickets with their ends; a used one turns grey and then is told in a sentence', async () => {
    const { memberId, ask } = await makeShopper();
    const { couponId } = await makeCoupon(db, { key: 'mine', perMember: 2, validUntil: '2026-12-31' });
    await ask('claim', { id: String(couponId), n: '1' });
    await ask('claim', { id: String(couponId), n: '2' });
    const two = await ask('showMine');
    expect(two.messages).toMatchObject([{ altText: '我的優惠券 2 張：週年慶折價券等' }]);
    const claims = await db
      .selectFrom('coupon_claims')
      .select('id')
      .where('member_id', '=', memberId)
      .orderBy('id')
      .execute();
    const [one1, one2] = claims.map(({ id }) => ['code', `coupon:code id=${id}`, 'coupon:how']);
    expect(partsOf(two.messages).postbacks).toEqual([...(one1 ?? []), ...(one2 ?? [])]);
    const use = (claimId: number, receiptNo: string) =>
      transact((tx) =>
        redeemClaim(tx, {
          claimId,
          memberId,
          receipt: {
            store,
            channel: 'store',
            receiptNo,
            receiptOn: today,
            at: noon,
            purchaseId: null,
            basket: null,
          },
          spending: 'free',
          now: noon,
          actor: system,
          source: 'api',
        }),
      );
    await use(claims[0]?.id ?? 0, 'M1');
    const one = await ask('showMine');
    expect(one.messages).toMatchObject([{ altText: '優惠券：週年慶折價券，可用到 12 月 31 日' }]);
    expect(partsOf(one.messages).texts).toContain('已使用');
    expect(partsOf(one.messages).postbacks).toEqual(one2);

    await use(claims[1]?.id ?? 0, 'M2');
    const none = await ask('showMine');
    expect(none.messages).toMatchObject([
      { type: 'text', text: '週年慶折價券已於 11 月 21 日（六）在信義店使用。' },
      { type: 'flex' },
    ]);
  });

  it('show a code for the counter with its end, and one for online shops that stays the same', async () => {
    const { ask, memberId } = await makeShopper();
    const { couponId } = await makeCoupon(db, { key: 'coded' });
    await ask('claim', { id: String(couponId), n: '1' });
    const held = await db
      .selectFrom('coupon_claims')
      .select('id')
      .where('member_id', '=', memberId)
      .executeTakeFirstOrThrow();
    const id = String(held.id);
    const shop = await ask('showCouponCode', { id });
    const [title, code, sentence] = partsOf(shop.messages).texts;
    expect(title).toBe('週年慶折價券');
    expect(code).toMatch(/^[2-9A-Z]{5}-[2-9A-Z]{5}$/);
    // Noon is the shop's clock here, not that of the machine.
    expect(sentence).toBe('會員碼掃不到時，讓店員輸入這組代碼。12:05 前有效，只能用一次。');
    expect(shop.messages[0]).toMatchObject({ altText: '週年慶折價券的代碼' });
    expect(partsOf(shop.messages).postbacks).toEqual([`coupon:code id=${id} k=online`, 'code']);
    expect(partsOf((await ask('showCouponCode', { id })).messages).texts[1]).not.toBe(code);
    const web = await ask('showCouponCode', { id, k: 'online' });
    expect(partsOf(web.messages).texts).toEqual([
      '週年慶折價券',
      expect.stringMatching(/^([2-9A-Z]{5}-){3}[2-9A-Z]{5}$/),
      '網路結帳時輸入這組代碼，可用到 12 月 21 日（一）。限本人使用。',
      '[複製代碼]',
    ]);
    expect(await ask('showCouponCode', { id, k: 'online' })).toEqual(web);
  });

  it('show no code of what is not in one’s hand, nor while spending is locked', async () => {
    const { ask, memberId } = await makeShopper();
    const mine = await ask('showMine');
    for (const args of [{}, { id: 'x' }, { id: '999999' }] as Record<string, string>[])
      expect(await ask('showCouponCode', args)).toEqual(mine);
    await db.updateTable('members').set({ spending_locked_at: noon }).where('id', '=', memberId).execute();
    expect(first(await ask('showCouponCode', { id: '1' }))).toContain('鎖住');
  });

  it('lead from an online-only ticket straight to its code', async () => {
    const { ask } = await makeShopper();
    const shipping = { reward: { kind: 'free_shipping' as const }, channels: ['online' as const] };
    const { couponId } = await makeCoupon(db, { key: 'ship', ...shipping });
    await ask('claim', { id: String(couponId), n: '1' });
    const { texts, postbacks } = partsOf((await ask('showMine')).messages);
    expect(texts).toEqual(expect.arrayContaining(['免運', '限網路', '[網購代碼]']));
    expect(postbacks).toEqual([expect.stringMatching(/^coupon:code id=\d+ k=online$/), 'coupon:how']);
  });

  it.each(locales)('say how to use one in %s', async (locale) => {
    const answer = await (await makeShopper()).ask('showHow', {}, locale);
    expect(countGraphemes(first(answer))).toBeLessThanOrEqual(130);
    expect(partsOf(answer.messages).postbacks).toEqual(['code']);
  });
});
