import { describe, expect, it } from 'vitest';
import { readHeldClaims } from '#features/coupons/held-claims-reads.ts';
import { issueCoupon } from '#features/coupons/issue-coupon.ts';
import { onMemberBound } from '#features/coupons/on-member-bound.ts';
import { onMembersMerged } from '#features/coupons/on-members-merged.ts';
import { readWelcomeGift, readWelcomeOffer } from '#features/coupons/welcome-gift-reads.ts';
import { memberBound, membersMerged } from '#features/members/members-facts.ts';
import { addMs } from '#foundation/clock.ts';
import { createTransact, reactTo, recordFact } from '#foundation/facts.ts';
import { openTestDatabase } from '../support/database.ts';
import { makeMember, noon, system, today } from './cast.ts';

const { db } = await openTestDatabase();
const transact = createTransact(db, [
  reactTo(memberBound, 'welcome gift', onMemberBound),
  reactTo(membersMerged, 'move coupons', onMembersMerged),
]);

let facts = 0;
const bind = (memberId: number, now = noon, isHistory = false) =>
  transact((tx) =>
    recordFact(tx, memberBound, {
      memberId,
      occurredAt: now,
      actor: system,
      source: 'chat',
      isHistory,
      dedupeKey: String(facts++),
      data: { isNew: true },
    }),
  );

const giftsOf = async (memberId: number) =>
  (await readHeldClaims(db, memberId, today)).filter((held) => held.couponKey === 'welcome');

describe('the welcome gift', () => {
  it('waits until somebody binds, is given then, and is named with its end', async () => {
    const memberId = await makeMember(db, 1);
    expect(await readWelcomeOffer(db, { memberId, now: noon })).toMatchObject({
      title: { ja: '新規会員 NT$100 OFF' },
    });
    await bind(memberId);
    expect(await giftsOf(memberId)).toHaveLength(1);
    expect(await readWelcomeOffer(db, { memberId, now: noon })).toBeNull();
    expect(await readWelcomeGift(db, { memberId, at: noon })).toMatchObject({ endsOn: '2027-01-20' });
  });

  it('comes once, however often a member binds again', async () => {
    const memberId = await makeMember(db, 2);
    await bind(memberId);
    await bind(memberId);
    expect(await giftsOf(memberId)).toHaveLength(1);
    expect(await readWelcomeGift(db, { memberId, at: addMs(noon, 1) })).toBeNull();
  });

  it('does not come again to another person behind the same LINE account or the same phone', async () => {
    await bind(await makeMember(db, 3, { phone: '+886911000003' }));
    const sameLine = await makeMember(db, 3, { phone: '+886911000033' });
    await bind(sameLine);
    expect(await giftsOf(sameLine)).toEqual([]);
    const samePhone = await makeMember(db, 33, { phone: '+886911000003' });
    await bind(samePhone);
    expect(await giftsOf(samePhone)).toEqual([]);
  });

  it('comes to the next holder of a number that was reissued after more than a year', async () => {
    await bind(await makeMember(db, 4, { phone: '+886911000004' }));
    const next = await makeMember(db, 44, { phone: '+886911000004' });
    await bind(next, addMs(noon, 366 * 86_400_000));
    expect(await giftsOf(next)).toHaveLength(1);
  });

  it('is not given for the past', async () => {
    const memberId = await makeMember(db, 5);
    await bind(memberId, noon, true);
    expect(await giftsOf(memberId)).toEqual([]);
  });

  it('waits on where it could not be given', async () => {
    await db.updateTable('coupons').set({ withdrawn_at: noon }).where('key', '=', 'welcome').execute();
    const memberId = await makeMember(db, 6);
    await bind(memberId);
    expect(await giftsOf(memberId)).toEqual([]);
    await db.updateTable('coupons').set({ withdrawn_at: null }).where('key', '=', 'welcome').execute();
    await bind(memberId);
    expect(await giftsOf(memberId)).toHaveLength(1);
  });

  it('comes once to two bindings of one person at the same moment', async () => {
    const memberId = await makeMember(db, 7);
    await Promise.all([bind(memberId), bind(memberId), bind(memberId)]);
    expect(await giftsOf(memberId)).toHaveLength(1);
  });
});

describe('two persons who are one', () => {
  it('keep the coupons of both, under one member', async () => {
    const [fromId, intoId] = [await makeMember(db, 8), await makeMember(db, 9)];
    for (const memberId of [fromId, intoId]) {
      await bind(memberId);
      await transact((tx) =>
        issueCoupon(tx, {
          couponKey: 'birthday',
          memberId,
          issueKey: `birthday:2026:${memberId}`,
          now: noon,
          today,
          actor: system,
          source: 'job',
        }),
      );
    }
    await transact((tx) =>
      recordFact(tx, membersMerged, {
        memberId: intoId,
        occurredAt: noon,
        actor: system,
        source: 'chat',
        dedupeKey: String(fromId),
        data: { fromId, intoId },
      }),
    );
    expect(await readHeldClaims(db, fromId, today)).toEqual([]);
    expect((await readHeldClaims(db, intoId, today)).map((held) => held.couponKey).sort()).toEqual([
      'birthday',
      'birthday',
      'welcome',
      'welcome',
    ]);
    await bind(intoId);
    expect(await giftsOf(intoId)).toHaveLength(2);
  });
});
