import { dateInZone, timeInZone } from '#foundation/clock.ts';
import { type Db, sql } from '#foundation/db.ts';
import type { Transact } from '#foundation/facts.ts';
import { readPolicy } from '#foundation/policy.ts';
import type { SlotRun } from '#foundation/schedule-runner.ts';
import { endOfQuiet, isQuiet, type ReachPolicy, reachPolicy } from '#outbox/reach-rules.ts';
import { readGiftCandidates, readWishCandidates } from './birthday-candidates-reads.ts';
import { type Flow, readFlows } from './flow-reads.ts';
import type { FlowKey } from './flow-rules.ts';
import { planBatch } from './plan-batch.ts';
import type { Candidate } from './plan-rules.ts';
import { readReminderCandidates } from './reminder-candidates-reads.ts';
import { readWinBackCandidates } from './win-back-candidates-reads.ts';

/** People settled per transaction: short enough that nobody waits for it. */
const peoplePerBatch = 500;

export type MorningResult = { people: number; planned: number; skipped: number };

/**
 * Plans the messages of all flows for one morning. Safe to kill and to run again: each batch of people is one
 * transaction, and who is settled is no candidate any more. A slot of an earlier day, run late, brings only the
 * birthday wishes that were missed on it; reminders and win-backs of that day are no longer true.
 * A flow takes part in the slots after it was switched on.
 */
export async function planMorning(
  door: { db: Db; transact: Transact },
  at: SlotRun,
  options: { peoplePerBatch?: number } = {},
): Promise<MorningResult> {
  const today = dateInZone(at.now, at.zone);
  const reach = await readPolicy(door.db, reachPolicy, at.now);
  const leavesOn = findLeavingDay(at, reach);
  const candidates = await door.db.transaction().execute(async (tx) => {
    await sql`set local statement_timeout = '120s'`.execute(tx);
    return readCandidates(tx, at, today);
  });
  const people = [...Map.groupBy(candidates, (candidate) => candidate.memberId).values()];
  const result: MorningResult = { people: people.length, planned: 0, skipped: 0 };
  const size = options.peoplePerBatch ?? peoplePerBatch;
  for (let from = 0; from < people.length; from += size) {
    const batch = people.slice(from, from + size).flat();
    const done = await door.transact((tx) =>
      planBatch(tx, { candidates: batch, today, leavesOn, now: at.now, zone: at.zone, reach }),
    );
    result.planned += done.planned;
    result.skipped += done.skipped;
  }
  return result;
}

/** A run in the evening's quiet hours plans for tomorrow morning: a wish is then a late one, not a lost one. */
function findLeavingDay({ now, zone }: SlotRun, { quietHours }: ReachPolicy): string {
  const isQuietNow = isQuiet(timeInZone(now, zone), quietHours);
  return dateInZone(isQuietNow ? endOfQuiet(now, quietHours, zone) : now, zone);
}

async function readCandidates(db: Db, at: SlotRun, today: string): Promise<Candidate[]> {
  const day = dateInZone(at.slot, at.zone);
  const flows = (await readFlows(db)).filter((flow) => flow.isOn && (flow.switchedOnAt ?? at.now) <= at.slot);
  const birthday = pick(flows, 'birthday');
  if (day < today) return birthday ? readWishCandidates(db, birthday, { day, missedSlot: at.slot }) : [];
  const reminder = pick(flows, 'coupon_reminder');
  const winBack = pick(flows, 'win_back');
  const candidates: Candidate[] = [];
  if (birthday) {
    candidates.push(...(await readWishCandidates(db, birthday, { day, missedSlot: null })));
    candidates.push(...(await readGiftCandidates(db, birthday, { today })));
  }
  if (reminder) candidates.push(...(await readReminderCandidates(db, reminder, { today })));
  if (winBack) candidates.push(...(await readWinBackCandidates(db, winBack, { today, zone: at.zone })));
  return candidates.sort((a, b) => a.memberId - b.memberId);
}

function pick<Key extends FlowKey>(flows: readonly Flow[], key: Key): Flow<Key> | undefined {
  return flows.find((flow): flow is Flow<Key> => flow.key === key);
}
