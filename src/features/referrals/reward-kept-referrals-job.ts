import { dateInZone } from '#foundation/clock.ts';
import { type Db, sql } from '#foundation/db.ts';
import { Fault } from '#foundation/errors.ts';
import type { Transact } from '#foundation/facts.ts';
import { readPolicy } from '#foundation/policy.ts';
import { keptUntil, referralsPolicy } from './referral-rules.ts';
import { rewardReferral } from './reward-referral.ts';

const perRead = 500;

/**
 * Rewards every referral whose first purchase has been kept, each in a transaction of its own; safe to run as often
 * as one likes, by any number of processes.
 * @param input.now business time
 * @returns how many friends were rewarded, how many are held because they look like a farm, and how many pairs could
 *   not be rewarded because a coupon could not be given
 */
export async function rewardKeptReferrals(
  deps: { db: Db; transact: Transact },
  input: { now: Date; zone: string },
): Promise<{ rewarded: number; held: number; unavailable: number }> {
  const { now, zone } = input;
  const policy = await readPolicy(deps.db, referralsPolicy, now);
  const tally = { rewarded: 0, held: 0, unavailable: 0 };
  for (let after = 0; ; ) {
    const due = await sql<{ inviteeId: number }>`
      select r.invitee_id as "inviteeId"
      from referrals r join purchases_published_purchases p on p.id = r.first_purchase_id
      where r.state = 'bound' and p.purchased_at <= ${keptUntil(policy, now)} and r.invitee_id > ${after}
      order by r.invitee_id limit ${perRead}`.execute(deps.db);
    for (const { inviteeId } of due.rows) {
      try {
        const outcome = await deps.transact((tx) =>
          rewardReferral(tx, {
            inviteeId,
            now,
            today: dateInZone(now, zone),
            actor: { kind: 'job', id: 'referral_rewards' },
            source: 'job',
          }),
        );
        if (outcome.ok) tally.rewarded += 1;
        else if (outcome.reason === 'suspected') tally.held += 1;
      } catch (error) {
        if (!(error instanceof Fault) || error.code !== 'referral_reward_unavailable') throw error;
        tally.unavailable += 1;
      }
      after = inviteeId;
    }
    if (due.rows.length < perRead) return tally;
  }
}
