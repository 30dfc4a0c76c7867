import type { Db } from '#foundation/db.ts';
import type { Transact } from '#foundation/facts.ts';
import type { SlotRun } from '#foundation/schedule-runner.ts';
import { giveBackPages } from '#outbox/give-back-pages.ts';
import { readQuotaState } from '#outbox/quota-reads.ts';
import { type AlarmDesk, clearAlarm, raiseAlarm } from '#outbox/raise-alarm.ts';
import { readQuota } from '#outbox/read-quota.ts';
import { countUnits } from '#outbox/reserve-units.ts';
import { readClosableCampaigns, readDueCampaigns, readUnplannedCampaigns } from '../campaign-reads.ts';
import type { QuotaSource } from '../refresh-quota.ts';
import { closeCampaign } from './close-campaign.ts';
import { type PlannedBatch, planCampaignBatch } from './plan-campaign-batch.ts';
import { startCampaign } from './start-campaign.ts';

export type CampaignsDoor = {
  db: Db;
  transact: Transact;
  desk: AlarmDesk;
  client: QuotaSource;
  /** Tells the courier that something is due. */
  wake(): void;
};

/** People written down per transaction: short enough that pausing never waits for it. */
const peoplePerBatch = 5_000;
/** Fewer in the first, so that the first messages leave at once. */
const peopleAtFirst = 1_000;

/**
 * Starts campaigns whose time has come, writes down their people, and closes those that are over. Safe to kill, and
 * to run by several processes at once: each batch is one transaction under the campaign's lock.
 */
export async function runCampaigns(
  door: CampaignsDoor,
  { now }: Pick<SlotRun, 'now'>,
  options: { peoplePerBatch?: number } = {},
): Promise<{ started: number; planned: number; closed: number }> {
  const { db, transact, desk } = door;
  const result = { started: 0, planned: 0, closed: 0 };
  const due = await readDueCampaigns(db, now);
  const isQuotaKnown = await learnQuota(door, { isAnyDue: due.length > 0, now });
  for (const campaignId of isQuotaKnown ? due : []) {
    if (await transact((tx) => startCampaign(tx, desk, { campaignId, now }))) result.started += 1;
  }
  for (const campaignId of await readUnplannedCampaigns(db)) {
    const most = options.peoplePerBatch ?? peoplePerBatch;
    let size = Math.min(most, peopleAtFirst);
    let refusedUnits = 0;
    let left: PlannedBatch['left'] = 'some';
    while (left === 'some') {
      ({ left, refusedUnits } = await planInOneMoment(db, { campaignId, size, now }));
      door.wake();
      size = Math.min(most, 2 * size);
    }
    if (refusedUnits > 0) await alarmOfUnits(door, now);
    if (left === 'none') result.planned += 1;
  }
  for (const campaignId of await readClosableCampaigns(db)) {
    if (await transact((tx) => closeCampaign(tx, { campaignId, now }))) result.closed += 1;
  }
  if (result.closed > 0) await giveBackPages(db);
  return result;
}

const quotaUnknown = 'campaign_quota_unknown';

/**
 * Reads LINE's month before campaigns start. Without an answer LINE's last word stands; while there is none they wait,
 * with an alarm.
 * @returns whether the month is known
 */
async function learnQuota(
  { db, transact, desk, client }: CampaignsDoor,
  { isAnyDue, now }: { isAnyDue: boolean; now: Date },
): Promise<boolean> {
  if (isAnyDue) {
    await readQuota(db, client, now).catch(() => null);
    if ((await readQuotaState(db, now)) === null) {
      const message =
        'Campaigns are due, and LINE does not say how many messages the month has: they wait until it does';
      await transact((tx) => raiseAlarm(tx, desk, { cause: quotaUnknown, message, now }));
      return false;
    }
  }
  await clearAlarm(db, quotaUnknown);
  return true;
}

/**
 * Somebody paused it, or another process planned, between the moment that this one saw and its lock; or somebody who
 * comes next was merged with one who is met already.
 */
const changedMeanwhile: readonly unknown[] = ['40001', '23505'];
const mostTries = 20;

async function planInOneMoment(
  db: Db,
  input: { campaignId: number; size: number; now: Date },
): Promise<PlannedBatch> {
  for (let tries = 1; ; tries++) {
    try {
      return await db
        .transaction()
        .setIsolationLevel('repeatable read')
        .execute((tx) => planCampaignBatch(tx, input));
    } catch (error) {
      const { code } = error as { code?: unknown };
      if (!changedMeanwhile.includes(code) || tries === mostTries) throw error;
    }
  }
}

async function alarmOfUnits({ transact, desk }: CampaignsDoor, now: Date): Promise<void> {
  await transact(async (tx) => {
    const { used, refused } = await countUnits(tx, now);
    await raiseAlarm(tx, desk, {
      cause: 'units_used_up',
      message:
        `${used} of LINE's 1,000 names for counting are used this month: ${refused} arms of campaigns leave ` +
        'without statistics, and so will further ones',
      now,
    });
  });
}
