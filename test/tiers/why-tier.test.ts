import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { answerCard } from '#features/tiers/card-chat.ts';
import { reviewDueTiers } from '#features/tiers/review/review-tiers-job.ts';
import { answerWhyTier } from '#features/tiers/why/why-tier-chat.ts';
import type { Locale } from '#foundation/i18n.ts';
import { createHandlers } from '#inbox/handlers.ts';
import { reactions } from '../../src/reactions.ts';
import { lineUser, makeMember } from '../coupons/cast.ts';
import { openTestDatabase } from '../support/database.ts';
import { openTill } from '../support/till.ts';
import { makeHouse, makeTurn } from '../support/turn.ts';

const till = await openTill(await openTestDatabase(), { reactions });
const house = await makeHouse(till.db);
let people = 0;

async function join() {
  const n = ++people;
  return { n, memberId: await makeMember(till.db, n), member: { phone: `09${String(n).padStart(8, '0')}` } };
}
type Joined = Awaited<ReturnType<typeof join>>;
const buy = async ({ member }: Joined, totalTwd: number) => {
  const lines = [
    {
      lineNo: 1,
      sku: 'TEA-1',
      name: '高山茶',
      category: '茶葉',
      quantity: 1,
      unitPriceTwd: totalTwd,
      discountTwd: 0,
    },
  ];
  const bought = await till.buy({ member, totalTwd, lines, purchasedAt: till.clock.now().toISOString() });
  expect(bought.status).toBe(201);
  return bought;
};
const turnOf = (n: number, locale: Locale = 'zh-TW') =>
  makeTurn(house, { lineUserId: lineUser(n), locale, now: till.clock.now() });
const why = async (n: number, locale?: Locale) => {
  const { messages } = await till.transact((tx) => answerWhyTier(turnOf(n, locale), tx));
  return JSON.stringify(messages);
};

describe('why this tier', () => {
  it('needs a membership', async () => {
    expect(await why(99_999)).toContain('v1:go:bind');
  });

  it('says that the first tier is where everyone begins, and what changes it', async () => {
    const anna = await join();
    await buy(anna, 2_500);
    const said = await why(anna.n);
    expect(said).toContain('一般是每位會員一開始的等級。');
    expect(said).toContain('到今天為止，最近 12 個月消費是 NT$2,500。');
    expect(said).toContain('再消費 NT$7,500 就升為銀卡。');
    expect(said).not.toContain('續留');
  });

  it('says by which spending a tier was reached, since when, until when, and what keeps it', async () => {
    const ben = await join();
    await buy(ben, 9_000);
    const { receipt } = await buy(ben, 4_000);
    const said = await why(ben.n);
    expect(said).toContain(`那一筆在信義店，發票號碼 ${receipt.receiptNo}。`);
    expect(said).toContain('的消費讓最近 12 個月累計到 NT$13,000，滿 NT$10,000，所以升為銀卡。');
    expect(said).toContain(
      '銀卡用到 2027 年 11 月 21 日（日），那天重新計算，最近 12 個月滿 NT$10,000 就續留。',
    );
    expect(said).toContain('再消費 NT$17,000 就升為金卡。');
    expect(await why(ben.n, 'en')).toContain(
      'your last 12 months came to NT$13,000. Silver takes NT$10,000, so you rose.',
    );
    expect(await why(ben.n, 'ja')).toContain('NT$10,000に達したため、シルバーに上がりました。');
  });

  it('leaves no debt of points unsaid on the card', async () => {
    const gus = await join();
    const { receipt } = await buy(gus, 1_200);
    const paid = { member: gus.member, pointsPaid: 12, totalTwd: 12 };
    await till.buy({ ...paid, purchasedAt: till.clock.now().toISOString() });
    const card = async (locale?: Locale) =>
      JSON.stringify((await till.transact((tx) => answerCard(turnOf(gus.n, locale), tx))).messages);
    expect(await card()).not.toContain('扣回');
    await till.giveBack(receipt);
    expect(await card()).toContain('先前的退貨要扣回 12 點，之後累積的會先補這一筆');
    expect(await card('en')).toContain('An earlier return takes back 12 points');
    expect(await card('ja')).toContain('12ポイントの差し引きが残っています');
  });

  it('says which return took a tier, and which review', async () => {
    const cora = await join();
    await buy(cora, 5_000);
    const big = await buy(cora, 30_000);
    expect(await why(cora.n)).toContain('上面沒有更高的等級了。');
    await till.giveBack(big.receipt);
    expect(await why(cora.n)).toContain('退貨後，最近 12 個月消費是 NT$5,000，所以是一般。');

    const dan = await join();
    await buy(dan, 12_000);
    till.clock.set('2027-12-01T01:00:00Z');
    await reviewDueTiers(till.db, till.transact, { today: '2027-12-01', now: till.clock.now() });
    expect(await why(dan.n)).toContain('12 月 1 日（三）重新計算時，最近 12 個月消費是 NT$0，所以是一般。');
  });

  it('says of an imported tier that it goes by earlier spending', async () => {
    const eve = await join();
    await sql`
      insert into tier_memberships (member_id, tier_key, policy_version, reason, since, review_on)
      values (${eve.memberId}, 'gold', 1, 'imported', '2026-11-20T04:00:00Z', '2028-11-20')`.execute(till.db);
    expect(await why(eve.n)).toContain('依先前的消費紀錄，2026 年 11 月 20 日（五）起是金卡。');
  });

  it('is offered by the card, and answered with the points to a plain why', async () => {
    const fay = await join();
    await buy(fay, 11_000);
    const card = await till.transact((tx) => answerCard(turnOf(fay.n), tx));
    expect(JSON.stringify(card.messages)).toContain('v1:why:tier');
    const handle = createHandlers();
    const input = { kind: 'text', text: '為什麼？', keyword: 'why' } as const;
    const answer = await till.transact((tx) => handle({ ...turnOf(fay.n), input }, tx));
    const said = answer.messages.map((message) => JSON.stringify(message));
    expect(said).toHaveLength(3);
    expect(said[0]).toContain('所以升為銀卡');
    expect(said[1]).toContain('110 點是這樣來的：累積 110。');
    expect(said[2]).toContain('最近的發票和退貨：1 筆');
    const stranger = await till.transact((tx) => handle({ ...turnOf(88_888), input }, tx));
    expect(stranger.messages).toHaveLength(1);
  });
});
