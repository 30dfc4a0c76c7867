import '../tables.ts';
import { addDays, dateInZone, daysBetween, instantInZone, timeInZone } from '#foundation/clock.ts';
import { type Db, sql, type Tx } from '#foundation/db.ts';
import type { Transact } from '#foundation/facts.ts';
import { readPolicy } from '#foundation/policy.ts';
import type { SlotRun } from '#foundation/schedule-runner.ts';
import { enqueueNotice } from '#outbox/enqueue.ts';
import { endOfQuiet, isQuiet, type ReachPolicy, reachPolicy } from '#outbox/reach-rules.ts';
import { type Reviewed, readForecasts } from './forecast-reads.ts';
import { tierReviewKind } from './review-notice-messages.ts';
import { dueNotice, firstNoticeDays } from './review-rules.ts';

const perBatch = 500;

type Candidate = Reviewed & { lineUserId: string };

/**
 * Tells those who would fall at a review in the next 60 days, 60, 30 and 7 days before it: once per membership,
 * review day and step, however often it runs. After days without a run only the nearest step is told, never one that
 * has passed. In quiet hours the notice waits for their end.
 * @returns how many notices were planned
 */
export async function announceReviews(
  door: { db: Db; transact: Transact },
  at: Pick<SlotRun, 'now' | 'zone'>,
): Promise<number> {
  const reach = await readPolicy(door.db, reachPolicy, at.now);
  const today = dateInZone(at.now, at.zone);
  let planned = 0;
  for (let after = 0; ; ) {
    const batch = await readCandidates(door.db, { today, after });
    const last = batch.at(-1);
    if (!last) return planned;
    after = last.membershipId;
    planned += await door.transact((tx) => announce(tx, batch, { ...at, today, reach }));
  }
}

/** Living tiers whose review comes within the first notice's days, of people who can be told. */
async function readCandidates(db: Db, of: { today: string; after: number }): Promise<Candidate[]> {
  const found = await sql<Candidate>`
    select t.id as "membershipId", t.member_id as "memberId", t.tier_key as "tierKey", t.review_on as "reviewOn",
           m.line_user_id as "lineUserId"
    from tier_memberships t join members_published_members m on m.id = t.member_id
    where t.until is null and t.review_on > ${of.today} and t.review_on <= ${addDays(of.today, firstNoticeDays)}
      and t.id > ${of.after} and m.joined_at is not null and m.line_user_id is not null
    order by t.id limit ${perBatch}`.execute(db);
  return found.rows;
}

async function announce(
  tx: Tx,
  batch: readonly Candidate[],
  at: { now: Date; zone: string; today: string; reach: ReachPolicy },
): Promise<number> {
  const forecasts = await readForecasts(tx, batch, at.zone);
  const falling = batch.flatMap((each) => {
    const daysBefore = dueNotice(daysBetween(at.today, each.reviewOn));
    return daysBefore !== null && forecasts.has(each.membershipId) ? [{ ...each, daysBefore }] : [];
  });
  if (falling.length === 0) return 0;
  const noted = await tx
    .insertInto('tier_notices')
    .values(
      falling.map((each) => ({
        membership_id: each.membershipId,
        review_on: each.reviewOn,
        days_before: each.daysBefore,
        planned_at: at.now,
      })),
    )
    .onConflict((conflict) => conflict.doNothing())
    .returning('membership_id')
    .execute();
  const fresh = new Set(noted.map((row) => row.membership_id));
  const isQuietNow = isQuiet(timeInZone(at.now, at.zone), at.reach.quietHours);
  const dueAt = isQuietNow ? endOfQuiet(at.now, at.reach.quietHours, at.zone) : at.now;
  for (const each of falling.filter(({ membershipId }) => fresh.has(membershipId))) {
    const { membershipId, reviewOn, daysBefore } = each;
    // A fall that was not announced would be a surprise: without a word of policy it is pushed.
    await enqueueNotice(tx, tierReviewKind, at.reach.notices[tierReviewKind.key] ?? 'push', {
      lineUserId: each.lineUserId,
      memberId: each.memberId,
      dedupeKey: `${tierReviewKind.key}:${membershipId}:${reviewOn}:${daysBefore}`,
      dueAt,
      expiresAt: instantInZone(reviewOn, '00:00', at.zone),
      data: { membershipId, reviewOn, daysBefore },
    });
  }
  return fresh.size;
}
