import { loadDatabaseUrl } from '../config.ts';
import { haltCampaigns } from '../features/campaigns/halt-campaigns.ts';
import { readOpenTasks } from '../features/tasks/task-reads.ts';
import { wireClock } from '../foundation/clock.ts';
import { connectDatabase, type Db } from '../foundation/db.ts';
import { createLogger } from '../foundation/log.ts';
import { countInbox, readIgnoredCounts, readParkedEvents } from '../inbox/inbox-reads.ts';
import { countExclusions, listAlarms, listStuckRows, readOutboxLoad } from '../outbox/outbox-reads.ts';
import { checkRestoreMark } from '../outbox/restore-mark.ts';
import { resumeOutbox } from '../outbox/resume-outbox.ts';

const usage = `npm run doctor             what needs a person's eye
npm run doctor -- resume   lets the outbox of a restored database go on`;

const actor = { kind: 'system', id: 'doctor' } as const;
const shown = 20;
const [command, ...rest] = process.argv.slice(2);
if (rest.length > 0 || (command !== undefined && command !== 'resume')) {
  process.stderr.write(`${usage}\n`);
  process.exit(2);
}

const connection = connectDatabase(loadDatabaseUrl(), {
  log: createLogger('warn'),
  name: 'shuke-doctor',
  max: 2,
});
try {
  if (command === 'resume') await resume(connection.db);
  else await examine(connection.db);
} finally {
  await connection.close();
}

async function resume(db: Db): Promise<void> {
  const now = wireClock.now();
  const outcome = await resumeOutbox(db, {
    now,
    actor,
    halt: (tx) => haltCampaigns(tx, { now, actor }),
  });
  console.log(`The outbox goes on: ${outcome.kept} rows are kept, ${outcome.stopped} stopped as unknown.`);
}

async function examine(db: Db): Promise<void> {
  const mark = await checkRestoreMark(db);
  if (!mark.ok)
    console.log(
      'RESTORED: this database is a copy of another place, so nothing is sent.\n' +
        'Look over what waits below, then run: npm run doctor -- resume\n',
    );
  const inbox = await countInbox(db);
  const outbox = await readOutboxLoad(db, wireClock.now());
  console.log(
    `Inbox: ${inbox.waiting} waiting, ${inbox.parked} parked. Outbox: ${outbox.dueCount} due, ${outbox.sendingCount} on the wire.`,
  );
  const tasks = await readOpenTasks(db, 1_000);
  console.log(`Staff: ${tasks.length} open tasks (npm run member -- tasks).`);
  list('Alarms', await listAlarms(db), (alarm) => `${alarm.raisedAt.toISOString()}  ${alarm.message}`);
  list(
    'Parked events (newest first)',
    await readParkedEvents(db, shown),
    (event) => `${event.parkedAt.toISOString()}  #${event.id} ${event.eventType}: ${event.error}`,
  );
  list(
    'Messages that failed or whose outcome is unknown (newest first)',
    await listStuckRows(db, shown),
    (row) => `${row.finishedAt.toISOString()}  #${row.id} ${row.kind} ${row.state}: ${row.reason}`,
  );
  list(
    'Not sent in the last 7 days, by reason',
    await countExclusions(db, new Date(wireClock.now().getTime() - 7 * 86_400_000)),
    (row) => `${String(row.count).padStart(7)}  ${row.kind}: ${row.reason}`,
  );
  list(
    'Events stored and not acted on',
    await readIgnoredCounts(db),
    (row) => `${String(row.count).padStart(7)}  ${row.reason}`,
  );
}

function list<Item>(title: string, items: readonly Item[], show: (item: Item) => string): void {
  console.log(`\n${title}: ${items.length === 0 ? 'none' : ''}`);
  for (const item of items) console.log(`  ${show(item)}`);
}
