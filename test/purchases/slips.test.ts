import { describe, expect, it } from 'vitest';
import { answerSlips } from '#features/purchases/slips/slips-chat.ts';
import { type Locale, locales } from '#foundation/i18n.ts';
import { createHandlers } from '#inbox/handlers.ts';
import type { Turn } from '#line/turn.ts';
import { lineUser, makeMember, partsOf } from '../coupons/cast.ts';
import { openTestDatabase } from '../support/database.ts';
import { openTill } from '../support/till.ts';
import { makeHouse, makeTurn } from '../support/turn.ts';

const till = await openTill(await openTestDatabase());
const house = await makeHouse(till.db);
let people = 0;

async function join() {
  const n = ++people;
  await makeMember(till.db, n);
  const turn = (over: Partial<Turn> = {}) => makeTurn(house, { lineUserId: lineUser(n), ...over });
  const slips = async (locale: Locale = 'zh-TW') =>
    (await till.transact((tx) => answerSlips(turn({ locale }), tx))).messages;
  return { member: { phone: `09${String(n).padStart(8, '0')}` }, turn, slips };
}

describe('the slips behind a balance', () => {
  it('are receipts and returns with day, store, number, money and points, the last first', async () => {
    const { member, slips } = await join();
    const first = await till.buy({ member, totalTwd: 1_200 });
    const second = await till.buy({ member, channel: 'online' });
    const back = await till.giveBack(first.receipt, {
      lines: [{ lineNo: 1, quantity: 1, amountTwd: 500 }],
    });
    expect([first.status, second.status, back.status]).toEqual([201, 201, 201]);
    const [card] = await slips();
    expect(card).toMatchObject({ altText: '最近的發票和退貨：3 筆' });
    const { texts } = partsOf(card);
    const rows = [texts.slice(1, 6), texts.slice(6, 11), texts.slice(11)];
    expect(rows).toHaveLength(3);
    const ofReturn = rows.find((row) => row.includes('信義店退貨'));
    expect(ofReturn).toEqual([
      '11 月 21 日',
      '信義店退貨',
      expect.stringMatching(/^單號 /),
      '退 NT$500',
      '−5 點',
    ]);
    const ofFirst = rows.find((row) => row.includes(`單號 ${first.receipt.receiptNo}`));
    expect(ofFirst).toEqual([
      '11 月 21 日',
      '信義店消費',
      `單號 ${first.receipt.receiptNo}`,
      'NT$1,200',
      '+12 點',
    ]);
    expect(rows.find((row) => row.includes(`單號 ${second.receipt.receiptNo}`))).toContain('+12 點');
  });

  it('are at most five, and only those of the member', async () => {
    const [anna, ben] = [await join(), await join()];
    for (let n = 0; n < 7; n++) await till.buy({ member: anna.member });
    expect(await anna.slips()).toMatchObject([{ altText: '最近的發票和退貨：5 筆' }]);
    expect(await ben.slips()).toEqual([]);
    expect(
      await till.transact((tx) => answerSlips(makeTurn(house, { lineUserId: lineUser(999) }), tx)),
    ).toEqual({
      messages: [],
    });
  });

  it.each(locales)('stand under every explanation, in %s', async (locale) => {
    const { member, turn } = await join();
    const { receipt } = await till.buy({ member });
    const handle = createHandlers();
    for (const name of ['why:points', 'why:tier']) {
      const input = { kind: 'postback' as const, name, args: {}, params: {} };
      const { messages } = await till.transact((tx) => handle(turn({ locale, input }), tx));
      expect(messages.length).toBe(2);
      expect(JSON.stringify(messages[1])).toContain(receipt.receiptNo);
    }
  });
});
