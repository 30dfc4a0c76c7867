import { sql } from 'kysely';
import { beforeAll, describe, expect, it } from 'vitest';
import { createAccountLinkChat } from '#features/members/binding/account-link-chat.ts';
import { answerGuardDeny } from '#features/members/binding/guard-chat.ts';
import { createUnbindChat } from '#features/members/binding/unbind-chat.ts';
import { createAccountLink } from '#features/members/create-account-link.ts';
import { readPerson, readPersonByLine } from '#features/members/person-reads.ts';
import { checkSpending } from '#features/members/spending-rules.ts';
import { addMs, wireClock } from '#foundation/clock.ts';
import { createTransact } from '#foundation/facts.ts';
import { readFriend } from '#friends/friend-reads.ts';
import type { House } from '#line/turn.ts';
import { openTestDatabase } from '../support/database.ts';
import { makeHouse } from '../support/turn.ts';
import { newPhone, openChat, readSms } from './chat-driver.ts';

const database = await openTestDatabase();
const { db } = database;
const transact = createTransact(db, []);
const start = new Date('2026-11-21T07:20:00Z');
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const moved = '改綁完成。消費照常累積，點數和優惠券從明天 15:20 起可以使用。［會員卡］';
const unbind = createUnbindChat({ readHoldings: async () => ({ points: 0, coupons: 0 }) });
const link = createAccountLinkChat({ readWelcomeGift: async () => null, readActivePoints: async () => 30 });
let now = start;
let house: House;
beforeAll(async () => {
  house = await makeHouse(db);
});

const chatOf = () => openChat({ db, transact, house, now: () => now, points: 30 });
type Chat = ReturnType<typeof chatOf>;

/** A member who has bound and let go again. */
async function unbound() {
  now = start;
  const [chat, phone] = [chatOf(), newPhone()];
  await chat.joinWith(phone, '3/5');
  const person = await readPersonByLine(db, chat.lineUserId);
  if (!person) throw new Error('nobody was bound');
  await leave(chat);
  return { before: chat, phone, memberId: person.memberId, memberNo: person.memberNo };
}

const leave = (chat: Chat) => chat.tap('unbind:yes', {}, {}, unbind.confirm);
const deny = (chat: Chat) => chat.tap('guard:deny', {}, {}, answerGuardDeny);
const spendingOf = async (memberId: number) => {
  const person = await readPerson(db, memberId);
  return person && checkSpending(person, now);
};
const noticesTo = async (chat: Chat) =>
  (
    await sql`select 1 from outbox_published_messages where kind = 'card_moved' and line_user_id = ${chat.lineUserId}`.execute(
      db,
    )
  ).rows.length;

describe('a member who unbinds and binds again', () => {
  it('is free to spend at once on the same LINE account', async () => {
    const { before, phone, memberId } = await unbound();
    expect(await before.joinWith(phone, '3/5')).toContain('綁定完成！以前的消費紀錄也併進來了');
    expect(await readPersonByLine(db, before.lineUserId)).toMatchObject({ memberId });
    expect(await spendingOf(memberId)).toBe('free');
    expect(await noticesTo(before)).toBe(0);
  });

  it('waits 24 hours on another one, and the account that let go and the phone are told', async () => {
    const { before, phone, memberId } = await unbound();
    const after = chatOf();
    expect(await after.joinWith(phone, '3/5')).toBe(moved);
    expect(await readPersonByLine(db, after.lineUserId)).toMatchObject({ memberId });
    expect(await spendingOf(memberId)).toBe('held');
    expect(await noticesTo(before)).toBe(1);
    expect((await readSms(db, house, phone)).at(-1)).toContain('會員卡已改綁到另一個 LINE');
    expect(await readFriend(db, after.lineUserId)).toMatchObject({ richMenu: 'member' });
    now = addMs(start, dayMs);
    expect(await spendingOf(memberId)).toBe('free');
  });

  it("waits as long when the brand's own site brings the other account", async () => {
    const { before, memberId, memberNo } = await unbound();
    const made = await transact((tx) =>
      createAccountLink(tx, house.secrets, { memberNo, wireNow: wireClock.now() }),
    );
    if (!made.ok) throw new Error(made.reason);
    expect(await chatOf().run(link, { kind: 'account_link', nonce: made.nonce })).toContain(moved);
    expect(await spendingOf(memberId)).toBe('held');
    expect(await noticesTo(before)).toBe(1);
  });

  it('waits no longer once the other account let go more than 30 days ago', async () => {
    const { before, phone, memberId } = await unbound();
    now = addMs(start, 30 * dayMs + 1);
    expect(await chatOf().joinWith(phone, '3/5')).toContain('以前的消費紀錄也併進來了');
    expect(await spendingOf(memberId)).toBe('free');
    expect(await noticesTo(before)).toBe(0);
  });

  it('stays held when the new account unbinds and binds once more within the 24 hours', async () => {
    const { before, phone, memberId } = await unbound();
    const after = chatOf();
    await after.joinWith(phone, '3/5');
    await leave(after);
    now = addMs(start, hourMs);
    expect(await after.joinWith(phone, '3/5')).toContain('以前的消費紀錄也併進來了');
    expect(await spendingOf(memberId)).toBe('held');
    expect(await deny(before)).toContain('已經鎖住點數和優惠券');
    expect(await spendingOf(memberId)).toBe('locked');
  });

  it('leaves the menu of another card that the account has bound meanwhile', async () => {
    const { before, phone } = await unbound();
    await before.joinWith(newPhone(), '9/9');
    await chatOf().joinWith(phone, '3/5');
    expect(await readFriend(db, before.lineUserId)).toMatchObject({ richMenu: 'member' });
    expect(await noticesTo(before)).toBe(1);
  });
});

describe('不是我, from an account that a card left', () => {
  it('locks spending though the account had unbound days before', async () => {
    const { before, phone, memberId } = await unbound();
    now = addMs(start, 5 * dayMs);
    await chatOf().joinWith(phone, '3/5');
    expect(await deny(before)).toContain('已經鎖住點數和優惠券');
    expect(await spendingOf(memberId)).toBe('locked');
  });

  it('locks spending though the card went on to a third account', async () => {
    now = start;
    const [first, second, third] = [chatOf(), chatOf(), chatOf()];
    const phone = newPhone();
    await first.joinWith(phone, '3/5');
    const memberId = (await readPersonByLine(db, first.lineUserId))?.memberId ?? 0;
    for (const chat of [second, third]) {
      await chat.joinWith(phone, '3/5');
      await chat.tap('bind:move');
      now = addMs(now, 60_000);
    }
    expect(await deny(third)).toContain('24 小時的保護已經結束');
    expect(await deny(first)).toContain('已經鎖住點數和優惠券');
    expect(await spendingOf(memberId)).toBe('locked');
  });

  it('locks nothing when the card is back with that account', async () => {
    now = start;
    const [first, second] = [chatOf(), chatOf()];
    const phone = newPhone();
    await first.joinWith(phone, '3/5');
    for (const chat of [second, first]) {
      await chat.joinWith(phone, '3/5');
      await chat.tap('bind:move');
      now = addMs(now, 60_000);
    }
    const memberId = (await readPersonByLine(db, first.lineUserId))?.memberId ?? 0;
    expect(await deny(first)).toContain('24 小時的保護已經結束');
    expect(await spendingOf(memberId)).toBe('held');
  });
});
