import { type IssueCouponOutcome, issueCoupon } from '#features/coupons/issue-coupon.ts';
import { readLineUserOf, readPerson } from '#features/members/person-reads.ts';
import type { Actor } from '#foundation/audit.ts';
import { brandPolicy } from '#foundation/brand.ts';
import { addMs, timeInZone } from '#foundation/clock.ts';
import { sql, type Tx } from '#foundation/db.ts';
import { Fault } from '#foundation/errors.ts';
import { recordFact } from '#foundation/facts.ts';
import { type Refused, refuse } from '#foundation/outcome.ts';
import { readPolicy } from '#foundation/policy.ts';
import { enqueueNotice } from '#outbox/enqueue.ts';
import { endOfQuiet, isQuiet, reachPolicy } from '#outbox/reach-rules.ts';
import { referralRewardedKind } from './referral-notices-messages.ts';
import { capWindowMs, keptUntil, referralsPolicy } from './referral-rules.ts';
import { referralRewarded } from './referrals-facts.ts';

type Role = 'inviter' | 'invitee';

export type RewardReferralOutcome = { ok: true } | Refused<'not_due' | 'cap_reached' | 'inviter_gone'>;

/**
 * Gives both their coupon, once, when the friend's first purchase has been kept. Beyond the inviter's cap it waits.
 * @throws Fault 'referral_reward_unavailable' when one of the coupons cannot be given: then neither is
 */
export async function rewardReferral(
  tx: Tx,
  input: { inviteeId: number; now: Date; today: string; actor: Actor; source: string },
): Promise<RewardReferralOutcome> {
  const { inviteeId, now } = input;
  const policy = await readPolicy(tx, referralsPolicy, now);
  const due = await sql<{ inviterId: number }>`
    select r.inviter_id as "inviterId" from referrals r
    where r.invitee_id = ${inviteeId} and r.state = 'bound' and exists (
      select 1 from purchases_published_purchases p
      where p.id = r.first_purchase_id and p.returned_twd = 0 and p.purchased_at <= ${keptUntil(policy, now)})
    for update of r`.execute(tx);
  const tie = due.rows[0];
  if (!tie) return refuse('not_due');
  const inviter = await readPerson(tx, tie.inviterId);
  if (!inviter) return refuse('inviter_gone');
  // The rewards of one inviter are counted one by one.
  await sql`select pg_advisory_xact_lock(hashtextextended(${`referrals:inviter:${inviter.memberId}`}, 0))`.execute(
    tx,
  );
  const earned = await sql<{ count: number }>`
    select count(*)::integer as count from referrals
    where inviter_id = ${inviter.memberId} and rewarded_at > ${addMs(now, -capWindowMs)}`.execute(tx);
  if ((earned.rows[0]?.count ?? 0) >= policy.maxRewardsPerThirtyDays) return refuse('cap_reached');

  await tx
    .updateTable('referrals')
    .set({ state: 'rewarded', rewarded_at: now })
    .where('invitee_id', '=', inviteeId)
    .execute();
  const { notices, quietHours } = await readPolicy(tx, reachPolicy, now);
  const { zone } = await readPolicy(tx, brandPolicy, now);
  const isNight = isQuiet(timeInZone(now, zone), quietHours);
  // Nobody waits for this hour of all hours: the job rewards around the clock.
  const dueAt = isNight ? endOfQuiet(now, quietHours, zone) : now;
  const pair: { role: Role; memberId: number; couponKey: string }[] = [
    { role: 'inviter', memberId: inviter.memberId, couponKey: policy.inviterCouponKey },
    { role: 'invitee', memberId: inviteeId, couponKey: policy.inviteeCouponKey },
  ];
  for (const { role, memberId, couponKey } of pair) {
    const issueKey = `referral:${inviteeId}:${role}`;
    const { claimId } = given(await issueCoupon(tx, { ...input, couponKey, memberId, issueKey }));
    await recordFact(tx, referralRewarded, {
      memberId,
      occurredAt: now,
      actor: input.actor,
      source: input.source,
      dedupeKey: `${inviteeId}:${role}`,
      data: { role, claimId, inviteeId, inviterId: inviter.memberId },
    });
    const lineUserId = await readLineUserOf(tx, memberId);
    if (lineUserId === null) continue;
    await enqueueNotice(tx, referralRewardedKind, notices.referral_rewarded ?? 'push', {
      lineUserId,
      memberId,
      data: { role, claimId },
      dedupeKey: `referral_rewarded:${inviteeId}:${role}`,
      dueAt,
    });
  }
  return { ok: true };
}

function given(outcome: IssueCouponOutcome): { claimId: number } {
  if (outcome.ok) return outcome;
  throw new Fault('referral_reward_unavailable', `The referral coupon cannot be given: ${outcome.reason}`);
}
