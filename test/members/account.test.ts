import { sql } from 'kysely';
import { beforeAll, describe, expect, it } from 'vitest';
import { accountLinkRoutes } from '#features/members/account-link-routes.ts';
import { createAccountLinkChat } from '#features/members/binding/account-link-chat.ts';
import { answerNewBirthday, askNewBirthday, tapBirthday } from '#features/members/binding/birthday-chat.ts';
import { cardMovedKind } from '#features/members/binding/card-moved-messages.ts';
import { answerGuardDeny, answerGuardOk } from '#features/members/binding/guard-chat.ts';
import { createUnbindChat } from '#features/members/binding/unbind-chat.ts';
import { createAccountLink } from '#features/members/create-account-link.ts';
import { bindingMismatched, spendingLocked } from '#features/members/members-facts.ts';
import { readPerson, readPersonByLine } from '#features/members/person-reads.ts';
import { checkSpending } from '#features/members/spending-rules.ts';
import { onBindingMismatched } from '#features/tasks/on-binding-mismatched.ts';
import { onSpendingLocked } from '#features/tasks/on-spending-locked.ts';
import { readOpenTasks } from '#features/tasks/task-reads.ts';
import { addMs, wireClock } from '#foundation/clock.ts';
import { createTransact, reactTo } from '#foundation/facts.ts';
import { readFriend } from '#friends/friend-reads.ts';
import type { House } from '#line/turn.ts';
import { openTestApi } from '../support/api.ts';
import { openTestDatabase } from '../support/database.ts';
import { makeHouse } from '../support/turn.ts';
import { newPhone, openChat, shownText } from './chat-driver.ts';

const database = await openTestDatabase();
const { db } = database;
const transact = createTransact(db, [
  reactTo(bindingMismatched, 'open a task', onBindingMismatched),
  reactTo(spendingLocked, 'open a task', onSpendingLocked),
]);
const start = new Date('2026-11-21T07:20:00Z');
let now = start;
let house: House;
beforeAll(async () => {
  house = await makeHouse(db);
});

const chatOf = () => openChat({ db, transact, house, now: () => now, points: 30 });
async function bound(birthday = '3/5') {
  now = start;
  const chat = chatOf();
  const phone = newPhone();
  await chat.joinWith(phone, birthday);
  const person = await readPersonByLine(db, chat.lineUserId);
  if (!person) throw new Error('nobody was bound');
  return { chat, phone, person };
}

describe('unbinding', () => {
  const unbind = createUnbindChat({ readHoldings: async () => ({ points: 1280, coupons: 2 }) });

  it('is asked back, lets go of the card and keeps the member', async () => {
    const { chat, phone, person } = await bound();
    expect(await chat.say('解除綁定', unbind.ask)).toBe(
      '解除後，這個 LINE 看不到會員卡。1,280 點和 2 張優惠券會留著、期限不變，用同一支手機和生日重新綁定就看得到。要解除嗎？［確定解除］［不解除］',
    );
    expect(await chat.say('確定', unbind.answer)).toBe('已經解除綁定。想刪除個人資料，請輸入「真人」。');
    expect(await readPersonByLine(db, chat.lineUserId)).toBeNull();
    expect(await readPerson(db, person.memberId)).toMatchObject({ memberNo: person.memberNo });
    expect(await readFriend(db, chat.lineUserId)).toMatchObject({ richMenu: 'guest' });
    expect(await chat.joinWith(phone, '3/5')).toContain('以前的消費紀錄也併進來了，現在有 30 點');
    expect(await readPersonByLine(db, chat.lineUserId)).toMatchObject({ memberId: person.memberId });
    expect(checkSpending((await readPerson(db, person.memberId))!, now)).toBe('free');
  });

  it('changes nothing when it is not meant, however often', async () => {
    const { chat } = await bound();
    await chat.tap('unbind', {}, {}, unbind.ask);
    expect(await chat.say('不要', unbind.answer)).toBe('好的，維持綁定。');
    expect((await readPersonByLine(db, chat.lineUserId))?.joinedAt).not.toBeNull();
  });

  it('asks once more for an answer that is neither, and never after the question ran out', async () => {
    const { chat } = await bound();
    await chat.tap('unbind', {}, {}, unbind.ask);
    expect(await chat.say('嗯', unbind.answer)).toContain('要解除嗎？');
    chat.expire();
    expect(await chat.say('是', unbind.answer)).toContain('要解除嗎？');
    expect((await readPersonByLine(db, chat.lineUserId))?.joinedAt).not.toBeNull();
  });
});

describe('changing the birthday', () => {
  it('is asked back and possible once', async () => {
    const { chat, person } = await bound();
    expect(await chat.say('改生日', askNewBirthday)).toContain('新的生日是幾月幾日？');
    expect(await chat.tap('birthday:month', { m: '8' }, {}, tapBirthday)).toContain('8 月幾日？');
    expect(await chat.say('9', answerNewBirthday)).toBe(
      '生日只能改一次。要改成 8 月 9 日嗎？［改成這一天］［不改］',
    );
    expect(await chat.say('對', answerNewBirthday)).toBe('改好了，生日是 8 月 9 日。');
    expect(await readPerson(db, person.memberId)).toMatchObject({ birthMonth: 8, birthDay: 9 });
    expect(await chat.tap('birthday', {}, {}, tapBirthday)).toBe(
      '生日已經改過一次。需要再改，請帶證件到門市，或輸入「真人」。',
    );
  });

  it('happens once when the button is tapped twice at once', async () => {
    const { chat, person } = await bound();
    await chat.tap('birthday', {}, {}, tapBirthday);
    await chat.say('8/9', answerNewBirthday);
    await Promise.all([1, 2].map(() => chat.tap('birthday:yes', {}, {}, tapBirthday)));
    const facts =
      await sql`select 1 from facts where kind = 'member.birthday_changed' and member_id = ${person.memberId}`.execute(
        db,
      );
    expect(facts.rows).toHaveLength(1);
  });

  it('is left alone by no, by an old button and by a day that does not exist', async () => {
    const { chat, person } = await bound();
    expect(await chat.tap('birthday:yes', {}, {}, tapBirthday)).toContain('新的生日是幾月幾日？');
    expect(await chat.say('2/30', answerNewBirthday)).toContain('2 月沒有 30 日');
    expect(await chat.tap('birthday:pick', {}, { date: '1988-02-29' }, tapBirthday)).toContain('2 月 29 日');
    expect(await chat.tap('birthday:no', {}, {}, tapBirthday)).toBe(
      '好的，生日不改。想改時再輸入「改生日」。',
    );
    expect(await readPerson(db, person.memberId)).toMatchObject({ birthMonth: 3, birthDay: 5 });
  });
});

describe('after a card was moved', () => {
  async function moved() {
    const { chat: before, phone, person } = await bound();
    const after = chatOf();
    await after.joinWith(phone, '3/5');
    await after.tap('bind:move');
    return { before, after, person };
  }

  it('the old LINE reads until when it can object, and the words end with the hold', async () => {
    const { before, person } = await moved();
    const row = {
      lineUserId: before.lineUserId,
      memberId: person.memberId,
      locale: 'zh-TW' as const,
      displayName: null,
      data: { heldUntil: addMs(start, 24 * 3_600_000).toISOString() },
      now: start,
      house,
    };
    const messages = await transact((tx) => cardMovedKind.render(tx, row));
    expect(messages.map(shownText)).toEqual([
      '您的會員卡剛改綁到另一個 LINE。不是您本人嗎？請在明天 15:20 以前點「不是我」，我們會先鎖住點數和優惠券。［不是我］［是我改的］',
    ]);
    expect(await transact((tx) => cardMovedKind.stillDue(tx, row))).toBeNull();
    expect(
      await transact((tx) => cardMovedKind.stillDue(tx, { ...row, now: addMs(start, 24 * 3_600_000) })),
    ).toBe('expired');
  });

  it('不是我 locks spending, once, and the staff hears of it', async () => {
    const { before, person } = await moved();
    expect(await before.tap('guard:ok', {}, {}, answerGuardOk)).toBe('好的，維持改綁後的設定。');
    for (let at = 0; at < 2; at++)
      expect(await before.tap('guard:deny', {}, {}, answerGuardDeny)).toBe(
        '已經鎖住點數和優惠券，專人會在這裡和您確認。',
      );
    const locked = await readPerson(db, person.memberId);
    expect(checkSpending(locked!, addMs(start, 48 * 3_600_000))).toBe('locked');
    const tasks = (await readOpenTasks(db, 100)).filter(({ memberId }) => memberId === person.memberId);
    expect(tasks.map(({ kind }) => kind)).toEqual(['spending_locked']);
  });

  it('不是我 of anybody else, or too late, locks nothing', async () => {
    const { before, after, person } = await moved();
    const stranger = chatOf();
    for (const chat of [after, stranger])
      expect(await chat.tap('guard:deny', {}, {}, answerGuardDeny)).toContain('24 小時的保護已經結束');
    now = addMs(start, 24 * 3_600_000);
    expect(await before.tap('guard:deny', {}, {}, answerGuardDeny)).toContain('24 小時的保護已經結束');
    expect((await readPerson(db, person.memberId))?.spendingLockedAt).toBeNull();
  });
});

describe('a number that changed hands', () => {
  it('leaves the staff a task with ids only', async () => {
    const { phone, person } = await bound('3/5');
    const chat = chatOf();
    await chat.joinWith(phone, '9/9');
    const made = await readPersonByLine(db, chat.lineUserId);
    const tasks = (await readOpenTasks(db, 100)).filter(({ memberId }) => memberId === made?.memberId);
    expect(tasks).toMatchObject([{ kind: 'binding_mismatch', data: { earlierMemberId: person.memberId } }]);
  });
});

describe("the account link of a brand's member site", () => {
  const link = createAccountLinkChat({ readWelcomeGift: async () => null, readActivePoints: async () => 30 });
  const nonceOf = async (memberNo: string, at = wireClock.now()) => {
    const made = await transact((tx) => createAccountLink(tx, house.secrets, { memberNo, wireNow: at }));
    if (!made.ok) throw new Error(made.reason);
    return made.nonce;
  };
  const come = (chat: ReturnType<typeof chatOf>, nonce: string) =>
    chat.run(link, { kind: 'account_link', nonce });

  it('is offered where the brand has a site, and by phone where no token came in time', async () => {
    const site = { ...house, brand: { ...house.brand, memberSiteUrl: 'https://site.example/line?a=1' } };
    const chat = openChat({ db, transact, house: site });
    const tap = (linkToken: string | null) =>
      chat.run(
        chat.bind.start,
        { kind: 'postback', name: 'go:bind', args: {}, params: {} },
        { prepared: { linkToken } },
      );
    expect(await tap('tok/1')).toContain('在會員網站登入');
    expect(JSON.stringify(chat.answer().messages)).toContain(
      'https://site.example/line?a=1&linkToken=tok%2F1',
    );
    expect(await tap(null)).toContain('第 1 步');
  });

  it('binds to the member who signed in there, once for each nonce', async () => {
    const { person } = await bound();
    const unbind = createUnbindChat({ readHoldings: async () => ({ points: 0, coupons: 0 }) });
    const { chat, person: left } = await bound();
    await chat.tap('unbind:yes', {}, {}, unbind.confirm);
    const nonce = await nonceOf(left.memberNo);
    expect(await come(chat, nonce)).toContain('綁定完成！以前的消費紀錄也併進來了，現在有 30 點。');
    expect(await readPersonByLine(db, chat.lineUserId)).toMatchObject({ memberId: left.memberId });
    expect(await come(chatOf(), nonce)).toContain('這個連結已經用過');
    expect(await come(chat, await nonceOf(person.memberNo))).toContain('已經綁定了');
  });

  it('moves a card under the rules of every move', async () => {
    const { chat: before, person } = await bound();
    const after = chatOf();
    expect(await come(after, await nonceOf(person.memberNo))).toContain(
      '改綁完成。消費照常累積，點數和優惠券從明天 15:20 起可以使用。',
    );
    expect(await readPersonByLine(db, before.lineUserId)).toBeNull();
    const told =
      await sql`select 1 from outbox_published_messages where kind = 'card_moved' and line_user_id = ${before.lineUserId}`.execute(
        db,
      );
    expect(told.rows).toHaveLength(1);
  });

  it('takes no nonce that is invented or older than ten minutes', async () => {
    const { person } = await bound();
    const old = await nonceOf(person.memberNo, addMs(wireClock.now(), -10 * 60_000));
    for (const nonce of [old, '', 'x'.repeat(255), '綁定'])
      expect(await come(chatOf(), nonce)).toContain('這個連結已經用過');
  });

  it('is asked for by machines with the scope', async () => {
    const api = await openTestApi(database, (parts) => [accountLinkRoutes(parts)]);
    const { person } = await bound();
    const made = await api.call('POST', '/account-links', { memberNo: person.memberNo });
    expect(made).toMatchObject({
      status: 201,
      body: { nonce: expect.stringMatching(/^[A-Za-z0-9_-]{32}$/), expiresAt: expect.any(String) },
    });
    expect(await api.call('POST', '/account-links', { memberNo: '1234567890' })).toMatchObject({
      status: 422,
    });
    expect(await api.call('POST', '/account-links', { memberNo: '1000000008' })).toMatchObject({
      status: 404,
      body: { error: { code: 'unknown_member' } },
    });
    const narrow = await api.issueKey(['stores']);
    expect(
      (
        await api.call(
          'POST',
          '/account-links',
          { memberNo: person.memberNo },
          { authorization: `Bearer ${narrow}` },
        )
      ).status,
    ).toBe(403);
  });
});
