import { sql } from 'kysely';
import { beforeAll, describe, expect, it } from 'vitest';
import { createWelcomeChat } from '#features/members/greeting/welcome-chat.ts';
import { createTransact } from '#foundation/facts.ts';
import type { House } from '#line/turn.ts';
import { openTestDatabase } from '../support/database.ts';
import { makeHouse } from '../support/turn.ts';
import { newPhone, openChat } from './chat-driver.ts';

const { db } = await openTestDatabase();
const transact = createTransact(db, []);
let house: House;
beforeAll(async () => {
  house = await makeHouse(db);
});
const chatOf = () => openChat({ db, transact, house });

/** Who is bound, agreed to something or holds a phone: what no bad word may change. */
async function readBound() {
  const found = await sql`
    select (select count(*) from members where joined_at is not null) as members,
           (select count(*) from member_consents) as consents,
           (select count(*) from member_identities where kind = 'phone') as phones,
           (select count(*) from members where birth_month is not null) as birthdays`.execute(db);
  return found.rows[0];
}

describe('words that nobody expects', () => {
  it.each([
    '02-2345-6789',
    '091234567',
    '09123456789',
    '+81 90 1234 5678',
    '0912\u0000345678',
    '0912345abc',
    '0912345678 ext 5',
    '=cmd',
    '<img onerror>',
    '{{phone}}',
    '🎂'.repeat(100),
    'Ｚ̷͉̅',
  ])('as a phone: %j is answered, sends no code and binds nobody', async (text) => {
    const before = [await countSms(), await readBound()];
    const chat = chatOf();
    await chat.tap('go:bind');
    expect(await chat.say(text)).toMatch(/手機|市話/);
    expect([await countSms(), await readBound()]).toEqual(before);
    expect(chat.asked()).not.toBeNull();
  });

  it.each([
    ['a code of full width', (code: string) => wide(code)],
    ['a code in two halves', (code: string) => `${code.slice(0, 3)} ${code.slice(3)}`],
    ['a code with spaces around', (code: string) => `  ${code}　`],
  ])('as a code: %s is the code', async (_what, spell) => {
    const chat = chatOf();
    const phone = newPhone();
    await chat.tap('go:bind');
    await chat.say(phone);
    expect(await chat.say(spell(await chat.code(phone)))).toContain('第 3 步');
  });

  it('as a code: an old one and one of another phone bind nobody, nor does the right one after five wrong', async () => {
    const before = await readBound();
    const [one, other] = [chatOf(), chatOf()];
    const [phone, otherPhone] = [newPhone(), newPhone()];
    await one.tap('go:bind');
    await one.say(phone);
    const old = await one.code(phone);
    await other.tap('go:bind');
    await other.say(otherPhone);
    expect(await one.say(await other.code(otherPhone))).not.toContain('第 3 步');
    await one.say(phone);
    const fresh = await one.code(phone);
    if (old !== fresh) expect(await one.say(old)).not.toContain('第 3 步');
    const wrong = fresh === '000000' ? '111111' : '000000';
    for (let time = 0; time < 5; time++) await one.say(wrong);
    expect(await one.say(fresh)).not.toContain('第 3 步');
    expect(await readBound()).toEqual(before);
  });

  it.each([
    '1900-02-29',
    '2/30',
    '13/5',
    '民國 83/2/29',
    '2100/1/1',
    '=cmd',
    '{{birthday}}',
    '<b>2/29</b>',
    '',
  ])('as a birthday: %j is asked again and binds nobody', async (text) => {
    const before = await readBound();
    const chat = chatOf();
    const phone = newPhone();
    await chat.tap('go:bind');
    await chat.say(phone);
    await chat.say(await chat.code(phone));
    expect(await chat.say(text)).not.toBe('');
    expect(await readBound()).toEqual(before);
    expect(await chat.say('2000-02-29')).toContain('第 4 步');
  });

  it.each(['', '🎂'.repeat(100), '=cmd', '<img onerror>', '{{name}}', 'a\u202Eb', 'Ｚ̷͉̅'])(
    'as a name: %j is greeted with whole words',
    async (displayName) => {
      const said = await chatOf().run(
        createWelcomeChat({ readWelcomeOffer: async () => null }),
        { kind: 'follow', isUnblocked: false },
        { displayName },
      );
      expect(said).toContain('歡迎來到');
      expect(said).not.toMatch(/undefined|null|\u202E/);
    },
  );
});

const countSms = async () =>
  (await sql`select 1 from outbox_published_messages where channel = 'sms'`.execute(db)).rows.length;
const wide = (digits: string): string =>
  [...digits].map((digit) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0)).join('');
