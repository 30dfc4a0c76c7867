import { expect, it } from 'vitest';
import { pointsAdjustment } from '#features/points/adjustments/points-adjustment-approval.ts';
import { collectApprovalKinds } from '#features/staff/approvals/approval-kind-rules.ts';
import { createFixedClock, dateInZone, timeInZone } from '#foundation/clock.ts';
import { sql } from '#foundation/db.ts';
import { createTransact } from '#foundation/facts.ts';
import { createLogger } from '#foundation/log.ts';
import { createScheduler } from '#foundation/schedule-runner.ts';
import { createSecrets } from '#foundation/secrets.ts';
import { recurringJobs } from '../../src/schedule.ts';
import { openTestDatabase } from '../support/database.ts';

const { db } = await openTestDatabase();
const answer = { outcome: 'ok', status: 200, requestId: null } as const;

it('every job of the schedule runs to its end, in the order of the day, and once when the clock jumps by a month', async () => {
  const clock = createFixedClock('2026-11-21T05:00:00Z');
  const log = createLogger('silent');
  const jobs = recurringJobs({
    db,
    transact: createTransact(db, []),
    client: {
      quota: async () => ({ ...answer, body: { type: 'limited', value: 200 } }),
      consumption: async () => ({ ...answer, body: { totalUsage: 3 } }),
    } as unknown as Parameters<typeof recurringJobs>[0]['client'],
    log,
    desk: { log, secrets: createSecrets(Buffer.alloc(32, 7)), alertWebhookUrl: null },
    approvalKinds: collectApprovalKinds([pointsAdjustment]),
    retention: { sentBodyHours: 48, eventDays: 30, sentMonths: 24 },
    wake: () => undefined,
  });
  const scheduler = createScheduler({ db, jobs, clock, log });
  expect(await scheduler.runDue()).toEqual([]);

  clock.set('2026-11-22T02:30:00Z');
  const morning = await scheduler.runDue();
  const daily = jobs.filter((job) => 'daily' in job.cadence).map((job) => job.name);
  expect(morning.filter((ran) => daily.includes(ran.job)).map((ran) => ran.job)).toEqual(daily);
  expect(morning).toHaveLength(jobs.length);
  const planned = morning.find((ran) => ran.job === 'morning');
  expect(planned && timeInZone(planned.slot, 'Asia/Taipei')).toBe('08:50');

  clock.set('2026-12-22T02:30:00Z');
  const after = await scheduler.runDue();
  const mornings = after.filter((ran) => ran.job === 'morning');
  expect(mornings.map((ran) => dateInZone(ran.slot, 'Asia/Taipei'))).toEqual([
    '2026-12-19',
    '2026-12-20',
    '2026-12-21',
    '2026-12-22',
  ]);
  expect(after).toHaveLength(jobs.length + 3);
  const failed = await sql`select 1 from schedule_slots where state not in ('done', 'skipped')`.execute(db);
  expect(failed.rows).toEqual([]);
  const quota = await sql<{ used: number }>`select used_count as used from outbox_quota`.execute(db);
  expect(quota.rows[0]?.used).toBe(3);
});
