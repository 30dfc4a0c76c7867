import { loadDatabaseUrl } from '../config.ts';
import { countToCome } from '../features/campaigns/campaign-quota-reads.ts';
import { haltCampaigns } from '../features/campaigns/halt-campaigns.ts';
import { readOpenTasks } from '../features/tasks/task-reads.ts';
import { wireClock } from '../foundation/clock.ts';
import { type Connection, connectDatabase, type Db, sql } from '../foundation/db.ts';
import { createLogger } from '../foundation/log.ts';
import { listPendingMigrations } from '../foundation/migrate.ts';
import { listFailedSlots } from '../foundation/slots-reads.ts';
import { countInbox, readIgnoredCounts, readParkedEvents } from '../inbox/inbox-reads.ts';
import { decideUnknown, listUnknown, type UnknownDecision } from '../outbox/decide-unknown.ts';
import { examineOutbox } from '../outbox/examine-outbox.ts';
import { countExclusions, listStuckRows, readOutboxLoad } from '../outbox/outbox-reads.ts';
import { markAsCopy } from '../outbox/restore-mark.ts';
import { resumeOutbox } from '../outbox/resume-outbox.ts';

const usage = `npm run doctor                        what needs a person's eye, and what to do
npm run doctor -- resume              lets the outbox of a restored database go on
npm run doctor -- hold                holds it: for a copy that does not show, such as a disk snapshot
npm run doctor -- arrived ID… | REASON    messages of unknown outcome did arrive
npm run doctor -- again ID… | REASON      they did not: sent once more, as new messages
npm run doctor -- dropped ID… | REASON    they did not, and are let be`;

const actor = { kind: 'system', id: 'doctor' } as const;
const shown = 20;
const perBatch = 500;
const apartMs = 2_000;

const refusals = {
  not_found: 'there is no such message among those that have ended',
  not_unknown: 'its outcome is known already',
  blanked: 'what it carried is blanked by now, so it cannot be sent again',
  reply: 'it was a reply: only the shopper can ask again',
} as const;

const [command = 'examine', ...rest] = process.argv.slice(2);
const connection = connectDatabase(loadDatabaseUrl(), {
  log: createLogger('warn'),
  name: 'shuke-doctor',
  max: 2,
});
try {
  process.exitCode = await run(connection);
} finally {
  await connection.close();
}

/** @returns the exit code */
async function run({ db, pool }: Connection): Promise<number> {
  if (command === 'arrived' || command === 'again' || command === 'dropped') return decide(db, command, rest);
  if (rest.length > 0 || !['examine', 'resume', 'hold'].includes(command)) {
    process.stderr.write(`${usage}\n`);
    return 2;
  }
  const pending = await listPendingMigrations(pool);
  if (pending.length > 0) {
    console.log(`Migrations have not run: ${pending.join(', ')}.\n  → npm run migrate`);
    return 1;
  }
  if (command === 'resume') await resume(db);
  else if (command === 'hold') await hold(db);
  else await examine(db);
  return 0;
}

async function resume(db: Db): Promise<void> {
  const now = wireClock.now();
  const outcome = await resumeOutbox(db, { now, actor, halt: (tx) => haltCampaigns(tx, { now, actor }) });
  console.log(
    `The outbox goes on: ${outcome.kept} rows are kept, ${outcome.stopped} stopped as unknown (reason: restored).\n` +
      'Campaigns that ran are paused. Decide on what stopped: npm run doctor -- arrived|again|dropped restored',
  );
}

async function hold(db: Db): Promise<void> {
  await markAsCopy(db);
  console.log(
    'Held: nothing is sent within a quarter of a minute. Let it go on by: npm run doctor -- resume',
  );
}

async function decide(db: Db, decision: UnknownDecision, wanted: readonly string[]): Promise<number> {
  const areIds = wanted.every((each) => /^[1-9][0-9]{0,14}$/.test(each));
  if (wanted.length === 0 || (!areIds && wanted.length > 1)) {
    process.stderr.write(`${usage}\n`);
    return 2;
  }
  let code = 0;
  let decided = 0;
  const decideOne = async (id: number) => {
    const outcome = await db
      .transaction()
      .execute((tx) => decideUnknown(tx, { id, decision, now: wireClock.now(), actor }));
    if (outcome.ok) decided += 1;
    else {
      code = 1;
      console.log(`#${id}: ${refusals[outcome.reason]}`);
    }
    return outcome.ok;
  };
  if (areIds) for (const id of wanted) await decideOne(Number(id));
  else {
    for (const refused = new Set<number>(); ; ) {
      const ids = await listUnknown(db, { reason: wanted[0] ?? '', limit: perBatch + refused.size });
      const open = ids.filter((id) => !refused.has(id));
      if (open.length === 0) break;
      for (const id of open) if (!(await decideOne(id))) refused.add(id);
    }
  }
  console.log(`${decided} decided.`);
  return code;
}

async function examine(db: Db): Promise<void> {
  const now = wireClock.now();
  await examineClocks(db);
  const campaignsToCome = await countToCome(db, { besides: null, at: now, now });
  for (const { what, todo } of await examineOutbox(db, now, campaignsToCome)) {
    console.log(what);
    for (const line of todo?.split('\n') ?? []) console.log(`  → ${line}`);
  }
  const inbox = await countInbox(db);
  const outbox = await readOutboxLoad(db, now);
  console.log(
    `\nInbox: ${inbox.waiting} waiting, ${inbox.parked} parked. Outbox: ${outbox.dueCount} due, ${outbox.sendingCount} on the wire.`,
  );
  const tasks = await readOpenTasks(db, 1_000);
  console.log(`Staff: ${tasks.length} open tasks (npm run member -- tasks).`);
  list(
    'Jobs that failed',
    await listFailedSlots(db, shown),
    (slot) => `${slot.slot.toISOString()}  ${slot.job}, ${slot.attempts} tries: ${slot.error}`,
  );
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
  if ((await listUnknown(db, { limit: 1 })).length > 0)
    console.log(
      '  → Ask the shopper, or look into LINE Official Account Manager; then: npm run doctor -- arrived|again|dropped ID…',
    );
  list(
    'Not sent in the last 7 days, by reason',
    await countExclusions(db, new Date(now.getTime() - 7 * 86_400_000)),
    (row) => `${String(row.count).padStart(7)}  ${row.kind}: ${row.reason}`,
  );
  list(
    'Events stored and not acted on',
    await readIgnoredCounts(db),
    (row) => `${String(row.count).padStart(7)}  ${row.reason}`,
  );
}

async function examineClocks(db: Db): Promise<void> {
  const asked = wireClock.now().getTime();
  const told = await sql<{ at: Date }>`select clock_timestamp() as at`.execute(db);
  const middle = (asked + wireClock.now().getTime()) / 2;
  const apart = middle - (told.rows[0]?.at.getTime() ?? middle);
  if (Math.abs(apart) < apartMs) return;
  console.log(
    `The clocks of this machine and of the database are ${Math.round(Math.abs(apart) / 1_000)} seconds apart.\n` +
      '  → Set both by NTP: reply tokens, quiet hours and leases go by them.',
  );
}

function list<Item>(title: string, items: readonly Item[], show: (item: Item) => string): void {
  console.log(`\n${title}: ${items.length === 0 ? 'none' : ''}`);
  for (const item of items) console.log(`  ${show(item)}`);
}
