import { type IssueCouponOutcome, issueCoupon } from '#features/coupons/issue-coupon.ts';
import { readLineUserOf, readPerson } from '#features/members/person-reads.ts';
import type { Actor } from '#foundation/audit.ts';
import { brandPolicy } from '#foundation/brand.ts';
import { timeInZone } from '#foundation/clock.ts';
import { sql, type Tx } from '#foundation/db.ts';
import { Fault } from '#foundation/errors.ts';
import { recordFact } from '#foundation/facts.ts';
import { type Refused, refuse } from '#foundation/outcome.ts';
import { readPolicy } from '#foundation/policy.ts';
import { enqueueNotice } from '#outbox/enqueue.ts';
import { endOfQuiet, isQuiet, reachPolicy } from '#outbox/reach-rules.ts';
import { raiseSuspicions } from './farms/raise-suspicions.ts';
import { isHeld } from './farms/suspicion-reads.ts';
import { lockInviters } from './lock-referrals.ts';
import { grantMilestones } from './milestones/grant-milestones.ts';
import { referralFullKind, referralRewardedKind } from './referral-notices-messages.ts';
import { countRewards } from './referral-reads.ts';
import { checkCaps, keptUntil, referralsPolicy } from './referral-rules.ts';
import { referralInviterRefused, referralRewarded } from './referrals-facts.ts';

type Role = 'inviter' | 'invitee';

type Input = { inviteeId: number; now: Date; today: string; actor: Actor; source: string };

export type RewardReferralOutcome =
  | { ok: true }
  | Refused<'not_due' | 'cap_reached' | 'inviter_gone' | 'suspected'>;

/**
 * Gives both their coupon, once, when the friend's first purchase has been kept. Beyond the inviter's cap of a day
 * or a month it waits; beyond that of a life only the friend gets theirs; what looks like a farm is held for a
 * person to look at.
 * @throws Fault 'referral_reward_unavailable' when one of the coupons cannot be given: then neither is
 */
export async function rewardReferral(tx: Tx, input: Input): Promise<RewardReferralOutcome> {
  const { inviteeId, now } = input;
  const policy = await readPolicy(tx, referralsPolicy, now);
  const tie = await tx
    .selectFrom('referrals')
    .select('inviter_id')
    .where('invitee_id', '=', inviteeId)
    .executeTakeFirst();
  if (!tie) return refuse('not_due');
  const inviter = await readPerson(tx, tie.inviter_id);
  if (!inviter) return refuse('inviter_gone');
  const inviterId = inviter.memberId;
  await lockInviters(tx, [inviterId], { with: [inviteeId] });
  // Whose tie went to another person meanwhile comes up again the next time.
  const due = await sql`
    select 1 from referrals r
    where r.invitee_id = ${inviteeId} and r.state = 'bound' and r.inviter_id = ${inviterId} and exists (
      select 1 from purchases_published_purchases p
      where p.id = r.first_purchase_id and p.returned_twd = 0 and p.purchased_at <= ${keptUntil(policy, now)})
    for update of r`.execute(tx);
  if (due.rows.length === 0) return refuse('not_due');
  if (await isHeld(tx, inviteeId)) return refuse('suspected');
  const verdict = checkCaps(policy.caps, await countRewards(tx, { inviterId, now }));
  if (verdict === 'wait') return refuse('cap_reached');
  const suspected = await raiseSuspicions(tx, { ...input, inviterId });
  if (suspected.includes(inviteeId)) return refuse('suspected');

  await tx
    .updateTable('referrals')
    .set({
      state: 'rewarded',
      rewarded_at: now,
      inviter_refused_reason: verdict === 'friend_only' ? 'life_cap' : null,
    })
    .where('invitee_id', '=', inviteeId)
    .execute();
  const told = await planTelling(tx, now);
  if (verdict === 'both')
    await reward(tx, input, { role: 'inviter', inviterId, couponKey: policy.inviterCouponKey, ...told });
  else await tellFull(tx, input, inviterId);
  await reward(tx, input, { role: 'invitee', inviterId, couponKey: policy.inviteeCouponKey, ...told });
  await grantMilestones(tx, { ...input, memberId: inviterId });
  return { ok: true };
}

/** Nobody waits for this hour of all hours: the job rewards around the clock. */
async function planTelling(tx: Tx, now: Date) {
  const { notices, quietHours } = await readPolicy(tx, reachPolicy, now);
  const { zone } = await readPolicy(tx, brandPolicy, now);
  const isNight = isQuiet(timeInZone(now, zone), quietHours);
  return {
    route: notices.referral_rewarded ?? 'push',
    dueAt: isNight ? endOfQuiet(now, quietHours, zone) : now,
  } as const;
}

async function reward(
  tx: Tx,
  input: Input,
  to: { role: Role; inviterId: number; couponKey: string } & Awaited<ReturnType<typeof planTelling>>,
): Promise<void> {
  const { inviteeId } = input;
  const { role, inviterId, couponKey } = to;
  const memberId = role === 'inviter' ? inviterId : inviteeId;
  const issueKey = `referral:${inviteeId}:${role}`;
  const { claimId } = given(await issueCoupon(tx, { ...input, couponKey, memberId, issueKey }));
  await recordFact(tx, referralRewarded, {
    memberId,
    occurredAt: input.now,
    actor: input.actor,
    source: input.source,
    dedupeKey: `${inviteeId}:${role}`,
    data: { role, claimId, inviteeId, inviterId },
  });
  const lineUserId = await readLineUserOf(tx, memberId);
  if (lineUserId === null) return;
  await enqueueNotice(tx, referralRewardedKind, to.route, {
    lineUserId,
    memberId,
    data: { role, claimId },
    dedupeKey: `referral_rewarded:${inviteeId}:${role}`,
    dueAt: to.dueAt,
  });
}

async function tellFull(tx: Tx, input: Input, inviterId: number): Promise<void> {
  const { inviteeId, now } = input;
  await recordFact(tx, referralInviterRefused, {
    memberId: inviterId,
    occurredAt: now,
    actor: input.actor,
    source: input.source,
    dedupeKey: String(inviteeId),
    data: { inviteeId, reason: 'life_cap' },
  });
  const lineUserId = await readLineUserOf(tx, inviterId);
  if (lineUserId === null) return;
  const { notices } = await readPolicy(tx, reachPolicy, now);
  await enqueueNotice(tx, referralFullKind, notices.referral_full ?? 'next_reply', {
    lineUserId,
    memberId: inviterId,
    data: {},
    dedupeKey: `referral_full:${inviteeId}`,
    dueAt: now,
  });
}

function given(outcome: IssueCouponOutcome): { claimId: number } {
  if (outcome.ok) return outcome;
  throw new Fault('referral_reward_unavailable', `The referral coupon cannot be given: ${outcome.reason}`);
}
