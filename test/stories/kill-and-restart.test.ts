import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkExactlyOnce } from '../storm/check-exactly-once.ts';
import { createTill } from '../storm/till-traffic.ts';
import { openStormWorld, type StormWorld } from '../storm/world.ts';
import { crowdUserId } from '../support/bound-people.ts';
import { openTestDatabase } from '../support/database.ts';

const database = await openTestDatabase();
const { pool } = database;
let world: StormWorld;
let till: ReturnType<typeof createTill>;

beforeAll(async () => {
  world = await openStormWorld({ database, people: 60 });
  await world.startServices(2);
  till = createTill(world);
});
afterAll(() => world.close());

const findings = async () =>
  (await checkExactlyOnce(pool, await world.line.call('log'), till.receipts)).findings;

/** Asks again until it is so. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((done) => setTimeout(done, 20));
}

/** As if the time had gone by after which a dead process's work is taken over. */
async function letLeasesRunOut(): Promise<void> {
  await pool.query(`update inbox_queues set lease_until = now() where lease_token is not null`);
  await pool.query(`update outbox_messages set lease_until = now() where state = 'sending'`);
}

describe('processes that are killed', () => {
  it('between the yes of LINE and our commit send neither reply nor push again', {
    timeout: 120_000,
  }, async () => {
    await world.line.call('script', [
      { match: { path: '/v2/bot/message/reply' }, answer: { do: 'hang', accept: true } },
      { match: { path: '/v2/bot/message/push' }, answer: { do: 'hang', accept: true } },
    ]);
    const [asked] = await Promise.all([
      world.line.call('say', { url: world.urls()[0] ?? '', person: 2, text: '點數' }),
      till.ringUp(),
    ]);
    await until(() => world.line.call('isReplied', asked.replyToken));
    await until(() => world.line.call('isPushed', crowdUserId(1)));
    await Promise.all([world.killAndRestart(0), world.killAndRestart(1)]);
    await letLeasesRunOut();
    await world.settled();
    const { replies, pushStatuses } = await world.line.call('log');
    expect(replies.map(({ status }) => status)).toEqual([null, 400]);
    expect(pushStatuses).toEqual([null, 409]);
    expect(await findings()).toEqual([]);
  });

  it('under traffic lose no event, double no effect, reply and push once', { timeout: 240_000 }, async () => {
    till.open(100);
    const { couponId, people: bound } = world;
    await world.line.call('flow', { urls: world.urls(), perSecond: 15, bound, couponId });
    for (const at of [0, 1]) {
      const before = await countDone();
      await until(async () => (await countDone()) >= before + 10);
      await world.killAndRestart(at);
    }
    await world.line.call('quiet');
    await till.close();
    await letLeasesRunOut();
    await world.settled();
    expect(await findings()).toEqual([]);
    expect((await world.line.call('log')).posted.length).toBeGreaterThan(30);
  });
});

async function countDone(): Promise<number> {
  const { rows } = await pool.query(`select count(*)::int as count from inbox_events where state = 'done'`);
  return rows[0]?.count ?? 0;
}
