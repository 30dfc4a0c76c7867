import { sql } from 'kysely';
import { beforeAll, describe, expect, it } from 'vitest';
import { sendPhoneCode } from '#features/members/binding/send-phone-code.ts';
import { tryPhoneCode } from '#features/members/binding/try-phone-code.ts';
import { addMs } from '#foundation/clock.ts';
import { createTransact } from '#foundation/facts.ts';
import { randomDigits } from '#foundation/ids.ts';
import type { House } from '#line/turn.ts';
import { openTestDatabase } from '../support/database.ts';
import { makeHouse } from '../support/turn.ts';
import { newPhone, newUser, openChat } from './chat-driver.ts';

const database = await openTestDatabase({ max: 30 });
const { db } = database;
const transact = createTransact(db, []);
const start = new Date('2026-11-21T04:00:00Z');
let house: House;
beforeAll(async () => {
  house = await makeHouse(db);
});

const e164 = () => `+886${newPhone().slice(1)}`;
async function send(lineUserId: string, phone: string, at = start) {
  let code = '';
  const sent = await transact((tx) =>
    sendPhoneCode(tx, house.secrets, {
      lineUserId,
      phone,
      writeSms: (written) => {
        code = written;
        return written;
      },
      eventKey: randomDigits(20),
      zone: house.brand.zone,
      wireNow: at,
      now: at,
    }),
  );
  return { sent, code };
}
const attempt = (lineUserId: string, phone: string, code: string, at = start) =>
  transact((tx) => tryPhoneCode(tx, house.secrets, { lineUserId, phone, code, at }));
const other = (code: string) => String((Number(code) + 1) % 1_000_000).padStart(6, '0');

describe('a code', () => {
  it('is right once', async () => {
    const [user, phone] = [newUser(), e164()];
    const { code } = await send(user, phone);
    expect(await attempt(user, phone, code)).toEqual({ kind: 'right' });
    expect(await attempt(user, phone, code)).toEqual({ kind: 'expired' });
  });

  it('takes five wrong tries, then not even the right one', async () => {
    const [user, phone] = [newUser(), e164()];
    const { code } = await send(user, phone);
    for (const triesLeft of [4, 3, 2, 1])
      expect(await attempt(user, phone, other(code))).toEqual({ kind: 'wrong', triesLeft });
    expect(await attempt(user, phone, other(code))).toEqual({ kind: 'tries_used' });
    expect(await attempt(user, phone, code)).toEqual({ kind: 'tries_used' });
  });

  it('counts at most five of 200 guesses at once', async () => {
    const [user, phone] = [newUser(), e164()];
    const { code } = await send(user, phone);
    const guesses = await Promise.all(Array.from({ length: 200 }, () => attempt(user, phone, other(code))));
    expect(guesses.filter(({ kind }) => kind === 'wrong')).toHaveLength(4);
    expect(guesses.filter(({ kind }) => kind === 'tries_used')).toHaveLength(196);
    const row = await sql<{
      tries: number;
    }>`select tries from member_phone_codes where line_user_id = ${user}`.execute(db);
    expect(row.rows).toEqual([{ tries: 5 }]);
    expect(await attempt(user, phone, code)).toEqual({ kind: 'tries_used' });
  });

  it('is right for one of many who type it at once', async () => {
    const [user, phone] = [newUser(), e164()];
    const { code } = await send(user, phone);
    const tries = await Promise.all(Array.from({ length: 20 }, () => attempt(user, phone, code)));
    expect(tries.filter(({ kind }) => kind === 'right')).toHaveLength(1);
  });

  it('lives five minutes by the time of the message', async () => {
    const [user, phone] = [newUser(), e164()];
    const { code } = await send(user, phone);
    expect(await attempt(user, phone, code, addMs(start, 5 * 60_000))).toEqual({ kind: 'expired' });
    expect(await attempt(user, phone, code, addMs(start, 5 * 60_000 - 1))).toEqual({ kind: 'right' });
  });

  it('is void after a new one was sent, which brings five new tries', async () => {
    const [user, phone] = [newUser(), e164()];
    const { code: first } = await send(user, phone);
    await attempt(user, phone, other(first));
    const { code: second } = await send(user, phone);
    if (first !== second) expect(await attempt(user, phone, first)).toEqual({ kind: 'wrong', triesLeft: 4 });
    expect(await attempt(user, phone, second)).toEqual({ kind: 'right' });
  });

  it('of another phone or another LINE account is wrong', async () => {
    const [user, phone, elsewhere] = [newUser(), e164(), e164()];
    const { code } = await send(user, phone);
    expect((await attempt(user, elsewhere, code)).kind).toBe('wrong');
    const stranger = newUser();
    await send(stranger, phone);
    expect((await attempt(stranger, phone, code)).kind).not.toBe('right');
  });
});

describe('sends of a day', () => {
  it('are five a phone, over all LINE accounts and at once', async () => {
    const phone = e164();
    const sends = await Promise.all(Array.from({ length: 12 }, () => send(newUser(), phone)));
    expect(sends.filter(({ sent }) => sent.ok)).toHaveLength(5);
    expect((await send(newUser(), phone)).sent).toEqual({ ok: false, reason: 'sends_used' });
  });

  it('are twenty a LINE account, over all phones', async () => {
    const user = newUser();
    const outcomes: boolean[] = [];
    for (let at = 0; at < 22; at++) outcomes.push((await send(user, e164())).sent.ok);
    expect(outcomes.filter(Boolean)).toHaveLength(20);
    expect(outcomes.slice(20)).toEqual([false, false]);
  });

  it('begin anew with the day of the brand', async () => {
    const phone = e164();
    for (let at = 0; at < 6; at++) await send(newUser(), phone);
    expect((await send(newUser(), phone, new Date('2026-11-21T15:59:59Z'))).sent.ok).toBe(false);
    expect((await send(newUser(), phone, new Date('2026-11-21T16:00:00Z'))).sent.ok).toBe(true);
  });
});

describe('in the chat', () => {
  it('counts down in words, and asks for a new code at the end', async () => {
    const chat = openChat({ db, transact, house });
    const phone = newPhone();
    await chat.tap('go:bind');
    await chat.say(phone);
    const wrong = other(await chat.code(phone));
    expect(await chat.say(wrong)).toContain('數字對不上，還可以再試 4 次。請看最新的那封簡訊。');
    for (let at = 0; at < 3; at++) await chat.say(wrong);
    expect(await chat.say(wrong)).toBe(
      '試了 5 次都對不上，這組驗證碼先停用。請重寄一組再輸入。［重寄驗證碼］［先不綁定］',
    );
    expect(await chat.say('重寄', chat.bind.resend)).toContain('第 2 步，共 4 步');
    chat.wait(6 * 60_000);
    expect(await chat.say(await chat.code(phone))).toBe(
      '這組驗證碼超過 5 分鐘了，再寄一組新的就好。［重寄驗證碼］［先不綁定］',
    );
    chat.wait(-6 * 60_000);
    expect(await chat.say(await chat.code(phone))).toContain('第 3 步，共 4 步');
  });

  it('says when the sends of the day are used up, and whether the last code can still be used', async () => {
    const chat = openChat({ db, transact, house });
    const phone = newPhone();
    await chat.tap('go:bind');
    await chat.say(phone);
    for (let at = 0; at < 4; at++) expect(await chat.tap('bind:resend')).toContain('第 2 步');
    expect(await chat.tap('bind:resend')).toBe(
      `今天的驗證碼寄完了，最後寄到尾碼 ${phone.slice(-3)} 的那一組還可以用，請輸入那 6 位數字。［改手機號碼］［先不綁定］`,
    );
    chat.wait(6 * 60_000);
    expect(await chat.tap('bind:resend')).toBe(
      '今天的驗證碼寄送次數用完了。請明天再試，或到門市請店員協助。［門市］［先不綁定］',
    );
  });

  it('never says so of a code that went to another phone or was tried too often', async () => {
    const chat = openChat({ db, transact, house });
    await chat.tap('go:bind');
    const phone = newPhone();
    await chat.say(phone);
    for (let at = 0; at < 4; at++) await chat.tap('bind:resend');
    const wrong = (await chat.code(phone)) === '000000' ? '111111' : '000000';
    for (let at = 0; at < 5; at++) await chat.say(wrong);
    expect(await chat.tap('bind:resend')).toContain('寄送次數用完了');
    await chat.say(newPhone());
    expect(await chat.say(phone)).toContain('次數還是用完的');
  });
});
