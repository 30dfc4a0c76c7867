import { sql } from 'kysely';
import { beforeAll, describe, expect, it } from 'vitest';
import { findOrCreateByPhone } from '#features/members/find-or-create-by-phone.ts';
import { findPerson } from '#features/members/find-person-reads.ts';
import { bindingMismatched, memberBound } from '#features/members/members-facts.ts';
import { readLineUserOf, readPersonByLine } from '#features/members/person-reads.ts';
import { checkSpending } from '#features/members/spending-rules.ts';
import { addMs, wireClock } from '#foundation/clock.ts';
import { createTransact } from '#foundation/facts.ts';
import { readFriend } from '#friends/friend-reads.ts';
import type { House } from '#line/turn.ts';
import { openTestDatabase } from '../support/database.ts';
import { makeHouse } from '../support/turn.ts';
import { newPhone, newUser, openChat, readSms, shownText } from './chat-driver.ts';

const database = await openTestDatabase({ max: 20 });
const { db } = database;
const transact = createTransact(db, []);
let house: House;
beforeAll(async () => {
  house = await makeHouse(db);
});

const titled = (title: string) => ({ 'zh-TW': title, en: title, ja: title });

type ChatOptions = Partial<Parameters<typeof openChat>[0]>;
const chatOf = (options: ChatOptions = {}) => openChat({ db, transact, house, ...options });
const till = (phone: string) =>
  transact(async (tx) => {
    const met = await findOrCreateByPhone(tx, house.secrets, {
      phone,
      now: wireClock.now(),
      actor: { kind: 'api_key', id: '1' },
    });
    if (!met.ok) throw new Error(met.reason);
    return met;
  });
const byPhone = async (phone: string) => {
  const found = await findPerson(db, house.secrets, { phone }, wireClock.now());
  return found.ok ? found.person : null;
};
const factsOf = async (memberId: number, kind: string) =>
  (
    await sql<{
      data: object;
    }>`select data from facts where member_id = ${memberId} and kind = ${kind} order by id`.execute(db)
  ).rows.map(({ data }) => data);

describe('binding by conversation', () => {
  it('goes from the phone to the card in four steps, in the words of the house', async () => {
    const gift = { title: titled('新會員折 NT$100'), endsOn: '2026-12-31' };
    const chat = chatOf({ gift, now: () => new Date('2026-11-21T04:00:00Z') });
    expect(await chat.tap('go:bind')).toBe(
      '第 1 步，共 4 步：請輸入手機號碼，例如 0912345678。號碼用來寄驗證碼、確認會員身分。［先不綁定］',
    );
    const phone = newPhone();
    expect(await chat.say(phone)).toBe(
      `第 2 步，共 4 步：驗證碼已用簡訊寄往尾碼 ${phone.slice(-3)} 的手機，請在 5 分鐘內輸入 6 位數字。［重寄驗證碼］［改手機號碼］［先不綁定］`,
    );
    const code = await chat.code(phone);
    expect(await readSms(db, house, phone)).toEqual([
      `【Shuke】驗證碼 ${code}，5 分鐘內有效。請勿告訴他人，我們不會來電索取。`,
    ]);
    expect(
      await chat.say([...code].map((d) => String.fromCharCode(d.charCodeAt(0) + 0xfee0)).join(' ')),
    ).toContain('第 3 步，共 4 步：生日是幾月幾日？');
    expect(chat.answer().messages[0]?.quickReply?.items).toHaveLength(13);
    expect(await chat.tap('bind:month', { m: '2' })).toBe(
      '2 月幾日？請輸入數字，例如 29。［用日曆選］［先不綁定］',
    );
    expect(await chat.say('２９')).toBe(
      `第 4 步，共 4 步：確認手機尾碼 ${phone.slice(-3)}，生日 2 月 29 日沒有 29 日的年份，2 月 28 日祝您生日快樂。會員服務（必要）：記錄消費、點數和優惠券，在這裡回覆查詢。優惠訊息（可不選）：生日禮、到期提醒、專屬優惠，隨時可輸入「停止」。未滿 18 歲，請和監護人一起看過再同意。［同意，也收優惠訊息］［同意，不收優惠訊息］［改資料］［先不綁定］`,
    );
    expect(await chat.tap('bind:consent:all')).toBe(
      '綁定完成！見面禮新會員折 NT$100 已放進「我的優惠券」，可用到 12 月 31 日（四）。以前在門市消費過、點數沒進來，請點「找回點數」。［會員卡］［我的優惠券］［找回點數］',
    );
    expect(chat.asked()).toBeNull();
    const person = await readPersonByLine(db, chat.lineUserId);
    expect(person).toMatchObject({ birthMonth: 2, birthDay: 29, birthYear: null });
    expect(person?.joinedAt).not.toBeNull();
    expect(await byPhone(phone)).toMatchObject({ memberId: person?.memberId });
    expect(await factsOf(person?.memberId ?? 0, memberBound.kind)).toEqual([{ isNew: true }]);
    expect(await readFriend(db, chat.lineUserId)).toMatchObject({ richMenu: 'member', marketing: 'all' });
    const links =
      await sql`select data from outbox_published_messages where channel = 'rich_menu_link' and line_user_id = ${chat.lineUserId}`.execute(
        db,
      );
    expect(links.rows).toEqual([{ data: { menu: 'member' } }]);
    const consents =
      await sql`select purpose, text_version, source, withdrawn_at from member_consents where member_id = ${person?.memberId} order by purpose`.execute(
        db,
      );
    expect(consents.rows).toEqual([
      { purpose: 'marketing', text_version: 'chat-1', source: 'chat', withdrawn_at: null },
      { purpose: 'service', text_version: 'chat-1', source: 'chat', withdrawn_at: null },
    ]);
  });

  it('sends no offers to someone who agreed to the service alone', async () => {
    const chat = chatOf();
    await chat.joinWith(newPhone(), '3/5', 'service');
    expect(await readFriend(db, chat.lineUserId)).toMatchObject({ marketing: 'stopped' });
    const person = await readPersonByLine(db, chat.lineUserId);
    const consents =
      await sql`select purpose from member_consents where member_id = ${person?.memberId}`.execute(db);
    expect(consents.rows).toEqual([{ purpose: 'service' }]);
  });

  it('works by typing alone, a bare yes agreeing to no more than is needed', async () => {
    const chat = chatOf();
    await chat.say('綁定', chat.bind.start);
    const phone = newPhone();
    await chat.say(phone.replace(/^0(...)/, '+886 $1-'));
    await chat.say(await chat.code(phone));
    expect(await chat.say('民國77年2月29日')).toBe(
      '生日是 1988 年（民國 77 年）2 月 29 日，對嗎？［對］［改生日］',
    );
    expect(await chat.say('對')).toContain('第 4 步');
    expect(await chat.say('是')).toContain('綁定完成！');
    expect(await readFriend(db, chat.lineUserId)).toMatchObject({ marketing: 'stopped' });
    expect(await readPersonByLine(db, chat.lineUserId)).toMatchObject({
      birthYear: 1988,
      birthMonth: 2,
      birthDay: 29,
    });
  });

  it('takes a date from the calendar without asking back', async () => {
    const chat = chatOf();
    const phone = newPhone();
    await chat.tap('go:bind');
    await chat.say(phone);
    await chat.say(await chat.code(phone));
    expect(await chat.tap('bind:birthday', {}, { date: '1988-02-29' })).toContain('第 4 步');
    expect(await chat.say('同意，也收優惠訊息')).toContain('綁定完成！');
  });

  it('asks for a guardian where the year that was given says under 18', async () => {
    const chat = chatOf();
    const phone = newPhone();
    await chat.tap('go:bind');
    await chat.say(phone);
    await chat.say(await chat.code(phone));
    await chat.say('2015/3/5');
    expect(await chat.tap('bind:consent:all')).toContain('未滿 18 歲需要監護人同意');
    expect(await readPersonByLine(db, chat.lineUserId)).toBeNull();
    expect(await chat.tap('bind:guardian')).toContain('綁定完成！');
    expect(await readFriend(db, chat.lineUserId)).toMatchObject({ marketing: 'all' });
  });

  it('lets every step be corrected without giving the rest again', async () => {
    const chat = chatOf();
    const [wrong, right] = [newPhone(), newPhone()];
    await chat.tap('go:bind');
    await chat.say(wrong);
    await chat.tap('bind:phone');
    await chat.say(right);
    await chat.say(await chat.code(right));
    await chat.say('3/5');
    expect(await chat.tap('bind:edit')).toBe('要改哪一項？［改手機號碼］［改生日］［先不綁定］');
    await chat.tap('bind:birthday');
    expect(await chat.say('3/6')).toContain('生日 3 月 6 日');
    await chat.tap('bind:phone');
    const third = newPhone();
    await chat.say(third);
    expect(await chat.say(await chat.code(third))).toContain(`手機尾碼 ${third.slice(-3)}，生日 3 月 6 日`);
  });

  it('takes another number typed instead of the code', async () => {
    const chat = chatOf();
    await chat.tap('go:bind');
    await chat.say(newPhone());
    const other = newPhone();
    expect(await chat.say(other)).toContain(`尾碼 ${other.slice(-3)}`);
    expect(await chat.say('沒收到')).toContain('簡訊有時要等 1 到 2 分鐘');
    expect(await chat.say(await chat.code(other))).toContain('第 3 步');
  });

  it('stops when asked to, and keeps nothing', async () => {
    const chat = chatOf();
    const phone = newPhone();
    await chat.tap('go:bind');
    await chat.say(phone);
    expect(await chat.say('先不綁定', chat.bind.cancel)).toContain('好的，先不綁定');
    expect(chat.asked()).toBeNull();
    expect(await byPhone(phone)).toBeNull();
  });

  it('is taken up again where it stood, and starts anew after 30 minutes', async () => {
    const chat = chatOf();
    const phone = newPhone();
    await chat.tap('go:bind');
    await chat.say(phone);
    expect(await chat.tap('go:bind')).toBe('剛才綁定做到「輸入驗證碼」，接著做嗎？［接著綁定］［先不綁定］');
    expect(await chat.tap('bind:resume')).toContain('第 2 步');
    chat.expire();
    expect(await chat.say(await chat.code(phone))).toBe(
      '綁定停了超過 30 分鐘，為了安全要重新開始，大約 1 分鐘。［綁定會員］',
    );
    expect(await chat.tap('bind:consent:all')).toContain('為了安全要重新開始');
  });

  it('never jumps over the code by a button of a later step', async () => {
    const chat = chatOf();
    await chat.tap('go:bind');
    await chat.say(newPhone());
    for (const name of [
      'bind:month',
      'bind:birthday',
      'bind:birthday:ok',
      'bind:consent:all',
      'bind:guardian',
      'bind:move',
      'bind:edit',
    ])
      expect(await chat.tap(name, { m: '2' }, { date: '1990-01-01' })).toContain('第 2 步');
    expect(await readPersonByLine(db, chat.lineUserId)).toBeNull();
  });

  it('tells a member that the card is here already', async () => {
    const chat = chatOf();
    await chat.joinWith(newPhone(), '3/5');
    const person = await readPersonByLine(db, chat.lineUserId);
    const text = `已經綁定了，會員編號末四碼 ${person?.memberNo.slice(-4)}。［會員卡］`;
    expect(await chat.tap('go:bind')).toBe(text);
    expect(await chat.tap('bind:consent:all')).toBe(text);
  });

  it.each([
    ['02-2345-6789', '02 開頭是市話，收不到簡訊，請改用手機號碼。'],
    ['12345', '收到 5 位數字，手機是 09 開頭的 10 位數字，例如 0912345678。'],
    ['1212345678', '這個號碼看起來不是手機。請輸入 09 開頭的 10 位數字，例如 0912345678。'],
    ['我的手機是0912345678', '號碼旁邊還有別的字，認不出是哪支手機。請只輸入號碼，例如 0912345678。'],
    ['+81 90 1234 5678', '國外的號碼收不到這裡的簡訊。請輸入 09 開頭的台灣手機，例如 0912345678。'],
    ['<img onerror>', '這句話裡沒看到手機號碼。請輸入 09 開頭的 10 位數字，例如 0912345678。'],
  ])('answers the number %s with what works', async (text, said) => {
    const chat = chatOf();
    await chat.tap('go:bind');
    expect(await chat.say(text)).toBe(`${said}［先不綁定］`);
  });

  it.each([
    ['2/30', '2 月沒有 30 日，請再輸入一次，例如 2/29。'],
    ['78/2/29', '1989 年（民國 78 年）的 2 月只有 28 天，請再看一次。'],
    ['2100/1/1', '這一天還沒到，請再看一次年份。'],
    ['1850/2/3', '年份讀成 1850 年，請再看一次。只輸入月和日也可以，例如 2/29。'],
    ['13/40', '一年只有 12 個月，沒有 13 月。請輸入月和日，例如 2/29。'],
    ['明天', '看不出這是哪一天。請輸入生日的月和日，例如 2/29，或點下面的月份。'],
  ])('answers the birthday %s kindly', async (text, said) => {
    const chat = chatOf();
    const phone = newPhone();
    await chat.tap('go:bind');
    await chat.say(phone);
    await chat.say(await chat.code(phone));
    expect(await chat.say(text)).toBe(`${said}［用日曆選］［先不綁定］`);
  });
});

describe('a phone that the tills know', () => {
  it('brings its member, its number and its purchases along', async () => {
    const phone = newPhone();
    const { person } = await till(phone);
    const chat = chatOf({ points: 12, gift: { title: titled('見面禮'), endsOn: '2099-12-31' } });
    expect(await chat.joinWith(phone, '3/5')).toContain(
      '綁定完成！以前的消費紀錄也併進來了，現在有 12 點。見面禮見面禮已放進',
    );
    expect(await readPersonByLine(db, chat.lineUserId)).toMatchObject({
      memberId: person.memberId,
      memberNo: person.memberNo,
    });
    expect(await factsOf(person.memberId, memberBound.kind)).toEqual([{ isNew: true }]);
  });

  it('reads alike for known and unknown numbers until the code is right', async () => {
    const [known, unknown] = [newPhone(), newPhone()];
    await till(known);
    const texts: string[][] = [];
    for (const phone of [known, unknown]) {
      const chat = chatOf();
      const said = [
        await chat.tap('go:bind'),
        await chat.say(phone),
        await chat.say('000000'),
        await chat.tap('bind:resend'),
      ];
      texts.push(said.map((text) => text.replaceAll(`尾碼 ${phone.slice(-3)}`, '尾碼 ###')));
    }
    expect(texts[0]).toEqual(texts[1]);
  });

  it('of a member without LINE whose birthday fits is that member again', async () => {
    const phone = newPhone();
    const { person } = await till(phone);
    await sql`update members set birth_month = 3, birth_day = 5, birth_year = 1980 where id = ${person.memberId}`.execute(
      db,
    );
    const chat = chatOf();
    expect(await chat.joinWith(phone, '3/5')).toContain('以前的消費紀錄也併進來了');
    expect(await readPersonByLine(db, chat.lineUserId)).toMatchObject({
      memberId: person.memberId,
      birthYear: 1980,
    });
  });

  it('of a member with another birthday makes a new member, reads like new, and tells the staff', async () => {
    const phone = newPhone();
    const before = chatOf();
    await before.joinWith(phone, '3/5');
    const earlier = await readPersonByLine(db, before.lineUserId);
    const gift = { title: titled('見面禮'), endsOn: '2099-12-31' };
    const reissued = chatOf({ gift });
    const brandNew = chatOf({ gift });
    expect(await reissued.joinWith(phone, '8/8')).toBe(await brandNew.joinWith(newPhone(), '8/8'));
    const now = await readPersonByLine(db, reissued.lineUserId);
    expect(now?.memberId).not.toBe(earlier?.memberId);
    expect(await factsOf(now?.memberId ?? 0, bindingMismatched.kind)).toEqual([
      { earlierMemberId: earlier?.memberId },
    ]);
    expect(await byPhone(phone)).toMatchObject({ memberId: now?.memberId });
    expect(await readLineUserOf(db, earlier?.memberId ?? 0)).toBe(before.lineUserId);
  });

  it('of a member with another LINE and no birthday makes a new member', async () => {
    const phone = newPhone();
    const before = chatOf();
    await before.joinWith(phone, '3/5');
    const earlier = await readPersonByLine(db, before.lineUserId);
    await sql`update members set birth_month = null, birth_day = null where id = ${earlier?.memberId}`.execute(
      db,
    );
    const chat = chatOf();
    expect(await chat.joinWith(phone, '3/5')).toContain('找回點數');
    expect((await readPersonByLine(db, chat.lineUserId))?.memberId).not.toBe(earlier?.memberId);
  });
});

describe('a card with another LINE account', () => {
  const moved = async () => {
    const phone = newPhone();
    const now = new Date('2026-11-21T07:20:00Z');
    const before = chatOf({ now: () => now });
    await before.joinWith(phone, '3/5');
    const after = chatOf({ now: () => now });
    const question = await after.joinWith(phone, '3/5');
    return { phone, before, after, question, now };
  };

  it('is moved only when asked, with the old one told by push and by SMS and spending held', async () => {
    const { phone, before, after, question, now } = await moved();
    expect(question).toBe(
      '這支手機的會員卡綁在另一個 LINE。要改綁到這裡嗎？原本的 LINE 會收到通知，點數和優惠券 24 小時後才能使用。［改綁到這裡］［維持原樣］',
    );
    const earlier = await readPersonByLine(db, before.lineUserId);
    expect(await after.tap('bind:move')).toBe(
      '改綁完成。消費照常累積，點數和優惠券從明天 15:20 起可以使用。［會員卡］',
    );
    const person = await readPersonByLine(db, after.lineUserId);
    expect(person?.memberId).toBe(earlier?.memberId);
    expect(await readPersonByLine(db, before.lineUserId)).toBeNull();
    if (!person) throw new Error('nobody');
    expect(checkSpending(person, now)).toBe('held');
    expect(checkSpending(person, addMs(now, 24 * 3_600_000))).toBe('free');
    const pushes = await sql<{ data: object; dueAt: Date }>`
      select data, due_at as "dueAt" from outbox_published_messages where line_user_id = ${before.lineUserId} and kind = 'card_moved'`.execute(
      db,
    );
    expect(pushes.rows).toEqual([{ data: { heldUntil: '2026-11-22T07:20:00.000Z' }, dueAt: now }]);
    expect((await readSms(db, house, phone)).at(-1)).toBe(
      '【Shuke】您的會員卡已改綁到另一個 LINE。若非本人操作，請到門市或在官方帳號輸入「真人」。',
    );
    expect(await readFriend(db, before.lineUserId)).toMatchObject({ richMenu: 'guest' });
    expect(await readFriend(db, after.lineUserId)).toMatchObject({ richMenu: 'member' });
    expect(await factsOf(person.memberId, memberBound.kind)).toEqual([{ isNew: true }, { isNew: false }]);
  });

  it('stays where it is when that is wished, by button or by word', async () => {
    const { before, after } = await moved();
    expect(await after.say('不要')).toContain('好的，先不綁定');
    expect((await readPersonByLine(db, before.lineUserId))?.joinedAt).not.toBeNull();
    expect((await readPersonByLine(db, after.lineUserId))?.joinedAt ?? null).toBeNull();
  });
});

describe('races of binding', () => {
  it('two LINE accounts that bind one new phone at once end as one card', async () => {
    for (let round = 0; round < 5; round++) {
      const phone = newPhone();
      const chats = [chatOf(), chatOf()];
      for (const chat of chats) {
        await chat.tap('go:bind');
        await chat.say(phone);
        await chat.say(await chat.code(phone));
        await chat.say('3/5');
      }
      const said = await Promise.all(chats.map((chat) => chat.tap('bind:consent:all')));
      expect(said.filter((text) => text.includes('綁定完成'))).toHaveLength(1);
      expect(said.filter((text) => text.includes('要改綁到這裡嗎'))).toHaveLength(1);
      const holders = await sql<{ count: number }>`
        select count(*)::int as count from member_identities
        where kind = 'phone' and value_hmac = ${house.secrets.lookup('phone', `+886${phone.slice(1)}`)} and until is null`.execute(
        db,
      );
      expect(holders.rows).toEqual([{ count: 1 }]);
    }
  });

  it('a till and a chat that meet one new phone at once make one member', async () => {
    for (let round = 0; round < 5; round++) {
      const phone = newPhone();
      const chat = chatOf();
      await chat.tap('go:bind');
      await chat.say(phone);
      await chat.say(await chat.code(phone));
      await chat.say('3/5');
      const [, met, again] = await Promise.all([chat.tap('bind:consent:all'), till(phone), till(phone)]);
      const person = await readPersonByLine(db, chat.lineUserId);
      expect(person?.joinedAt).not.toBeNull();
      expect(met.person.memberId).toBe(again.person.memberId);
      expect((await byPhone(phone))?.memberId).toBe(person?.memberId);
      expect(person?.memberId).toBe(met.person.memberId);
    }
  });

  it('one tap that arrives twice binds once', async () => {
    const chat = chatOf({ lineUserId: newUser() });
    const phone = newPhone();
    await chat.tap('go:bind');
    await chat.say(phone);
    await chat.say(await chat.code(phone));
    await chat.say('3/5');
    const said = await Promise.all([chat.tap('bind:consent:all'), chat.tap('bind:consent:all')]);
    expect(said.filter((text) => text.includes('綁定完成'))).toHaveLength(1);
    const person = await readPersonByLine(db, chat.lineUserId);
    expect(await factsOf(person?.memberId ?? 0, memberBound.kind)).toHaveLength(1);
  });
});

describe('in English and Japanese', () => {
  it.each(['en', 'ja'] as const)(
    '%s goes through every step without a word of Chinese alone',
    async (locale) => {
      const chat = chatOf({ locale });
      const said = await chat.joinWith(newPhone(), '2/29');
      expect(said).toContain(locale === 'en' ? "You're in!" : '連携できました。');
      expect(chat.answer().messages.map(shownText).join()).not.toContain('undefined');
    },
  );
});
