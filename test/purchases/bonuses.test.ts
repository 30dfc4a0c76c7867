import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { type Person, readPersonByLine } from '#features/members/person-reads.ts';
import { touchPersonByLine } from '#features/members/touch-person.ts';
import { answerWhyPoints } from '#features/points/points-chat.ts';
import { pointsEarnedKind } from '#features/points/points-earned-messages.ts';
import { readPoints } from '#features/points/points-reads.ts';
import { pointsCauseProofs } from '#features/points/proof/causes-audit-reads.ts';
import { ledgerProofs } from '#features/points/proof/ledger-audit-reads.ts';
import { purchaseProofs } from '#features/purchases/purchases-audit-reads.ts';
import type { Locale } from '#foundation/i18n.ts';
import { proveAll } from '#foundation/prove.ts';
import { dayOf, publishPoints, publishTierPercents } from '../points/bonus-policy.ts';
import { expectCoherent } from '../points/ledger-model.ts';
import { openTestDatabase } from '../support/database.ts';
import { noon, openPerson } from '../support/shop.ts';
import { openTill } from '../support/till.ts';
import { makeHouse, makeTurn } from '../support/turn.ts';

const till = await openTill(await openTestDatabase());
const { db } = till;
const house = await makeHouse(db);
await publishTierPercents(db, { silver: 120, gold: 150 });
// Doubles tea at Xinyi on the 21st; everything threefold on one day in December, by whichever store.
await publishPoints(db, {
  memberDays: [
    dayOf(
      'tea-day',
      { kind: 'month_days', monthDays: [21] },
      { storeCodes: ['xinyi'], categories: ['茶葉'] },
    ),
    dayOf('feast', { kind: 'dates', from: '2026-12-05', to: '2026-12-05' }, { earnPercent: 300 }),
  ],
});

async function hold(person: Person, tier: string, since = '2026-01-01T00:00:00Z'): Promise<Person> {
  await sql`insert into tier_memberships (member_id, tier_key, policy_version, reason, since)
            values (${person.memberId}, ${tier}, 1, 'imported', ${since})`.execute(db);
  return person;
}
const by = (person: Person) => ({ member: { memberNo: person.memberNo } });
/** A line of everything, on a day without any member day. */
const plain = { purchasedAt: '2026-11-20T12:00:00+08:00' };
const pointsOf = ({ body }: { body: unknown }) => (body as { points: never }).points;

describe('a purchase', () => {
  it("earns by the buyer's tier", async () => {
    const gold = await hold(await openPerson(db), 'gold');
    expect(pointsOf(await till.buy({ ...by(gold), ...plain }))).toMatchObject({
      earned: 19,
      balance: 19,
      bonuses: [
        {
          kind: 'tier',
          key: null,
          earnPercent: 150,
          text: { 'zh-TW': '會員等級 1.5 倍', en: 'member tier 1.5×', ja: '会員ランク1.5倍' },
        },
      ],
    });
    const nobody = await openPerson(db);
    expect(pointsOf(await till.buy({ ...by(nobody), ...plain }))).toMatchObject({ earned: 12, bonuses: [] });
  });

  it('earns by the tier of the moment of buying, not of the moment of telling', async () => {
    const risen = await hold(await openPerson(db), 'gold', '2026-11-20T04:00:01Z');
    expect(pointsOf(await till.buy({ ...by(risen), ...plain }))).toMatchObject({ earned: 12 });
    const at = { purchasedAt: '2026-11-20T12:00:01+08:00' };
    expect(pointsOf(await till.buy({ ...by(risen), ...at }))).toMatchObject({ earned: 19 });
  });

  it('earns more on a member day, on the lines that it is for, in its stores', async () => {
    const person = await openPerson(db);
    // NT$1,280 once, and NT$1,000 of tea once more.
    expect(pointsOf(await till.buy(by(person)))).toMatchObject({
      earned: 22,
      bonuses: [
        {
          kind: 'member_day',
          key: 'tea-day',
          earnPercent: 200,
          text: {
            'zh-TW': '會員日 2 倍，限部分商品',
            en: 'Member day 2× on some items',
            ja: '会員デー2倍・一部商品',
          },
        },
      ],
    });
    expect(pointsOf(await till.buy({ ...by(person), storeCode: 'banqiao' }))).toMatchObject({
      earned: 12,
      bonuses: [],
    });
  });

  it('adds tier and member day', async () => {
    const silver = await hold(await openPerson(db), 'silver');
    // 12.80 × 1.2 + 10 = 25.36
    expect(pointsOf(await till.buy(by(silver)))).toMatchObject({
      earned: 25,
      bonuses: [{ kind: 'member_day' }, { kind: 'tier', earnPercent: 120 }],
    });
  });

  it.each([
    ['2026-12-04T23:59:59+08:00', 12],
    ['2026-12-04T16:00:00Z', 38],
    ['2026-12-05T23:59:59+08:00', 38],
    ['2026-12-05T16:00:00Z', 12],
  ])("of %s earns %i: days begin and end at the brand's midnight", async (purchasedAt, earned) => {
    till.clock.set('2026-12-06T04:00:00Z');
    const person = await openPerson(db);
    expect(pointsOf(await till.buy({ ...by(person), purchasedAt }))).toMatchObject({ earned });
  });

  it('earns nothing more on the part that points paid, and says no bonus that brought nothing', async () => {
    const silver = await hold(await openPerson(db), 'silver');
    await till.buy({ ...by(silver), purchasedAt: '2026-12-05T12:00:00+08:00' });
    const { active } = await readPoints(db, silver.memberId, '2026-12-06');
    const paid = await till.buy({ ...by(silver), pointsPaid: active });
    expect(pointsOf(paid)).toMatchObject({ earned: 24 });
    // One percent of a tier of a few dollars is no point.
    const small = { totalTwd: 110, lines: [{ ...lineOf('文具'), unitPriceTwd: 110 }] };
    expect(pointsOf(await till.buy({ ...by(silver), ...plain, ...small }))).toMatchObject({
      earned: 1,
      bonuses: [],
    });
  });

  it('is told the same when it is told again after the rules have changed', async () => {
    const silver = await hold(await openPerson(db), 'silver');
    const first = await till.buy(by(silver));
    await sql`update tier_memberships set until = '2026-11-01' where member_id = ${silver.memberId}`.execute(
      db,
    );
    const again = await till.call('POST', '/purchases', first.receipt);
    expect([again.status, again.body]).toEqual([200, first.body]);
  });

  it('that was answered before bonuses were told has none in its answer', async () => {
    const person = await openPerson(db);
    const first = await till.buy({ ...by(person), ...plain });
    await sql`update purchases set answer = answer #- '{points,bonuses}'
              where id = ${(first.body as { purchaseId: string }).purchaseId}`.execute(db);
    expect((await till.call('POST', '/purchases', first.receipt)).body).toEqual(first.body);
  });
});

const lineOf = (category: string) => ({
  lineNo: 1,
  sku: 'X',
  name: 'X',
  category,
  quantity: 1,
  discountTwd: 0,
});

describe('the return of a purchase with bonuses', () => {
  it('takes back by the terms of its day, part by part, and leaves nothing in the end', async () => {
    const gold = await hold(await openPerson(db), 'gold');
    const { receipt, body } = await till.buy(by(gold));
    expect(pointsOf({ body })).toMatchObject({ earned: 29 });
    await publishPoints(db, { twdPerPoint: 50, memberDays: [] }, new Date('2026-12-06T00:00:00Z'));
    const back = (amountTwd: number) =>
      till.giveBack(receipt, { lines: [{ lineNo: 1, quantity: 0, amountTwd }] });
    // Of NT$780 stay floor(7.8 × (1.5 + 1000/1280)) = 17 points.
    expect(pointsOf(await back(500))).toMatchObject({ takenBack: 12, balance: 17 });
    expect(pointsOf(await back(1))).toMatchObject({ takenBack: 0 });
    expect(pointsOf(await till.giveBack(receipt))).toMatchObject({ takenBack: 17, balance: 0, debt: 0 });
    await expectCoherent(db, gold.memberId);
    await publishPoints(
      db,
      { twdPerPoint: 100, memberDays: [dayOf('from-now', { kind: 'month_days', monthDays: [7] })] },
      new Date('2026-12-06T00:00:01Z'),
    );
  });
});

describe('the shopper', () => {
  let users = 0;
  async function bind(): Promise<Person & { lineUserId: string }> {
    const lineUserId = `U${String(users++).padStart(32, '0')}`;
    await sql`insert into line_friends (line_user_id, state, state_event_at)
              values (${lineUserId}, 'following', ${noon})`.execute(db);
    await till.transact((tx) => touchPersonByLine(tx, { lineUserId, now: noon }));
    const person = (await readPersonByLine(db, lineUserId)) as Person;
    await db.updateTable('members').set({ joined_at: noon }).where('id', '=', person.memberId).execute();
    return { ...person, joinedAt: noon, lineUserId };
  }
  async function notice(person: { lineUserId: string; memberId: number }, locale: Locale = 'zh-TW') {
    const { rows } = await sql<{ data: never }>`
      select data from outbox_published_messages where member_id = ${person.memberId} and kind = 'points_earned'
      order by id desc limit 1`.execute(db);
    const row = { ...person, locale, displayName: null, data: rows[0]?.data as never, now: noon, house };
    const [message] = await till.transact((tx) => pointsEarnedKind.render(tx, row));
    return (message as { text: string }).text;
  }
  const why = async (person: { lineUserId: string }, locale: Locale = 'zh-TW') => {
    const turn = makeTurn(house, { lineUserId: person.lineUserId, locale });
    const [message] = (await till.transact((tx) => answerWhyPoints(turn, tx))).messages;
    return (message as { text: string }).text;
  };

  it('is told of the bonuses in words, and why the number is what it is', async () => {
    const person = await bind();
    await hold(person, 'silver');
    await till.buy(by(person));
    expect(await notice(person)).toBe(
      '11 月 21 日在信義店消費 NT$1,280，累積 25 點（會員日 2 倍，限部分商品；會員等級 1.2 倍）。',
    );
    expect(await notice(person, 'en')).toBe(
      'Nov 21, 信義店: you spent NT$1,280 and collected 25 points (Member day 2× on some items; member tier 1.2×).',
    );
    expect(await notice(person, 'ja')).toBe(
      '11月21日、信義店でNT$1,280のお買い物：25ポイント獲得（会員デー2倍・一部商品、会員ランク1.2倍）。',
    );
    await till.buy({ ...by(person), ...plain });
    expect(await why(person)).toBe(
      '40 點是這樣來的：累積 40。\n累積裡有 16 點是加成：會員等級 1.2 倍；會員日 2 倍，限部分商品。',
    );
  });

  it('is told what of new points settled a debt', async () => {
    const person = await bind();
    const { receipt } = await till.buy({ ...by(person), ...plain });
    await till.buy({ ...by(person), totalTwd: 12, pointsPaid: 12 });
    await till.giveBack(receipt, { purchasedOn: '2026-11-20', full: true });
    await till.buy({ ...by(person), ...plain });
    expect(await notice(person)).toBe(
      '11 月 20 日在信義店消費 NT$1,280，累積 12 點。\n其中 12 點先補先前退貨要扣回的。',
    );
  });
});

it('leaves books that prove themselves', async () => {
  const { first, proved } = await proveAll(db, [...ledgerProofs, ...pointsCauseProofs, ...purchaseProofs]);
  expect(first).toBeNull();
  expect(proved.find(({ name }) => name === 'purchases.member_day')?.checked).toBeGreaterThan(3);
});
