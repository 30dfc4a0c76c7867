import { beforeEach, describe, expect, it } from 'vitest';
import { flowBirthdayGift, flowBirthdayWish } from '#features/flows/birthday-messages.ts';
import { planMorning } from '#features/flows/plan-morning-job.ts';
import { flowCouponReminder } from '#features/flows/reminder-messages.ts';
import { switchFlow } from '#features/flows/switch-flow.ts';
import { flowWinBack } from '#features/flows/win-back-messages.ts';
import { addDays, instantInZone } from '#foundation/clock.ts';
import { sql } from '#foundation/db.ts';
import { createTransact } from '#foundation/facts.ts';
import { type Locale, locales } from '#foundation/i18n.ts';
import type { House, Message } from '#line/turn.ts';
import { endRows, endsWithout } from '#outbox/end-rows.ts';
import { collectMessageKinds } from '#outbox/kinds.ts';
import { message as lineMessage } from '#simulator/message-rules.ts';
import { openTestDatabase } from '../support/database.ts';
import { makeHouse } from '../support/turn.ts';
import { buy, hold, lineUserOf, makePeople, type Someone, startAfresh } from './crowd.ts';

const { db } = await openTestDatabase();
const transact = createTransact(db, []);
const kinds = collectMessageKinds([flowBirthdayGift, flowBirthdayWish, flowCouponReminder, flowWinBack]);
const house = await makeHouse(db);
const zone = 'Asia/Taipei';
const today = '2026-11-21';

beforeEach(() => startAfresh(db, '2026-10-01T00:00:00Z'));

async function plan(day = today, now = instantInZone(day, '08:50', zone)) {
  await planMorning({ db, transact }, { slot: instantInZone(day, '08:50', zone), now, zone });
}

/** Leases the only planned row as the outbox would. */
async function lease(
  over: { now?: string; locale?: Locale; displayName?: string | null; house?: House } = {},
): Promise<{ reason: string | null; message: Message | undefined }> {
  const found = await sql<{ kind: string; memberId: number; data: unknown }>`
    select kind, member_id as "memberId", data from outbox_published_messages where state = 'planned'`.execute(
    db,
  );
  expect(found.rows).toHaveLength(1);
  const row = found.rows[0];
  const kind = kinds.get(row?.kind ?? '');
  if (!row || !kind) throw new Error('no such kind');
  return db.transaction().execute(async (tx) => {
    const leased = {
      lineUserId: lineUserOf(row.memberId),
      memberId: row.memberId,
      locale: over.locale ?? ('zh-TW' as const),
      displayName: over.displayName === undefined ? '小美' : over.displayName,
      data: kind.schema.parse(row.data),
      now: new Date(over.now ?? '2026-11-21T01:00:00Z'),
      house: over.house ?? house,
    };
    const reason = await kind.stillDue(tx, leased);
    return { reason, message: reason ? undefined : (await kind.render(tx, leased))[0] };
  });
}

/** All texts and button labels of a card, in reading order, and its altText first. */
function wordsOf(message: Message | undefined): string[] {
  const words: string[] = [];
  const walk = (part: unknown) => {
    if (Array.isArray(part)) part.forEach(walk);
    else if (part && typeof part === 'object') {
      const { type, text, action, ...rest } = part as Record<string, unknown>;
      if (type === 'text') words.push(String(text));
      else if (type === 'button') words.push(`[${(action as { label: string }).label}]`);
      else for (const key of ['contents', 'header', 'hero', 'body', 'footer']) walk(rest[key]);
    }
  };
  if (message?.type === 'flex') {
    words.push(message.altText);
    walk(message.contents);
  }
  return words;
}

async function switchBirthday(on: boolean, now: string) {
  await transact((tx) =>
    switchFlow(tx, { key: 'birthday', on, now: new Date(now), actor: { kind: 'system', id: 'test' } }),
  );
}

describe('the birthday cards', () => {
  it('bring the gift', async () => {
    await makePeople(db, [{ birth: [12, 5] }]);
    await plan();
    expect(wordsOf((await lease()).message)).toEqual([
      '生日禮：壽星 85 折，可用到 2027 年 1 月 5 日',
      '先祝您生日快樂',
      '小美，您的生日快到了，先送上壽星 85 折，可用到 2027 年 1 月 5 日（二）。🎁',
      '壽星 85 折',
      '可用到 2027/01/05（含當天）',
      '[看生日禮]',
      '[怎麼用]',
    ]);
    expect(wordsOf((await lease({ locale: 'en', displayName: '🐟' })).message).slice(0, 3)).toEqual([
      'Your gift: 15% off for your birthday, through Jan 5, 2027',
      'Happy birthday, a little early',
      "Your birthday is coming up. 🎁 Here's 15% off for your birthday, good through Tue, Jan 5, 2027.",
    ]);
    const plain = { ...house, brand: { ...house.brand, emoji: 'off', address: 'familiar' } } as const;
    expect(wordsOf((await lease({ house: plain })).message)[2]).toBe(
      '小美，你的生日快到了，先送上壽星 85 折，可用到 2027 年 1 月 5 日（二）。',
    );
  });

  it('wish well on the day, and name the gift that is left', async () => {
    await makePeople(db, [{ birth: [12, 5] }]);
    await plan();
    const ends = sql`select id, 'sent' as state, null as reason from outbox_messages`;
    await endRows(db, endsWithout(ends), sql`true`);
    await plan('2026-12-05');
    expect(wordsOf((await lease({ now: '2026-12-05T01:00:00Z' })).message)).toEqual([
      'Shuke 祝您生日快樂',
      '生日快樂',
      '小美，生日快樂！🎂 祝您新的一歲平安順心。',
      '生日禮壽星 85 折還在，可用到 2027 年 1 月 5 日（二）。',
      '壽星 85 折',
      '可用到 2027/01/05（含當天）',
      '[看生日禮]',
      '[怎麼用]',
    ]);
    await sql`update coupon_claims set state = 'ended'`.execute(db);
    expect(wordsOf((await lease({ now: '2026-12-05T01:00:00Z' })).message)).toHaveLength(3);
  });

  it('say in a common year why they come on 28 February, and when they are late', async () => {
    await makePeople(db, [{ birth: [2, 29] }]);
    await plan('2027-02-28');
    expect(wordsOf((await lease({ now: '2027-02-28T01:00:00Z' })).message)[2]).toBe(
      '小美，今年沒有 2 月 29 日，今天先祝您生日快樂！🎂',
    );
    await startAfresh(db, '2026-10-01T00:00:00Z');
    await makePeople(db, [{ birth: [11, 19] }]);
    await plan('2026-11-19', new Date('2026-11-21T01:00:00Z'));
    expect(wordsOf((await lease()).message)[2]).toBe(
      '小美，生日快樂！🎂 祝福晚了幾天，祝您新的一歲平安順心。',
    );
  });

  it.each([
    ['2026-12-05T01:00:00Z', 'too_late', ''],
    [undefined, 'birthday_changed', 'update members set birth_day = 6'],
    [undefined, 'coupon_gone', `update coupon_claims set state = 'ended'`],
    [undefined, 'flow_off', `update flows set is_on = false`],
    [undefined, 'flow_off', `update flows set switched_on_at = '2026-11-21T00:55:00Z'`],
    [undefined, 'unbound', `update member_identities set until = now()`],
    [undefined, 'no_consent', `update member_consents set withdrawn_at = now()`],
    [
      undefined,
      'empty_variable',
      `update flow_words set words = words || '{"text": "{nobody}"}' where flow_key = 'birthday' and step = 'gift' and locale = 'zh-TW'`,
    ],
  ])('at %s are no longer due: %s', async (now, reason, change) => {
    await makePeople(db, [{ birth: [12, 5] }]);
    await plan();
    if (change) await sql.raw(change).execute(db);
    expect((await lease(now ? { now } : {})).reason).toBe(reason);
    await sql`update flow_words set words = words || '{"text": "{name}，您的生日快到了，先送上 {gift}，可用到 {end}。"}'
              where flow_key = 'birthday' and step = 'gift' and locale = 'zh-TW'`.execute(db);
  });

  it('planned before a flow was off and on again stay behind', async () => {
    await makePeople(db, [{ birth: [12, 5] }]);
    await plan();
    await switchBirthday(false, '2026-11-21T00:52:00Z');
    expect((await lease()).reason).toBe('flow_off');
    await switchBirthday(true, '2026-11-21T00:53:00Z');
    expect((await lease()).reason).toBe('flow_off');
  });
});

describe('the reminder', () => {
  it.each([
    [
      '2026-11-28',
      [
        '優惠券還有 7 天：新會員折 NT$100',
        '還有 7 天',
        '新會員折 NT$100',
        '滿 NT$500',
        '小美，「新會員折 NT$100」還有 7 天，可用到 11 月 28 日（六）。',
      ],
    ],
    [
      '2026-11-22',
      [
        '優惠券明天最後一天：新會員折 NT$100',
        '明天最後一天',
        '新會員折 NT$100',
        '滿 NT$500',
        '小美，「新會員折 NT$100」明天（11 月 22 日）是最後一天。',
      ],
    ],
  ])('for a coupon that ends on %s', async (endsOn, words) => {
    const [memberId = 0] = await makePeople(db, [{}]);
    await hold(db, { memberId, endsOn });
    await plan();
    const shown = wordsOf((await lease()).message);
    expect(shown.slice(0, 5)).toEqual(words);
    expect(shown.slice(-2)).toEqual(['[出示會員碼]', '[門市]']);
  });

  it('counts the others that end soon', async () => {
    const [memberId = 0] = await makePeople(db, [{}]);
    for (const endsOn of ['2026-11-22', '2026-11-28', '2026-11-25', '2026-12-31'])
      await hold(db, { memberId, endsOn });
    await plan();
    expect(wordsOf((await lease()).message)).toContain('另外 2 張也快到期');
  });

  it('is not due on another day, nor for a coupon that is used', async () => {
    const [memberId = 0] = await makePeople(db, [{}]);
    await hold(db, { memberId, endsOn: '2026-11-28' });
    await plan();
    expect((await lease({ now: '2026-11-21T16:00:00Z' })).reason).toBe('too_late');
    await sql`update coupon_claims set state = 'void', voided_at = now(), void_reason = 'test'`.execute(db);
    expect((await lease()).reason).toBe('coupon_gone');
  });
});

describe('the win-back', () => {
  const lapsedOn = addDays(today, -91);

  it('asks a one-timer about what they bought', async () => {
    await makePeople(db, [{ bought: [lapsedOn], category: '茶葉' }]);
    await plan();
    expect(wordsOf((await lease()).message)).toEqual([
      '留給您的優惠：回購折 NT$100，可用到 12 月 21 日',
      '小美，上次的茶葉還滿意嗎？',
      '有問題直接在這裡說。另外留了回購折 NT$100 給您，可用到 12 月 21 日（一）。',
      '回購折 NT$100',
      '可用到 2026/12/21（含當天）',
      '[看這張優惠]',
      '[真人]',
    ]);
  });

  it('names what a repeat buyer usually buys, and points that end', async () => {
    const [memberId = 0] = await makePeople(db, [{ bought: ['2026-05-01', '2026-06-01'], category: '茶葉' }]);
    await buy(db, [{ memberId, day: lapsedOn, category: '香氛' }]);
    await plan();
    await db.transaction().execute(async (tx) => {
      await sql`set local session_replication_role = replica`.execute(tx);
      await sql`
        with t as (insert into points_transactions (idem_key, request_hash, reason, source_kind, source_id, member_id,
                     actor_kind, actor_id, occurred_at)
                   values ('opening:test', sha256('x'), 'opening', 'import', '1', ${memberId}, 'job', 'x', now())
                   returning id),
             a as (insert into points_accounts (member_id, kind, balance) values (${memberId}, 'active', 120)
                   returning id)
        insert into points_lots (account_id, transaction_id, earned, remaining, ends_on)
        select a.id, t.id, 120, 120, '2026-12-31' from a, t`.execute(tx);
    });
    expect(wordsOf((await lease()).message).slice(1)).toEqual([
      '小美，好久不見。',
      '您常買的茶葉可以用這張老朋友 9 折，可用到 12 月 21 日（一）。',
      '老朋友 9 折',
      '可用到 2026/12/21（含當天）',
      '另外有 120 點的期限到 12 月 31 日（四）。',
      '[看這張優惠]',
      '[門市]',
    ]);
  });

  it('is not due for someone who bought since, also when that purchase came back in part', async () => {
    const [memberId = 0] = await makePeople(db, [{ bought: [lapsedOn] }]);
    await plan();
    await buy(db, [{ memberId, day: today }]);
    expect((await lease()).reason).toBe('bought_since');
  });

  it('falls back to a plain word where the category is not known', async () => {
    await makePeople(db, [{ bought: [lapsedOn], category: '' }]);
    await plan();
    expect(wordsOf((await lease()).message)[1]).toBe('小美，上次的商品還滿意嗎？');
  });
});

describe('every card of every flow', () => {
  const lapsedOn = addDays(today, -91);

  it.each([
    ['gift', { birth: [12, 5] }],
    ['wish', { birth: [11, 21] }],
    ['one-timer', { bought: [lapsedOn] }],
    ['repeat buyer', { bought: ['2026-06-01', lapsedOn] }],
  ] as [string, Someone][])(
    '%s: LINE takes it in every language, with and without a name',
    async (_, someone) => {
      await makePeople(db, [someone]);
      await plan();
      for (const locale of locales) {
        for (const displayName of ['小美', null, '非常非常非常非常非常長的名字']) {
          const { message, reason } = await lease({ locale, displayName });
          expect(reason).toBeNull();
          expect(lineMessage.safeParse(message).error?.issues ?? []).toEqual([]);
          expect(wordsOf(message).join()).not.toMatch(/[{}]|undefined|null/);
        }
      }
    },
  );

  it.each(['2026-11-22', '2026-11-28'])(
    'reminder for %s: LINE takes it in every language',
    async (endsOn) => {
      const [memberId = 0] = await makePeople(db, [{}]);
      await hold(db, { memberId, endsOn });
      await plan();
      for (const locale of locales) {
        expect(lineMessage.safeParse((await lease({ locale })).message)).toMatchObject({ success: true });
      }
    },
  );
});
