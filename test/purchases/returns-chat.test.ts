import { expect, it } from 'vitest';
import { returnsPolicy } from '#features/purchases/purchase-rules.ts';
import { answerReturns } from '#features/purchases/returns-chat.ts';
import { createTransact } from '#foundation/facts.ts';
import { publishPolicy } from '#foundation/policy.ts';
import { openTestDatabase } from '../support/database.ts';
import { noon, tester } from '../support/shop.ts';
import { makeHouse, makeTurn } from '../support/turn.ts';

const { db } = await openTestDatabase();
const transact = createTransact(db, []);
const house = await makeHouse(db);

it.each([
  ['zh-TW', '門市購買 14 天內、網路購買收到商品隔天起 7 天內可以退換。'],
  ['en', 'Bought in a store: 14 days'],
  ['ja', '14日以内'],
] as const)('tells in %s how goods come back, by the days of the policy', async (locale, words) => {
  const data = { storeDays: 14, onlineDays: 7 };
  await transact((tx) =>
    publishPolicy(tx, returnsPolicy, { data, effectiveFrom: noon, now: noon, actor: tester }),
  );
  const { messages } = await transact((tx) => answerReturns(makeTurn(house, { locale }), tx));
  expect(JSON.stringify(messages)).toContain(words);
});
