import { describe, expect, it } from 'vitest';
import { mergePersons } from '#features/members/merge-persons.ts';
import { usualFarmLimits } from '#features/referrals/farms/farm-rules.ts';
import { grantMilestones } from '#features/referrals/milestones/grant-milestones.ts';
import { grantDueMilestones } from '#features/referrals/milestones/grant-milestones-job.ts';
import { referralMilestoneKind, sayHonour } from '#features/referrals/milestones/milestone-messages.ts';
import { readHonour } from '#features/referrals/milestones/milestone-reads.ts';
import { referralFullKind } from '#features/referrals/referral-notices-messages.ts';
import { checkCaps, referralsPolicy } from '#features/referrals/referral-rules.ts';
import { referralProofs } from '#features/referrals/referrals-audit-reads.ts';
import { answerInviteCode, showInvitation } from '#features/referrals/referrals-chat.ts';
import { sql } from '#foundation/db.ts';
import { locales } from '#foundation/i18n.ts';
import { proveAll } from '#foundation/prove.ts';
import { makeCoupon, noon, partsOf, system } from '../coupons/cast.ts';
import { openTestDatabase } from '../support/database.ts';
import { makeHouse, makeTurn } from '../support/turn.ts';
import { day, openReferrals } from './cast.ts';

const { db } = await openTestDatabase({ max: 24 });
const cast = await openReferrals(db);
const { settle, transact, meet, join, codeOf, send, bind, invite, buy, run, tieOf, giftsOf, noticesTo } =
  cast;
const house = await makeHouse(db);
const off = { isOn: false } as const;
const farms = {
  burst: { ...usualFarmLimits.burst, ...off },
  neverAgain: { ...usualFarmLimits.neverAgain, ...off },
  floorAmount: { ...usualFarmLimits.floorAmount, ...off },
  sameTill: { ...usualFarmLimits.sameTill, ...off },
};
const title = (name: string) => ({ 'zh-TW': name, en: `${name} en`, ja: `${name} ja` });
const none = { perDay: null, perMonth: null, life: null };
await makeCoupon(db, { key: 'thanks', title: { 'zh-TW': '謝禮' }, perMember: 9, isClaimable: false });
const milestones = [
  { friends: 1, title: title('引路人'), couponKey: null },
  { friends: 3, title: title('金牌引路人'), couponKey: 'thanks' },
];
await settle({ farms, milestones, caps: none, minKeptPurchases: 0 });

/** So many friends who bought on the first day, all due on the eighth. */
async function bring(inviterId: number, count: number, at = noon): Promise<number[]> {
  const friends: number[] = [];
  for (let n = 0; n < count; n++) friends.push(await invite(inviterId, at));
  for (const friend of friends) await buy(friend, new Date(at.getTime() + 86_400_000));
  return friends;
}
const titlesOf = (memberId: number) =>
  db
    .selectFrom('referral_milestones')
    .select(['friends', 'claim_id'])
    .where('member_id', '=', memberId)
    .orderBy('friends')
    .execute();
const friendsOf = async (memberId: number) => (await titlesOf(memberId)).map(({ friends }) => friends);
const merge = (fromId: number, intoId: number) =>
  transact((tx) => mergePersons(tx, { fromId, intoId, now: day(20), actor: system, source: 'test' }));
async function turnOf(memberId: number, text = '') {
  const { line_user_id: lineUserId } = await db
    .selectFrom('member_identities')
    .select('line_user_id')
    .where('member_id', '=', memberId)
    .where('until', 'is', null)
    .executeTakeFirstOrThrow();
  return makeTurn(house, {
    lineUserId: lineUserId ?? '',
    now: day(20),
    input: { kind: 'text', text, keyword: null },
  });
}

describe('the rules of referrals', () => {
  it('read what was stored before there were caps of a day and a life, and mean the same', () => {
    const old = {
      bindWithinDays: 30,
      keptDays: 7,
      minKeptPurchases: 0,
      inviterCouponKey: 'a',
      inviteeCouponKey: 'b',
    };
    const usual = referralsPolicy.schema.parse(old);
    expect(usual.caps).toEqual({ perDay: null, perMonth: 10, life: null });
    expect(usual.minFirstPurchaseTwd).toBe(1);
    const set = referralsPolicy.schema.parse({ ...old, maxRewardsPerThirtyDays: 4 });
    expect(set.caps).toEqual({ perDay: null, perMonth: 4, life: null });
    expect(referralsPolicy.schema.parse(set)).toEqual(set);
  });

  it.each([
    ['caps', { perDay: 0, perMonth: 1, life: 1 }],
    ['caps', { perDay: 1, perMonth: 1 }],
    ['minFirstPurchaseTwd', 0],
    ['milestones', [milestones[1], milestones[0]]],
    ['milestones', [{ friends: 1, title: { 'zh-TW': '引路人' }, couponKey: null }]],
    ['milestones', [{ friends: 0, title: title('x'), couponKey: null }]],
    ['farms', { ...usualFarmLimits, burst: { isOn: true, perHour: -1, perDay: 1 } }],
  ])('do not take %s %j', (key, value) => {
    const usual = referralsPolicy.schema.parse({
      bindWithinDays: 30,
      keptDays: 7,
      minKeptPurchases: 2,
      inviterCouponKey: 'a',
      inviteeCouponKey: 'b',
    });
    const read = referralsPolicy.schema.safeParse({ ...usual, [key]: value });
    expect(read.success).toBe(false);
    expect(read.error?.issues.every((issue) => issue.path[0] === key)).toBe(true);
  });

  it('let a day and a month wait before a life ends', () => {
    const caps = { perDay: 2, perMonth: 5, life: 7 };
    expect(checkCaps(caps, { perDay: 1, perMonth: 4, life: 6 })).toBe('both');
    expect(checkCaps(caps, { perDay: 2, perMonth: 2, life: 7 })).toBe('wait');
    expect(checkCaps(caps, { perDay: 0, perMonth: 5, life: 7 })).toBe('wait');
    expect(checkCaps(caps, { perDay: 0, perMonth: 0, life: 7 })).toBe('friend_only');
    expect(checkCaps(none, { perDay: 99, perMonth: 99, life: 99 })).toBe('both');
  });
});

describe('rewards that wait', () => {
  const tellAt = async (memberId: number, at: number) => {
    const turn = { ...(await turnOf(memberId)), now: day(at) };
    const { texts } = partsOf((await transact((tx) => showInvitation(turn, tx))).messages[0]);
    const from = texts.findIndex((text) => text.startsWith('已加入'));
    return texts.slice(from + 1, -2);
  };

  it('are told on the invitation with their day, or with what they queue for', async () => {
    await settle({ caps: { perDay: 2, perMonth: 3, life: null } });
    const inviter = await join();
    const friend = await invite(inviter);
    expect(await tellAt(inviter, 1)).toEqual([]);
    await buy(friend, day(1));
    expect(await tellAt(inviter, 2)).toEqual(['1 位已消費，過了 11 月 29 日（日）沒有退貨就送出']);
    await bring(inviter, 3);
    expect(await tellAt(inviter, 2)).toEqual(['4 位已消費，最早的過了 11 月 29 日（日）沒有退貨就送出']);
    await run(day(8));
    expect(await tellAt(inviter, 8)).toEqual(['2 位的邀請禮在排隊：24 小時內最多 2 位，輪到就送出']);
    await run(day(9));
    expect(await tellAt(inviter, 9)).toEqual(['1 位的邀請禮在排隊：30 天內最多 3 位，輪到就送出']);
    await run(day(38));
    expect(await tellAt(inviter, 38)).toEqual([]);
    await settle({ caps: none });
  });

  it('are not there for a purchase that came back, and accuse nobody whom a person looks at', async () => {
    const inviter = await join();
    const [kept = 0, other = 0] = await bring(inviter, 2);
    const tie = await tieOf(other);
    await cast.giveBack(other, tie?.first_purchase_id ?? 0, day(2), 1_000);
    expect(await tellAt(inviter, 3)).toEqual(['1 位已消費，過了 11 月 29 日（日）沒有退貨就送出']);
    await sql`
      with raised as (
        insert into referral_suspicions (inviter_id, sign, evidence, found_at)
        values (${inviter}, 'burst', '{}', ${day(3)}) returning id)
      insert into referral_suspected_ties (suspicion_id, invitee_id) select id, ${kept} from raised`.execute(
      db,
    );
    expect(await tellAt(inviter, 3)).toEqual(['1 位的邀請禮處理中']);
    await sql`delete from referral_suspected_ties where invitee_id = ${kept}`.execute(db);
    await sql`delete from referral_suspicions where inviter_id = ${inviter}`.execute(db);
  });
});

describe('caps', () => {
  it('of a day and a month make rewards wait, however many jobs run at once', async () => {
    await settle({ caps: { perDay: 2, perMonth: 5, life: null } });
    const inviter = await join();
    await bring(inviter, 9);
    const rewarded = async (at: number) => {
      await Promise.all(Array.from({ length: 6 }, () => run(day(at))));
      return giftsOf(inviter);
    };
    const seen: number[] = [];
    for (const at of [8, 8.9, 9, 10, 11, 37.9, 38]) seen.push(await rewarded(at));
    expect(seen).toEqual([2, 2, 4, 5, 5, 5, 7]);
    await settle({ caps: none });
  });

  it('of a life end the inviter’s gifts, not the friends’, and both hear what is true', async () => {
    await settle({ caps: { perDay: null, perMonth: null, life: 2 } });
    const inviter = await join();
    const friends = await bring(inviter, 4);
    await Promise.all(Array.from({ length: 6 }, () => run(day(8))));
    expect(await giftsOf(inviter)).toBe(2);
    for (const friend of friends) expect(await giftsOf(friend)).toBe(1);
    const ties = await Promise.all(friends.map(tieOf));
    expect(ties.map((tie) => tie?.state)).toEqual(Array(4).fill('rewarded'));
    expect(ties.filter((tie) => tie?.inviter_refused_reason === 'life_cap')).toHaveLength(2);
    expect((await noticesTo(inviter)).filter((notice) => notice === 'referral_full held')).toHaveLength(2);
    // All four friends count for the titles: they are honour, not money.
    expect(await friendsOf(inviter)).toEqual([1, 3]);

    const row = { ...(await turnOf(inviter)), memberId: inviter, displayName: null, data: {} };
    for (const locale of locales) {
      const told = await transact((tx) => referralFullKind.render(tx, { ...row, locale }));
      expect(partsOf(told).postbacks).toEqual(['go:card']);
    }
    const invitation = await transact(async (tx) => showInvitation(await turnOf(inviter), tx));
    const texts = partsOf(invitation.messages).texts;
    expect(texts).toContain('朋友會收到 NT$100 好友折價券。邀請禮每人最多 2 份，已經送滿了。');
    expect(texts.join()).not.toMatch(/兩個人|兩人/);
    const newcomer = await meet();
    const code = await codeOf(inviter);
    const welcome = await transact(async (tx) => answerInviteCode(await turnOf(newcomer, code), tx));
    expect(partsOf(welcome?.messages).texts[0]).toBe(
      '收到邀請碼！30 天內綁定會員，第一次消費滿 7 天沒有退貨，您會收到 NT$100 好友折價券。',
    );
    await settle({ caps: none });
  });

  it('ask for a first purchase of at least so much, and say so', async () => {
    await settle({ minFirstPurchaseTwd: 500 });
    const inviter = await join();
    const friend = await invite(inviter);
    await buy(friend, day(1), 499);
    await run(day(9));
    expect(await giftsOf(friend)).toBe(0);
    const kept = await buy(friend, day(10), 500);
    expect(await tieOf(friend)).toMatchObject({ first_purchase_id: kept });
    await run(day(18));
    expect([await giftsOf(inviter), await giftsOf(friend)]).toEqual([1, 1]);
    const [card] = (await transact(async (tx) => showInvitation(await turnOf(inviter), tx))).messages;
    expect(partsOf(card).texts).toContain('第一次消費要滿 NT$500。');
    await settle({ minFirstPurchaseTwd: 1 });
  });
});

describe('titles for bringing friends', () => {
  it('come once, with their gift, however many jobs run at once, and stand on the card', async () => {
    const inviter = await join();
    expect(await transact((tx) => readHonour(tx, inviter))).toBeNull();
    await bring(inviter, 3);
    await Promise.all(Array.from({ length: 8 }, () => run(day(8))));
    const titles = await titlesOf(inviter);
    expect(titles.map(({ friends }) => friends)).toEqual([1, 3]);
    expect(titles.map(({ claim_id: claimId }) => claimId !== null)).toEqual([false, true]);
    const notices = await noticesTo(inviter);
    expect(notices.filter((notice) => notice === 'referral_milestone held')).toHaveLength(2);
    const honour = await transact((tx) => readHonour(tx, inviter));
    expect(honour && sayHonour('zh-TW', honour)).toBe('金牌引路人 · 介紹 3 位朋友');
    await bring(inviter, 1, day(10));
    await run(day(20));
    expect(await friendsOf(inviter)).toEqual([1, 3]);
  });

  it('are told with the gift while it is in hand', async () => {
    const inviter = await join();
    await bring(inviter, 3);
    await run(day(8));
    const rows = await sql<{ data: { milestoneId: number } }>`
      select data from outbox_published_messages where kind = 'referral_milestone' and member_id = ${inviter} order by id`.execute(
      db,
    );
    const base = { ...(await turnOf(inviter)), memberId: inviter, displayName: null };
    const told: unknown[] = [];
    for (const { data } of rows.rows) {
      const row = { ...base, data };
      expect(await transact((tx) => referralMilestoneKind.stillDue(tx, row))).toBeNull();
      told.push(partsOf(await transact((tx) => referralMilestoneKind.render(tx, row))).texts[0]);
    }
    expect(told).toEqual([
      '介紹來的朋友滿 1 位了，謝謝！🎉 「引路人」的稱號已經放上會員卡。',
      '介紹來的朋友滿 3 位了，謝謝！🎉 「金牌引路人」的稱號已經放上會員卡，謝禮也放進「我的優惠券」。',
    ]);
  });

  it('come by adding up when two persons are one, and never twice', async () => {
    const [one, other] = [await join(), await join()];
    await bring(one, 2);
    await bring(other, 1);
    await run(day(8));
    expect([await friendsOf(one), await friendsOf(other)]).toEqual([[1], [1]]);
    expect(await merge(one, other)).toBe(true);
    expect(await friendsOf(other)).toEqual([1, 3]);
    expect(await titlesOf(one)).toEqual([]);
    const again = { memberId: other, now: day(21), today: '2026-12-12', actor: system, source: 'test' };
    const granted = await Promise.all([1, 2, 3].map(() => transact((tx) => grantMilestones(tx, again))));
    expect(granted).toEqual([0, 0, 0]);
  });

  it('do not count a friend who turns out to be the inviter', async () => {
    const inviter = await join();
    const [friend = 0] = await bring(inviter, 1);
    await run(day(8));
    await merge(friend, inviter);
    expect(await friendsOf(inviter)).toEqual([1]);
    await bring(inviter, 2, day(21));
    await run(day(30));
    expect(await friendsOf(inviter)).toEqual([1]);
    await bring(inviter, 1, day(31));
    await run(day(40));
    expect(await friendsOf(inviter)).toEqual([1, 3]);
  });

  it('come by night for friends of before the rules knew of them, and so do gifts that are owed', async () => {
    await settle({ milestones: [] });
    const inviter = await join();
    await bring(inviter, 3);
    await run(day(8));
    expect(await friendsOf(inviter)).toEqual([]);
    await settle({ milestones });
    const limit = (quota: string) =>
      sql`update coupons set quota = ${sql.raw(quota)} where key = 'thanks'`.execute(db);
    await limit('claimed_count');
    const night = () => grantDueMilestones({ db, transact }, { now: day(9), zone: 'Asia/Taipei' });
    expect(await night()).toMatchObject({ granted: 2, gifts: 0, unavailable: 1 });
    await limit('null');
    expect(await night()).toEqual({ granted: 0, gifts: 1, unavailable: 0 });
    expect(await night()).toEqual({ granted: 0, gifts: 0, unavailable: 0 });
    expect((await titlesOf(inviter)).at(-1)?.claim_id).not.toBeNull();
  });
});

describe('one inviter for ever', () => {
  it('whatever a second account and a merger bring', async () => {
    const [first, second] = [await join(), await join()];
    const refused = await meet();
    await send(refused, await codeOf(first));
    await bind(refused, noon, false);
    expect(await tieOf(refused)).toMatchObject({ state: 'refused', refused_reason: 'already_member' });
    const anew = await invite(second, day(1));
    await buy(anew, day(2));
    await merge(anew, refused);
    expect(await tieOf(refused)).toMatchObject({ inviter_id: first, state: 'refused' });
    expect(await tieOf(anew)).toBeUndefined();
    await run(day(10));
    expect(await giftsOf(second)).toBe(0);
  });

  it('also for a friend who turns out to have been a member before binding', async () => {
    const [inviter, member] = [await join(), await join()];
    const friend = await invite(inviter, day(3));
    await buy(friend, day(4));
    await merge(member, friend);
    expect(await tieOf(friend)).toMatchObject({ state: 'refused', refused_reason: 'already_member' });
  });

  it('when a code is sent again after a refusal, or another one', async () => {
    const [inviter, other] = [await join(), await join()];
    const person = await meet();
    await send(person, await codeOf(inviter));
    await bind(person, noon, false);
    // Let go of the card: the chat takes the account for nobody's, and the tie is still there.
    await db.updateTable('members').set({ joined_at: null }).where('id', '=', person).execute();
    expect(await send(person, await codeOf(inviter))).toEqual({ ok: false, reason: 'second_inviter' });
    expect(await send(person, await codeOf(other))).toEqual({ ok: false, reason: 'second_inviter' });
  });

  it('and no ring, when both send at the same moment', async () => {
    for (let n = 0; n < 10; n++) {
      const [one, other] = [await meet(), await meet()];
      const [codeOfOne, codeOfOther] = [await codeOf(one), await codeOf(other)];
      const outcomes = await Promise.all([send(one, codeOfOther), send(other, codeOfOne)]);
      expect(outcomes.filter((outcome) => outcome.ok)).toHaveLength(1);
      expect(outcomes.find((outcome) => !outcome.ok)).toMatchObject({ reason: 'ring' });
    }
  });
});

describe('mergers while rewards are given', () => {
  it('neither wait for each other for ever nor lose anything', async () => {
    const pairs: { inviter: number; other: number; friends: number[] }[] = [];
    for (let n = 0; n < 6; n++) {
      const [inviter, other] = [await join(), await join()];
      pairs.push({ inviter, other, friends: await bring(inviter, 3) });
    }
    await Promise.all([
      run(day(8)),
      run(day(8)),
      ...pairs.flatMap(({ inviter, other }, n) => [
        // Half of them when the job is under way.
        n % 2 === 0 ? merge(inviter, other) : run(day(8)).then(() => merge(inviter, other)),
        transact((tx) =>
          grantMilestones(tx, {
            memberId: other,
            now: day(8),
            today: '2026-11-29',
            actor: system,
            source: 'test',
          }),
        ),
      ]),
    ]);
    await run(day(9));
    for (const { inviter, other, friends } of pairs) {
      expect((await giftsOf(inviter)) + (await giftsOf(other))).toBe(3);
      expect(await friendsOf(other)).toEqual([1, 3]);
      for (const friend of friends)
        expect(await tieOf(friend)).toMatchObject({ inviter_id: other, state: 'rewarded' });
    }
  });
});

describe('the proofs', () => {
  it('hold after all of this', async () => {
    const { first, proved } = await proveAll(db, referralProofs);
    expect(first).toBeNull();
    const looked = proved.filter(({ checked }) => checked > 0).map(({ name }) => name);
    for (const name of [
      'full',
      'milestones',
      'milestones_given',
      'milestone_gift',
      'milestone_gift_cause',
      'kept',
    ])
      expect(looked).toContain(`referrals.${name}`);
  });
});
