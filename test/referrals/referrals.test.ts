import { describe, expect, it } from 'vitest';
import { createPerson } from '#features/members/create-person.ts';
import { holdLine, holdPhone } from '#features/members/hold-identity.ts';
import { usualFarmLimits } from '#features/referrals/farms/farm-rules.ts';
import { sql } from '#foundation/db.ts';
import { createSecrets } from '#foundation/secrets.ts';
import { noon } from '../coupons/cast.ts';
import { openTestDatabase } from '../support/database.ts';
import { day, openReferrals } from './cast.ts';

const { db } = await openTestDatabase({ max: 32 });
const {
  settle,
  transact,
  meet,
  bind,
  join,
  codeOf,
  send,
  invite,
  buy,
  giveBack,
  merge,
  run,
  tieOf,
  giftsOf,
  noticesTo,
} = await openReferrals(db);
/** Every limit off but the one that a test is about. */
const off = { isOn: false } as const;
const unwatched = {
  burst: { ...usualFarmLimits.burst, ...off },
  neverAgain: { ...usualFarmLimits.neverAgain, ...off },
  floorAmount: { ...usualFarmLimits.floorAmount, ...off },
  sameTill: { ...usualFarmLimits.sameTill, ...off },
};
await settle({ farms: unwatched, milestones: [], caps: { perDay: null, perMonth: 10, life: null } });

describe('sending an invitation code', () => {
  it('ties a new person to the inviter, and sending it again changes nothing', async () => {
    const [inviter, friend] = [await join(), await meet()];
    const code = await codeOf(inviter);
    expect(await codeOf(inviter)).toBe(code);
    expect(await send(friend, code)).toEqual({ ok: true, inviterId: inviter, isNew: true });
    expect(await send(friend, code)).toEqual({ ok: true, inviterId: inviter, isNew: false });
    expect(await tieOf(friend)).toMatchObject({ inviter_id: inviter, state: 'received' });
  });

  it('is refused for one’s own, an unknown one, a second inviter and a member', async () => {
    const [inviter, other, friend] = [await join(), await join(), await meet()];
    expect(await send(inviter, await codeOf(inviter))).toEqual({ ok: false, reason: 'own_code' });
    expect(await send(friend, 'ZZZZ9999')).toEqual({ ok: false, reason: 'unknown_code' });
    await send(friend, await codeOf(inviter));
    expect(await send(friend, await codeOf(other))).toEqual({ ok: false, reason: 'second_inviter' });
    expect(await send(other, await codeOf(inviter))).toEqual({ ok: false, reason: 'already_member' });
  });

  it('is refused where it would close a ring, of two or of three', async () => {
    const first = await join();
    const second = await invite(first);
    const third = await invite(second);
    expect(await send(first, await codeOf(second))).toEqual({ ok: false, reason: 'ring' });
    expect(await send(first, await codeOf(third))).toEqual({ ok: false, reason: 'ring' });
  });

  it('is refused for the code of a card that the same LINE account let go of', async () => {
    const inviter = await join();
    const code = await codeOf(inviter);
    const { line_user_id: lineUserId } = await db
      .selectFrom('member_identities')
      .select('line_user_id')
      .where('member_id', '=', inviter)
      .executeTakeFirstOrThrow();
    const anew = await transact(async (tx) => {
      const memberId = await createPerson(tx, { lineUserId, now: noon, actor: null, source: 'test' });
      await holdLine(tx, { memberId, lineUserId: lineUserId ?? '', now: noon });
      return memberId;
    });
    expect(await send(anew, code)).toEqual({ ok: false, reason: 'own_code' });
  });

  it('has one inviter when many codes come at once', async () => {
    const friend = await meet();
    const inviters = await Promise.all(Array.from({ length: 30 }, join));
    const codes = await Promise.all(inviters.map(codeOf));
    const outcomes = await Promise.all(codes.map((code) => send(friend, code)));
    expect(outcomes.filter((outcome) => outcome.ok)).toHaveLength(1);
    expect(outcomes.filter((outcome) => !outcome.ok && outcome.reason === 'second_inviter')).toHaveLength(29);
  });

  it('counts for 30 days; later it is told once and can then be sent anew', async () => {
    const [inviter, friend] = [await join(), await meet()];
    const code = await codeOf(inviter);
    await send(friend, code);
    expect(await send(friend, code, day(31))).toEqual({ ok: false, reason: 'too_late' });
    expect(await send(friend, code, day(31))).toMatchObject({ ok: true, isNew: true });
    await bind(friend, day(61));
    expect(await tieOf(friend)).toMatchObject({ state: 'bound' });
  });
});

describe('binding', () => {
  it('in time makes the tie hold and lets the inviter know with the next reply', async () => {
    const inviter = await join();
    const friend = await invite(inviter);
    expect(await tieOf(friend)).toMatchObject({ state: 'bound', bound_at: noon });
    expect(await noticesTo(inviter)).toEqual(['referral_bound held']);
  });

  it('too late ends it', async () => {
    const [inviter, friend] = [await join(), await meet()];
    await send(friend, await codeOf(inviter));
    await bind(friend, day(30.01));
    expect(await tieOf(friend)).toMatchObject({ state: 'refused', refused_reason: 'late' });
    expect(await noticesTo(inviter)).toEqual([]);
  });

  it('by a number that was the inviter’s ends it', async () => {
    const [inviter, friend] = [await join(), await meet()];
    const secrets = createSecrets(Buffer.alloc(32, 7));
    const hold = (memberId: number) =>
      transact((tx) =>
        holdPhone(tx, secrets, { memberId, phone: '+886912345678', verifiedAt: noon, now: noon }),
      );
    await hold(inviter);
    await send(friend, await codeOf(inviter));
    await hold(friend);
    await bind(friend, noon);
    expect(await tieOf(friend)).toMatchObject({ state: 'refused', refused_reason: 'own_code' });
  });

  it('of someone who had been a member before ends it', async () => {
    const [inviter, friend] = [await join(), await meet()];
    await send(friend, await codeOf(inviter));
    await bind(friend, noon, false);
    expect(await tieOf(friend)).toMatchObject({ state: 'refused', refused_reason: 'already_member' });
  });
});

describe('the rewards', () => {
  it('wake nobody at night', async () => {
    const inviter = await join();
    const friend = await invite(inviter);
    await buy(friend, day(1));
    await run(new Date('2026-11-29T19:00:00Z'));
    const due = await sql<{ at: Date }>`
      select due_at as at from outbox_published_messages where kind = 'referral_rewarded' and member_id = ${friend}`.execute(
      db,
    );
    expect(due.rows).toEqual([{ at: new Date('2026-11-30T01:00:00Z') }]);
  });

  it('come to both when the first purchase has been kept for seven days, and only once', async () => {
    const inviter = await join();
    const friend = await invite(inviter);
    await buy(friend, day(1));
    expect(await run(day(7.99))).toEqual({ rewarded: 0, held: 0, unavailable: 0 });
    const runs = await Promise.all(Array.from({ length: 8 }, () => run(day(8))));
    expect(runs.reduce((sum, each) => sum + each.rewarded, 0)).toBe(1);
    expect(await run(day(9))).toEqual({ rewarded: 0, held: 0, unavailable: 0 });
    expect([await giftsOf(inviter), await giftsOf(friend)]).toEqual([1, 1]);
    expect(await tieOf(friend)).toMatchObject({ state: 'rewarded', rewarded_at: day(8) });
    expect(await noticesTo(friend)).toEqual(['referral_rewarded planned']);
    expect(await noticesTo(inviter)).toEqual(['referral_bound held', 'referral_rewarded planned']);
  });

  it('do not come for purchases before binding, nor for a receipt of NT$0', async () => {
    const inviter = await join();
    const friend = await meet();
    await send(friend, await codeOf(inviter));
    await buy(friend, day(-1));
    await bind(friend, noon);
    await buy(friend, day(1), 0);
    await run(day(30));
    expect(await giftsOf(inviter)).toBe(0);
  });

  it('come for a purchase whose receipt was open when the friend bound at the counter', async () => {
    const inviter = await join();
    const friend = await meet();
    await send(friend, await codeOf(inviter));
    await bind(friend, new Date(noon.getTime() + 9 * 60_000 + 44_239));
    await buy(friend, noon);
    await run(day(8));
    expect([await giftsOf(inviter), await giftsOf(friend)]).toEqual([1, 1]);
  });

  it.each([
    ['a part', 1],
    ['the whole', 1_000],
  ])('wait for the next kept purchase when %s of the first came back', async (_, twd) => {
    const inviter = await join();
    const friend = await invite(inviter);
    const first = await buy(friend, day(1));
    await giveBack(friend, first, day(6), twd);
    await run(day(9));
    expect(await giftsOf(friend)).toBe(0);
    await buy(friend, day(10));
    await run(day(16));
    expect(await giftsOf(friend)).toBe(0);
    await run(day(17));
    expect([await giftsOf(inviter), await giftsOf(friend)]).toEqual([1, 1]);
  });

  it('fall back on a second purchase that was made before the first came back', async () => {
    const inviter = await join();
    const friend = await invite(inviter);
    const first = await buy(friend, day(1));
    await buy(friend, day(2));
    await giveBack(friend, first, day(5), 1_000);
    await run(day(9));
    expect([await giftsOf(inviter), await giftsOf(friend)]).toEqual([1, 1]);
  });

  it('come to neither while one of the coupons cannot be given, and to both afterwards', async () => {
    const inviter = await join();
    const friend = await invite(inviter);
    await buy(friend, day(1));
    const limit = (quota: string) =>
      sql`update coupons set quota = ${sql.raw(quota)} where key = 'referral'`.execute(db);
    await limit('claimed_count + 1');
    expect(await run(day(8))).toMatchObject({ rewarded: 0, unavailable: 1 });
    expect([await giftsOf(inviter), await giftsOf(friend)]).toEqual([0, 0]);
    await limit('null');
    expect(await run(day(8))).toMatchObject({ rewarded: 1, unavailable: 0 });
  });

  it('of one inviter stop at ten in thirty days, and the others wait', async () => {
    const inviter = await join();
    const friends = [];
    for (let n = 0; n < 12; n++) friends.push(await invite(inviter));
    for (const friend of friends) await buy(friend, day(1));
    await Promise.all([run(day(8)), run(day(8)), run(day(8))]);
    expect(await giftsOf(inviter)).toBe(10);
    await run(day(39));
    expect(await giftsOf(inviter)).toBe(12);
  });
});

describe('two persons who are one', () => {
  it('bring the tie, the friends and the code along', async () => {
    const [inviter, person, member] = [await join(), await meet(), await meet()];
    await send(person, await codeOf(inviter));
    await merge(person, member);
    await bind(member, day(1));
    expect(await tieOf(member)).toMatchObject({ inviter_id: inviter, state: 'bound' });

    const second = await join();
    const code = await codeOf(inviter);
    const friend = await invite(inviter);
    await merge(inviter, second);
    expect(await tieOf(friend)).toMatchObject({ inviter_id: second });
    expect(await codeOf(second)).toBe(code);
  });

  it('keep the earlier of two ties', async () => {
    const [early, late, one, other] = [await join(), await join(), await meet(), await meet()];
    await send(one, await codeOf(late), day(2));
    await send(other, await codeOf(early), day(1));
    await merge(other, one);
    expect(await tieOf(one)).toMatchObject({ inviter_id: early });
    expect(await tieOf(other)).toBeUndefined();
  });

  it('were no new friend if one had been a member', async () => {
    const [inviter, person, member] = [await join(), await meet(), await join()];
    await send(person, await codeOf(inviter));
    await merge(person, member);
    expect(await tieOf(member)).toMatchObject({ state: 'refused', refused_reason: 'already_member' });
  });

  it('cannot have invited themselves', async () => {
    const [one, other] = [await join(), await meet()];
    await send(other, await codeOf(one));
    await merge(other, one);
    expect(await tieOf(one)).toBeUndefined();
    expect(await tieOf(other)).toBeUndefined();
  });

  it('answer to both codes', async () => {
    const [one, other, friend] = [await join(), await join(), await meet()];
    const [codeOfOne, codeOfOther] = [await codeOf(one), await codeOf(other)];
    await merge(one, other);
    expect(await send(friend, codeOfOne)).toMatchObject({ ok: true, inviterId: other });
    expect(await send(friend, codeOfOther)).toMatchObject({ ok: true, isNew: false });
    expect(await send(other, codeOfOne)).toEqual({ ok: false, reason: 'own_code' });
  });
});
