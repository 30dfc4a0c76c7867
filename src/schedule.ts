import type { Config } from './config.ts';
import { runCampaigns } from './features/campaigns/run/run-campaigns-job.ts';
import { settleTries } from './features/coupons/codes/settle-tries-job.ts';
import { endDueClaims } from './features/coupons/end-claims-job.ts';
import { planMorning } from './features/flows/plan-morning-job.ts';
import { forgetOldCodes } from './features/members/forget-codes-job.ts';
import { endDuePoints, releaseDuePoints } from './features/points/points-job.ts';
import { watchReferrals } from './features/referrals/farms/watch-referrals-job.ts';
import { grantDueMilestones } from './features/referrals/milestones/grant-milestones-job.ts';
import { rewardKeptReferrals } from './features/referrals/reward-kept-referrals-job.ts';
import type { ApprovalKinds } from './features/staff/approvals/approval-kind-rules.ts';
import { endDueApprovals } from './features/staff/approvals/end-due-approvals-job.ts';
import { forgetOldAnswers } from './features/staff/forget-answers-job.ts';
import { forgetOldSignIns } from './features/staff/sessions/forget-sign-ins-job.ts';
import { giveDueTierCoupons } from './features/tiers/benefits/give-due-coupons-job.ts';
import { rankMembers } from './features/tiers/ranking/rank-members-job.ts';
import { announceReviews } from './features/tiers/review/announce-reviews-job.ts';
import { reviewDueTiers } from './features/tiers/review/review-tiers-job.ts';
import { addMs, dateInZone, wireClock } from './foundation/clock.ts';
import type { Db } from './foundation/db.ts';
import type { Transact } from './foundation/facts.ts';
import type { Logger } from './foundation/log.ts';
import type { RecurringJob, SlotRun } from './foundation/schedule-runner.ts';
import type { CatchUp } from './foundation/slot-rules.ts';
import { forgetOldSlots } from './foundation/slots.ts';
import { blankOldBodies } from './inbox/blank-bodies.ts';
import { forgetOldDialogs } from './inbox/dialog.ts';
import type { LineClient } from './line/client.ts';
import { blankSentBodies } from './outbox/blank-sent-bodies.ts';
import { forgetOldCaps } from './outbox/forget-old-caps.ts';
import { keepPartitions } from './outbox/keep-partitions-job.ts';
import { proveBooks } from './outbox/prove-books-job.ts';
import type { AlarmDesk } from './outbox/raise-alarm.ts';
import { readQuota } from './outbox/read-quota.ts';
import { type ReconcileParts, reconcileMenus } from './outbox/reconcile-menus-job.ts';
import { proofs } from './proofs.ts';

export type ScheduleParts = {
  db: Db;
  transact: Transact;
  client: ReconcileParts['client'] & Pick<LineClient, 'quota' | 'consumption'>;
  log: Logger;
  desk: AlarmDesk;
  approvalKinds: ApprovalKinds;
  retention: Config['retention'];
  /** Tells the courier that something may be due. */
  wake(): void;
};

/**
 * Every recurring job on one screen: name, when (the brand's wall clock, or every so many minutes), what happens to
 * slots that were missed, and what it does. A job that catches up gets the slot it stands for and the business
 * time of now; all but the morning look at today only, so the latest slot makes good for all before it.
 */
export function recurringJobs(parts: ScheduleParts): RecurringJob[] {
  const { db, transact, client, log, desk, approvalKinds, retention } = parts;
  const today = ({ now, zone }: SlotRun) => dateInZone(now, zone);
  const points = (at: SlotRun) => ({ db, transact, now: at.now, today: today(at) });

  const daily = (time: string, name: string, missed: CatchUp, run: Work) =>
    job(name, { daily: time }, missed, run);
  const every = (everyMinutes: number, name: string, missed: CatchUp, run: Work) =>
    job(name, { everyMinutes }, missed, run);
  function job(name: string, cadence: RecurringJob['cadence'], catchUp: CatchUp, run: Work): RecurringJob {
    return {
      name,
      cadence,
      catchUp,
      async run(at) {
        const result = await run(at);
        log[isIdle(result) ? 'debug' : 'info'](
          { job: name, slot: at.slot, result },
          'a scheduled job is done',
        );
        parts.wake();
      },
    };
  }

  return [
    daily('00:05', 'points_release', 'latest', (at) => releaseDuePoints(points(at))),
    daily('00:10', 'points_end', 'latest', (at) => endDuePoints(points(at))),
    daily('00:15', 'claims_end', 'latest', (at) => endDueClaims(db, today(at))),
    daily('00:20', 'tier_review', 'latest', (at) =>
      reviewDueTiers(db, transact, { now: at.now, today: today(at) }),
    ),
    daily('00:40', 'tier_ranking', 'latest', (at) => rankMembers({ db, transact }, at)),
    daily('00:50', 'tier_coupons', 'latest', (at) => giveDueTierCoupons({ db, transact }, at)),
    daily('03:30', 'inbox_blanking', 'latest', () => blankOldBodies(db, retention.eventDays)),
    daily('03:35', 'forgetting', 'latest', async () => {
      await forgetOldCodes(db);
      await forgetOldAnswers(db);
      await forgetOldSignIns(db, wireClock.now());
      await forgetOldDialogs(db);
    }),
    daily('03:40', 'slot_clearing', 'latest', (at) => forgetOldSlots(db, addMs(at.now, -keepSlotsMs))),
    daily('03:45', 'sent_partitions', 'latest', async (at) => {
      const kept = { keepMonths: retention.sentMonths, now: at.now };
      return {
        ...(await keepPartitions({ db, transact, desk }, kept)),
        ...(await forgetOldCaps(db, { ...kept, today: today(at) })),
      };
    }),
    daily('04:10', 'menu_reconciling', 'latest', (at) => reconcileMenus({ db, client, log }, at)),
    daily('04:15', 'referral_milestones', 'latest', (at) => grantDueMilestones({ db, transact }, at)),
    daily('04:20', 'referral_watch', 'latest', (at) => watchReferrals({ db, transact, desk }, at)),
    daily('04:30', 'audit', 'latest', (at) => proveBooks({ db, transact, desk, proofs }, at)),
    daily('08:50', 'morning', { days: 3 }, (at) => planMorning({ db, transact }, at)),
    daily('10:00', 'tier_notices', 'latest', (at) => announceReviews({ db, transact }, at)),
    every(1, 'campaigns', 'latest', (at) =>
      runCampaigns({ db, transact, desk, client, wake: parts.wake }, at),
    ),
    every(60, 'referral_rewards', 'latest', (at) => rewardKeptReferrals({ db, transact }, at)),
    every(60, 'outbox_blanking', 'latest', () =>
      blankSentBodies(db, { now: wireClock.now(), keepHours: retention.sentBodyHours }),
    ),
    every(15, 'approval_ending', 'latest', (at) =>
      endDueApprovals({ transact, kinds: approvalKinds }, at.now),
    ),
    every(15, 'coupon_tries', 'latest', () => settleTries(db, wireClock.now())),
    every(30, 'quota_reading', 'latest', (at) => readQuota(db, client, at.now)),
  ];
}

type Work = (at: SlotRun) => Promise<unknown>;

/** A job that looks every minute and found nothing to do is no news. */
const isIdle = (result: unknown): boolean =>
  typeof result === 'object' && result !== null && Object.values(result).every((count) => count === 0);

const keepSlotsMs = 14 * 24 * 3_600_000;
