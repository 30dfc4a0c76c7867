import './tables.ts';
import { addMs } from '#foundation/clock.ts';
import { type Db, sql } from '#foundation/db.ts';
import { countRewards } from './referral-reads.ts';
import { capWindowMs, fullWindow, keptUntil, type ReferralsPolicy } from './referral-rules.ts';

/** Friends of one inviter who have bought, and whose reward is not there yet. */
export type WaitingRewards = {
  /** Their purchase has to be kept; `until`: from when on the first of them is due, if nothing comes back. */
  keeping: { count: number; until: Date } | null;
  /** They are due, and the inviter's gifts of this window are used up. */
  queued: { count: number; days: number; most: number } | null;
  /** They are due, or a person looks at them: nobody can say a day. */
  inProgress: number;
};

/** What waits, and for what; friends who have not bought yet are not among them. */
export async function readWaitingRewards(
  db: Db,
  of: { inviterId: number; policy: ReferralsPolicy; now: Date },
): Promise<WaitingRewards> {
  const { policy, now } = of;
  const found = await sql<{ purchasedAt: Date; isHeld: boolean }>`
    select p.purchased_at as "purchasedAt", exists (
             select from referral_suspected_ties t join referral_suspicions s on s.id = t.suspicion_id
             where t.invitee_id = r.invitee_id and s.state = 'open') as "isHeld"
    from referrals r join purchases_published_purchases p on p.id = r.first_purchase_id
    where r.inviter_id = ${of.inviterId} and r.state = 'bound' and p.returned_twd = 0
    order by p.purchased_at`.execute(db);
  const open = found.rows.filter((friend) => !friend.isHeld);
  const keeping = open.filter(({ purchasedAt }) => purchasedAt > keptUntil(policy, now));
  const due = open.length - keeping.length;
  const full = due > 0 ? fullWindow(policy.caps, await countRewards(db, of)) : null;
  const [first] = keeping;
  return {
    keeping: first
      ? { count: keeping.length, until: addMs(first.purchasedAt, policy.keptDays * 86_400_000) }
      : null,
    queued: full && { count: due, days: capWindowMs[full.window] / 86_400_000, most: full.most },
    inProgress: found.rows.length - open.length + (full ? 0 : due),
  };
}
