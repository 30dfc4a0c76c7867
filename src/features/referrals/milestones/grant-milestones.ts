import '../tables.ts';
import { issueCoupon } from '#features/coupons/issue-coupon.ts';
import { readLineUserOf } from '#features/members/person-reads.ts';
import type { Actor } from '#foundation/audit.ts';
import { sql, type Tx } from '#foundation/db.ts';
import { recordFact } from '#foundation/facts.ts';
import { readPolicy } from '#foundation/policy.ts';
import { enqueueNotice } from '#outbox/enqueue.ts';
import { reachPolicy } from '#outbox/reach-rules.ts';
import { lockInviters } from '../lock-referrals.ts';
import { referralsPolicy } from '../referral-rules.ts';
import { referralMilestoneReached } from '../referrals-facts.ts';
import { referralMilestoneKind } from './milestone-messages.ts';
import { countRewardedFriends } from './milestone-reads.ts';
import { type Milestone, reachedBy } from './milestone-rules.ts';

type Input = { memberId: number; now: Date; today: string; actor: Actor; source: string };

/**
 * Gives a member every title that the rewarded friends have reached and that was not given before: once for ever
 * per member and number of friends. A gift that cannot be given now is owed and does not keep the title back.
 * @param input.memberId the living person
 * @returns how many titles are new
 */
export async function grantMilestones(tx: Tx, input: Input): Promise<number> {
  const { memberId, now } = input;
  const { milestones } = await readPolicy(tx, referralsPolicy, now);
  if (milestones.length === 0) return 0;
  await lockInviters(tx, [memberId]);
  const reached = reachedBy(milestones, await countRewardedFriends(tx, memberId));
  let granted = 0;
  for (const milestone of reached) if (await grant(tx, input, milestone)) granted += 1;
  return granted;
}

async function grant(tx: Tx, input: Input, milestone: Milestone): Promise<boolean> {
  const { memberId, now } = input;
  const { friends, couponKey } = milestone;
  const made = await sql<{ id: number }>`
    insert into referral_milestones (member_id, friends, reached_at, title, coupon_key)
    values (${memberId}, ${friends}, ${now}, ${JSON.stringify(milestone.title)}::jsonb, ${couponKey})
    on conflict (member_id, friends) do nothing returning id`.execute(tx);
  const milestoneId = made.rows[0]?.id;
  if (milestoneId === undefined) return false;
  const claimId =
    couponKey === null ? null : await giveGift(tx, { ...input, milestoneId, friends, couponKey });
  await recordFact(tx, referralMilestoneReached, {
    memberId,
    occurredAt: now,
    actor: input.actor,
    source: input.source,
    dedupeKey: `${memberId}:${friends}`,
    data: { friends, claimId },
  });
  const lineUserId = await readLineUserOf(tx, memberId);
  if (lineUserId === null) return true;
  const { notices } = await readPolicy(tx, reachPolicy, now);
  await enqueueNotice(tx, referralMilestoneKind, notices.referral_milestone ?? 'next_reply', {
    lineUserId,
    memberId,
    data: { milestoneId },
    dedupeKey: `referral_milestone:${memberId}:${friends}`,
    dueAt: now,
  });
  return true;
}

/**
 * Gives the gift that a title promised.
 * @returns its claim, or null while the coupon cannot be given
 */
export async function giveGift(
  tx: Tx,
  input: Input & { milestoneId: number; friends: number; couponKey: string },
): Promise<number | null> {
  const issueKey = `referral-milestone:${input.memberId}:${input.friends}`;
  const given = await issueCoupon(tx, { ...input, issueKey });
  if (!given.ok) return null;
  await tx
    .updateTable('referral_milestones')
    .set({ claim_id: given.claimId })
    .where('id', '=', input.milestoneId)
    .execute();
  return given.claimId;
}
