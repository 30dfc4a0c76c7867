import { brandPolicy } from '#foundation/brand.ts';
import { addDays, dateInZone } from '#foundation/clock.ts';
import type { Db } from '#foundation/db.ts';
import { readPolicy } from '#foundation/policy.ts';
import { assessQuota } from './assess-quota.ts';
import { listExemptions } from './count-leaving.ts';
import { listMissingMonths } from './keep-partitions-job.ts';
import { readStateLoads } from './load-reads.ts';
import { listAlarms } from './outbox-reads.ts';
import { checkRestoreMark, readRestored, readSecondsSinceAlive } from './restore-mark.ts';
import { previewResume } from './resume-outbox.ts';
import { explainWaiting, listSlowed, type Waiting } from './waiting-reads.ts';

/** One thing to know about the outbox, in plain words, and what to do about it; null = nothing. */
export type Finding = { what: string; todo: string | null };

const silentSeconds = 60;
const nearlyPercent = 90;

/**
 * What stands in the way of messages, the gravest first, then why the rest waits.
 * @param now business time. @param alsoScheduled messages that leave this month and are not planned in the outbox yet
 */
export async function examineOutbox(db: Db, now: Date, alsoScheduled = 0): Promise<Finding[]> {
  return [
    ...(await examinePlace(db, now)),
    ...(await examineSenders(db)),
    ...(await examineAlarms(db)),
    ...(await examineQuota(db, now, alsoScheduled)),
    ...(await examineTables(db)),
    ...(await examineExemptions(db, now)),
    ...(await listSlowed(db)).map(({ endpoint, until }) => ({
      what: `LINE said that ${endpoint} was called too often: half the pace until ${until.toISOString()}.`,
      todo: 'Nothing. If it comes back, lower LINE_PACE: something else may be using the same channel.',
    })),
    ...(await explainWaiting(db, now)).map(describeWaiting),
  ];
}

async function examinePlace(db: Db, now: Date): Promise<Finding[]> {
  const check = await checkRestoreMark(db);
  if (check.ok) return [];
  const restored = await readRestored(db);
  const stopped = await previewResume(db, now);
  const age = restored?.lastAliveAt
    ? ` Its original was last seen sending at ${restored.lastAliveAt.toISOString()}.`
    : '';
  const kinds = stopped.map(({ kind, count }) => `${count} ${kind}`).join(', ');
  return [
    {
      what: `RESTORED: this database is a copy of another place, so nothing is sent and no job runs.${age}`,
      todo:
        'Make sure that the original is switched off, then run: npm run doctor -- resume\n' +
        `Of what waits, this may have left already and stops as unknown: ${kinds || 'nothing'}. ` +
        'Campaigns that ran are paused, and missed jobs are not made up for.',
    },
  ];
}

async function examineSenders(db: Db): Promise<Finding[]> {
  const seconds = await readSecondsSinceAlive(db);
  if (seconds !== null && seconds < silentSeconds) return [];
  const since = seconds === null ? 'ever' : `for ${Math.round(seconds / 60)} minutes`;
  return [
    {
      what: `No process that sends was seen ${since}.`,
      todo: 'Start the service, with ROLE=all or with chat and worker among its roles. If it runs, look into its log.',
    },
  ];
}

const whatToDo: Record<string, string> = {
  line_token:
    'Issue a new channel access token in the LINE console, put it into LINE_CHANNEL_ACCESS_TOKEN and restart; or set LINE_CHANNEL_ID for tokens that renew themselves.',
  quota_used_up:
    'Buy more messages in LINE Official Account Manager, or wait for the first of the month. Service messages ride on the next reply.',
  restored: 'See RESTORED.',
  sent_partitions:
    'Nothing, if the job sent_partitions runs from now on; it was not run for months, so look why.',
};

async function examineAlarms(db: Db): Promise<Finding[]> {
  return (await listAlarms(db)).map(({ cause, message, raisedAt }) => ({
    what: `Alarm since ${raisedAt.toISOString()}: ${message}.`,
    todo: whatToDo[cause] ?? 'Look into it; the alarm goes when its cause has gone.',
  }));
}

async function examineQuota(db: Db, now: Date, alsoScheduled: number): Promise<Finding[]> {
  const quota = await assessQuota(db, { needed: 0, now, alsoScheduled });
  const { limit, used, readAt, left, scheduled, flowsForecast, reserve, room } = quota;
  if (!readAt)
    return [
      {
        what: "This month's LINE quota was not read yet.",
        todo: 'Nothing, if a worker runs: it asks every hour at least.',
      },
    ];
  const asked = `asked ${readAt.toISOString()}`;
  if (limit === null) return [{ what: `LINE quota: ${used} used, no limit (${asked}).`, todo: null }];
  const isNearly = used * 100 >= limit * nearlyPercent || room === 0;
  return [
    {
      what:
        `LINE quota: ${used} of ${limit} used, ${left} left (${asked}). To come this month: ${scheduled} scheduled, ` +
        `${flowsForecast} by flows; ${reserve} are kept for service messages, ${room} are free for campaigns.`,
      todo: isNearly ? 'Buy more messages, or hold campaigns back until the month is over.' : null,
    },
  ];
}

async function examineTables(db: Db): Promise<Finding[]> {
  const missing = await listMissingMonths(db);
  const { deadLeases } = await readStateLoads(db);
  return [
    ...(missing.length > 0
      ? [
          {
            what: `There is no partition for what is sent in ${missing.join(', ')}.`,
            todo: 'Restart a worker: it makes them. The job sent_partitions should have done so; look why it did not.',
          },
        ]
      : []),
    ...(deadLeases > 0
      ? [
          {
            what: `Leased by a process that is gone, longer than any lease lasts: ${deadLeases}.`,
            todo: 'They are taken back within a second by any process that sends: start one.',
          },
        ]
      : []),
  ];
}

const exemptDays = 30;
const exemption = { cap: 'beyond the caps', quiet_hours: 'in quiet hours' };

/** What people got although an offer would have had to wait: service messages only, each of a kind that must not wait. */
async function examineExemptions(db: Db, now: Date): Promise<Finding[]> {
  const { zone } = await readPolicy(db, brandPolicy, now);
  const exempt = await listExemptions(db, addDays(dateInZone(now, zone), -exemptDays));
  if (exempt.length === 0) return [];
  const ofKind = Map.groupBy(exempt, ({ kind, reason }) => `${kind} ${exemption[reason]}`);
  const counts = [...ofKind].map(
    ([what, days]) => `${days.reduce((sum, { count }) => sum + count, 0)} ${what}`,
  );
  return [
    {
      what: `In ${exemptDays} days service messages left where an offer would have waited: ${counts.join(', ')}.`,
      todo: null,
    },
  ];
}

function describeWaiting(waiting: Waiting): Finding {
  const { count, oldestAt, firstDueAt, sourceRef, lastReason } = waiting;
  const many = `${count} ${count === 1 ? 'message' : 'messages'}, the oldest planned ${oldestAt.toISOString()}`;
  const first = firstDueAt.toISOString();
  switch (waiting.cause) {
    case 'paused':
      return {
        what: `Paused ${sourceRef}: ${many}.`,
        todo: 'Resume or stop it: POST /api/v1/campaigns/{id}/resume or /stop.',
      };
    case 'stopped':
      return { what: `Stopped ${sourceRef}: ${many}, being ended.`, todo: null };
    case 'quota':
      return { what: `Held for lack of quota: ${many}. They ride on the next reply.`, todo: null };
    case 'next_reply':
      return { what: `Notices that ride on the next reply, free of charge: ${many}.`, todo: null };
    case 'quiet_hours':
      return { what: `Waiting for the end of quiet hours: ${many}.`, todo: null };
    case 'later':
      return { what: `Planned for later, the first for ${first}: ${many}.`, todo: null };
    case 'retry':
      return { what: `To be tried again (last answer: ${lastReason ?? 'none'}): ${many}.`, todo: null };
    case 'busy':
      return { what: `Put off for a moment, their reader is being served: ${many}.`, todo: null };
    case 'in_line':
      return { what: `In line, the first due since ${first}: ${many}.`, todo: null };
  }
}
