import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import type { Person } from '#features/members/person-reads.ts';
import { readPersonByLine } from '#features/members/person-reads.ts';
import { touchPersonByLine } from '#features/members/touch-person.ts';
import { creditPoints } from '#features/points/ledger/credit-points.ts';
import { answerPoints, answerWhyPoints } from '#features/points/points-chat.ts';
import { pointsEarnedKind } from '#features/points/points-earned-messages.ts';
import type { Locale } from '#foundation/i18n.ts';
import { openTestDatabase } from '../support/database.ts';
import { noon, tester } from '../support/shop.ts';
import { openTill } from '../support/till.ts';
import { makeHouse, makeTurn } from '../support/turn.ts';

const till = await openTill(await openTestDatabase());
const house = await makeHouse(till.db);
let users = 0;

/** A bound member with a LINE account. */
async function bind(): Promise<Person & { lineUserId: string }> {
  const lineUserId = `U${String(users++).padStart(32, '0')}`;
  await sql`insert into line_friends (line_user_id, state, state_event_at)
            values (${lineUserId}, 'following', ${noon})`.execute(till.db);
  await till.transact((tx) => touchPersonByLine(tx, { lineUserId, now: noon }));
  const person = (await readPersonByLine(till.db, lineUserId)) as Person;
  await till.db.updateTable('members').set({ joined_at: noon }).where('id', '=', person.memberId).execute();
  return { ...person, joinedAt: noon, lineUserId };
}
const turnOf = (person: { lineUserId: string }, locale: Locale = 'zh-TW') =>
  makeTurn(house, { lineUserId: person.lineUserId, locale });
const ask = async (person: { lineUserId: string }, locale?: Locale) =>
  (await till.transact((tx) => answerPoints(turnOf(person, locale), tx))).messages;
const why = async (person: { lineUserId: string }) =>
  (await till.transact((tx) => answerWhyPoints(turnOf(person), tx))).messages;
const open = (person: Person, amount: number, endsOn: string) =>
  till.transact((tx) =>
    creditPoints(
      tx,
      {
        idemKey: `opening:${person.memberId}:${endsOn}`,
        content: { amount },
        reason: 'opening',
        source: { kind: 'import', id: 'test' },
        memberId: person.memberId,
        actor: tester,
        occurredAt: noon,
      },
      'issued',
      [{ amount, availableOn: null, endsOn, purchaseId: null }],
    ),
  );

describe('asking for points', () => {
  it('needs a membership', async () => {
    const stranger = { lineUserId: `U${'f'.repeat(32)}` };
    expect(JSON.stringify(await ask(stranger))).toContain('先綁定會員就看得到了，大約 1 分鐘。');
    expect(JSON.stringify(await why(stranger))).toContain('v1:go:bind');
  });

  it('says how to collect while there are none', async () => {
    const messages = await ask(await bind());
    expect(messages).toHaveLength(1);
    expect(JSON.stringify(messages)).toContain(
      '目前還沒有點數。每消費 NT$100 累積 1 點，結帳時出示會員碼或報手機就好。',
    );
  });

  it('says what is there, what comes when and what ends when, with the last movements', async () => {
    const person = await bind();
    await open(person, 120, '2026-12-31');
    await open(person, 1160, '2027-12-31');
    await till.buy({ member: { memberNo: person.memberNo }, channel: 'online' });
    const [balance, history] = await ask(person);
    expect(balance).toMatchObject({
      altText: '點數查詢',
      contents: {
        body: {
          contents: [
            {
              text: '可用 1,280 點，可折 NT$1,280。\n另有 12 點待入帳，退貨期過後，11 月 28 日（六）起可用。\n其中 120 點的期限到 12 月 31 日（四）。',
            },
          ],
        },
      },
    });
    expect(history).toMatchObject({ altText: '點數明細：最近 3 筆' });
    const rows = (history as { contents: { body: { contents: { contents: { text?: string }[] }[] } } })
      .contents.body;
    expect(rows.contents.map((row) => row.contents.slice(1).map((cell) => cell.text))).toEqual([
      ['信義店消費', '+12'],
      ['原有點數', '+1,160'],
      ['原有點數', '+120'],
    ]);
    expect(JSON.stringify(await ask(person, 'en'))).toContain('1,280 points to use, worth NT$1,280.');
    expect(JSON.stringify(await ask(person, 'ja'))).toContain('利用可能 1,280ポイント（NT$1,280分）。');
  });

  it('calls on the card only what ends within sixty days ending, and names the day of what is further', async () => {
    const labels = async (person: Person & { lineUserId: string }, locale?: Locale) => {
      const [, card] = await ask(person, locale);
      const { contents } = card as { contents: { header: { contents: { contents: Column[] }[] } } };
      return contents.header.contents[0]?.contents.map((column) => column.contents.map(({ text }) => text));
    };
    type Column = { contents: { text: string }[] };
    const [soon, far] = [await bind(), await bind()];
    await open(soon, 120, '2027-01-20');
    await open(far, 120, '2027-01-21');
    expect(await labels(soon)).toEqual([
      ['可用', '120'],
      ['待入帳', '0'],
      ['將到期', '120'],
    ]);
    expect((await labels(far))?.[2]).toEqual(['2027/01/21 到期', '120']);
    expect((await labels(far, 'en'))?.[2]).toEqual(['To Jan 21, 2027', '120']);
    expect((await labels(far, 'ja'))?.[2]).toEqual(['2027/01/21まで', '120']);
  });

  it('shows at most ten movements', async () => {
    const person = await bind();
    for (let n = 0; n < 12; n++) await till.buy({ member: { memberNo: person.memberNo } });
    expect((await ask(person))[1]).toMatchObject({ altText: '點數明細：最近 10 筆' });
  });

  it('tells a debt, and why', async () => {
    const person = await bind();
    const member = { memberNo: person.memberNo };
    const { receipt } = await till.buy({ member, totalTwd: 1200 });
    await till.buy({ member, pointsPaid: 12, totalTwd: 12 });
    await till.giveBack(receipt);
    expect(JSON.stringify(await ask(person))).toContain(
      '先前的退貨要扣回 12 點，之後累積的點數會先補這一筆。',
    );
    expect((await why(person))[0]).toMatchObject({
      text: '還要扣回 12 點，是這樣來的：累積 12，用掉 12，退貨扣回 12。',
    });
  });

  it('explains the number', async () => {
    const person = await bind();
    await open(person, 200, '2026-12-31');
    await open(person, 30, '2026-11-20');
    const member = { memberNo: person.memberNo };
    const { receipt } = await till.buy({ member, pointsPaid: 100 });
    await till.giveBack(receipt, { lines: [{ lineNo: 1, quantity: 0, amountTwd: 640 }] });
    await till.buy({ member, channel: 'online' });
    // 230 brought and 11 + 12 earned; 50 of 100 paid points came back; 6 of 11 taken back; 30 past their day.
    expect((await why(person))[0]).toMatchObject({
      text: '167 點是這樣來的：累積 253，用掉 50，退貨扣回 6，到期 30，其中 12 點還在待入帳。',
    });
  });
});

describe('the notice of earned points', () => {
  const rowsOf = (person: Person) =>
    sql<{ state: string; data: never }>`
      select state, data from outbox_published_messages where member_id = ${person.memberId} and kind = 'points_earned'`.execute(
      till.db,
    );
  const render = async (
    person: { lineUserId: string; memberId: number },
    data: never,
    locale: Locale = 'zh-TW',
  ) => {
    const row = {
      lineUserId: person.lineUserId,
      memberId: person.memberId,
      locale,
      displayName: null,
      data,
      now: noon,
      house,
    };
    return till.transact(async (tx) => ({
      due: await pointsEarnedKind.stillDue(tx, row),
      messages: await pointsEarnedKind.render(tx, row),
    }));
  };

  it('waits for the next reply, once per purchase, and says what is left after returns', async () => {
    const person = await bind();
    const { receipt } = await till.buy({ member: { memberNo: person.memberNo } });
    await till.call('POST', '/purchases', receipt);
    const { rows } = await rowsOf(person);
    expect(rows.map((row) => row.state)).toEqual(['held']);
    const data = rows[0]?.data as never;
    expect(await render(person, data)).toEqual({
      due: null,
      messages: [{ type: 'text', text: '11 月 21 日在信義店消費 NT$1,280，累積 12 點。' }],
    });
    await till.giveBack(receipt, { lines: [{ lineNo: 1, quantity: 1, amountTwd: 500 }] });
    expect((await render(person, data)).messages).toMatchObject([
      { text: expect.stringContaining('累積 7 點') },
    ]);
    await till.giveBack(receipt);
    expect((await render(person, data)).due).toBe('returned');
  });

  it('says from when pending points can be used', async () => {
    const person = await bind();
    await till.buy({ member: { memberNo: person.memberNo }, channel: 'online' });
    const { rows } = await rowsOf(person);
    const { messages } = await render(person, rows[0]?.data as never);
    expect(messages).toMatchObject([
      { text: '11 月 21 日在信義店消費 NT$1,280，12 點從 11 月 28 日（六）起可用。' },
    ]);
  });

  it('is not made for someone who is not bound, and is dropped after unbinding', async () => {
    const person = await bind();
    await till.db.updateTable('members').set({ joined_at: null }).where('id', '=', person.memberId).execute();
    await till.buy({ member: { memberNo: person.memberNo } });
    expect((await rowsOf(person)).rows).toEqual([]);
    await till.db.updateTable('members').set({ joined_at: noon }).where('id', '=', person.memberId).execute();
    await till.buy({ member: { memberNo: person.memberNo } });
    const data = (await rowsOf(person)).rows[0]?.data as never;
    await sql`update member_identities set until = ${noon} where line_user_id = ${person.lineUserId}`.execute(
      till.db,
    );
    expect((await render(person, data)).due).toBe('unbound');
  });
});
