import { createFixedClock, instantInZone } from '#foundation/clock.ts';
import { connectDatabase, type Db, sql } from '#foundation/db.ts';
import { createTransact } from '#foundation/facts.ts';
import { createLogger } from '#foundation/log.ts';
import { createScheduler } from '#foundation/schedule-runner.ts';
import { createSecrets } from '#foundation/secrets.ts';
import { createLineClient } from '#line/client.ts';
import { fixedToken } from '#line/client-tokens.ts';
import { reactions } from '../../src/reactions.ts';
import { recurringJobs } from '../../src/schedule.ts';
import { deliver, makePeople } from '../flows/crowd.ts';
import { serveCommands } from '../support/processes.ts';

/** One gift or wish, by the birthday it was for: 'MM-DD occasion day'. */
export type Met = { birthday: string; occasion: string; on: string; gifts: number };

const zone = 'Asia/Taipei';
const minutesAfterSlot = '08:55';

/**
 * Lives through so many mornings of a brand with one member for each of the 366 birthdays: the schedule's own job, with
 * the coupons given and the pushes planned, in the zone that this process runs in.
 * @param input.from the first day, 'YYYY-MM-DD'
 */
async function live(input: { databaseUrl: string; from: string; days: number }) {
  const log = createLogger('silent');
  const connection = connectDatabase(input.databaseUrl, { log, name: 'birthdays', max: 4 });
  const { db } = connection;
  const clock = createFixedClock('2024-12-01T00:00:00Z');
  const transact = createTransact(db, reactions);
  // Nobody listens there: the morning needs no LINE.
  const client = createLineClient({
    apiBaseUrl: 'http://127.0.0.1:9',
    dataApiBaseUrl: 'http://127.0.0.1:9',
    token: fixedToken('no-token-is-needed'),
    loopbackOnly: true,
  });
  const jobs = recurringJobs({
    db,
    transact,
    client,
    log,
    desk: { log, secrets: createSecrets(Buffer.alloc(32, 7)), alertWebhookUrl: null },
    approvalKinds: new Map(),
    retention: { sentBodyHours: 48, eventDays: 30, sentMonths: 24 },
    wake: () => undefined,
  });
  const scheduler = createScheduler({ db, jobs: jobs.filter(({ name }) => name === 'morning'), clock, log });
  try {
    await makePeople(
      db,
      allBirthdays().map((birth) => ({ birth, joinedAt: '2024-01-01T00:00:00Z' })),
    );
    await sql`update flows set is_on = true, switched_on_at = '2024-12-01' where key = 'birthday'`.execute(
      db,
    );
    let mornings = 0;
    for (let nth = -1; nth < input.days; nth++) {
      const day = nextDay(input.from, nth);
      clock.set(instantInZone(day, minutesAfterSlot, zone));
      mornings += (await scheduler.runDue()).length;
      await deliver(db, day);
    }
    return { mornings, met: await readMet(db), zone: Intl.DateTimeFormat().resolvedOptions().timeZone };
  } finally {
    await client.close();
    await connection.close();
  }
}

function allBirthdays(): [month: number, day: number][] {
  const lengths = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  return lengths.flatMap((length, month) =>
    Array.from({ length }, (_, day): [number, number] => [month + 1, day + 1]),
  );
}

const nextDay = (from: string, by: number): string =>
  new Date(Date.parse(`${from}T00:00:00Z`) + by * 86_400_000).toISOString().slice(0, 10);

async function readMet(db: Db): Promise<Met[]> {
  const found = await sql<Met>`
    select to_char(m.birth_month, 'FM00') || '-' || to_char(m.birth_day, 'FM00') as birthday, e.occasion,
           e.planned_for as on,
           (select count(*) from coupon_claims c
            where c.member_id = m.id and c.issue_key = 'flow:birthday:' || m.id || ':' || e.occasion) as gifts
    from flow_entries e join members m on m.id = e.member_id
    where e.flow_key = 'birthday' and e.state = 'planned'
    order by 1, 2`.execute(db);
  return found.rows;
}

const commands = { live };
export type BirthdayProcess = typeof commands;
serveCommands(commands);
