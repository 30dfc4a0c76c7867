import '../tables.ts';
import { readPerson } from '#features/members/person-reads.ts';
import { dateInZone } from '#foundation/clock.ts';
import { type Db, sql } from '#foundation/db.ts';
import type { Transact } from '#foundation/facts.ts';
import { readPolicy } from '#foundation/policy.ts';
import { referralsPolicy } from '../referral-rules.ts';
import { giveGift, grantMilestones } from './grant-milestones.ts';

const perRead = 500;
const by = { actor: { kind: 'job', id: 'referral_milestones' }, source: 'job' } as const;

/**
 * Titles for friends who were rewarded before the rules knew of the milestone, and gifts that are still owed; safe
 * to run as often as one likes.
 * @param input.now business time
 */
export async function grantDueMilestones(
  deps: { db: Db; transact: Transact },
  input: { now: Date; zone: string },
): Promise<{ granted: number; gifts: number; unavailable: number }> {
  const { now } = input;
  const today = dateInZone(now, input.zone);
  const tally = { granted: 0, gifts: 0, unavailable: 0 };
  const { milestones } = await readPolicy(deps.db, referralsPolicy, now);
  const asked = milestones.map(({ friends }) => friends);
  for (let after = 0; asked.length > 0; ) {
    const due = await sql<{ memberId: number }>`
      select i.id as "memberId"
      from (select inviter_id as id, count(*) as friends from referrals
            where state = 'rewarded' and inviter_id > ${after} group by inviter_id) i
      where exists (
        select 1 from unnest(${asked}::int[]) asked
        where asked <= i.friends and not exists (
          select 1 from referral_milestones m where m.member_id = i.id and m.friends = asked))
      order by i.id limit ${perRead}`.execute(deps.db);
    for (const { memberId } of due.rows) {
      const person = await readPerson(deps.db, memberId);
      if (person?.memberId === memberId)
        tally.granted += await deps.transact((tx) => grantMilestones(tx, { memberId, now, today, ...by }));
      after = memberId;
    }
    if (due.rows.length < perRead) break;
  }
  await giveOwed(deps, { now, today }, tally);
  return tally;
}

async function giveOwed(
  deps: { db: Db; transact: Transact },
  at: { now: Date; today: string },
  tally: { gifts: number; unavailable: number },
): Promise<void> {
  const owed = await deps.db
    .selectFrom('referral_milestones')
    .select('id')
    .where('coupon_key', 'is not', null)
    .where('claim_id', 'is', null)
    .orderBy('id')
    .execute();
  for (const { id } of owed) {
    const claimId = await deps.transact(async (tx) => {
      const row = await tx
        .selectFrom('referral_milestones')
        .select(['member_id', 'friends', 'coupon_key'])
        .where('id', '=', id)
        .where('claim_id', 'is', null)
        .forUpdate()
        .executeTakeFirst();
      if (!row?.coupon_key) return null;
      const gift = { memberId: row.member_id, friends: row.friends, couponKey: row.coupon_key };
      return giveGift(tx, { milestoneId: id, ...gift, ...at, ...by });
    });
    if (claimId === null) tally.unavailable += 1;
    else tally.gifts += 1;
  }
}
