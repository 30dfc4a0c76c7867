import { sql } from 'kysely';
import { afterEach, describe, expect, it } from 'vitest';
import type { LineAnswer } from '#line/client.ts';
import { enqueuePush } from '#outbox/enqueue.ts';
import { listAlarms } from '#outbox/outbox-reads.ts';
import { eventually } from '../support/eventually.ts';
import { news, offer } from './message-kinds.ts';
import { openOutboxHouse, userId } from './outbox-house.ts';

const house = await openOutboxHouse();
const { db, line, clock, client, inTx, rows } = house;
await house.befriend(1, 40);
await house.befriend(50, 50, 'blocked');

let made = 0;
const plan = (kind: typeof news, person: number, text: string, extra: object = {}) =>
  inTx((tx) =>
    enqueuePush(tx, kind, {
      dedupeKey: `test:${++made}`,
      lineUserId: userId(person),
      memberId: null,
      dueAt: clock.now(),
      data: { text },
      ...extra,
    }),
  );
const expireLeases = () =>
  sql`update outbox_messages set lease_until = now() - interval '1 second' where state = 'sending'`.execute(
    db,
  );
const makeDue = () =>
  sql`update outbox_messages set retry_at = now() - interval '1 second' where state = 'planned'`.execute(db);
const only = async () => (await rows())[0]!;

/** A courier that dies when LINE has answered: its settlement never comes, unless `resume` lets it. */
function dyingCourier() {
  const late: (() => void)[] = [];
  const push: typeof client.push = async (...call) => {
    const answer = await client.push(...call);
    await new Promise<void>((resolve) => late.push(resolve));
    return answer;
  };
  const resume = () => {
    for (const go of late) go();
  };
  return { courier: house.courier({ client: { ...client, push } }), resume };
}

afterEach(async () => {
  line.clear();
  await sql`truncate outbox_caps, outbox_offered`.execute(db);
  await sql`truncate outbox_messages, outbox_sent`.execute(db);
  await sql`delete from outbox_quota`.execute(db);
  await sql`delete from outbox_alarms`.execute(db);
  await sql`delete from outbox_holds`.execute(db);
});

describe('a push', () => {
  it('leaves once, with its retry key, and keeps the id of the request', async () => {
    await plan(news, 1, 'hello');
    await house.courier().drain();
    const row = await only();
    expect(row).toMatchObject({ state: 'sent', status: 200, attempts: 1, doubts: 0 });
    expect(row.requestId).toMatch(/^request-/);
    expect(line.calls).toHaveLength(1);
    expect(line.calls[0]).toMatchObject({ path: '/v2/bot/message/push', retryKey: row.retryKey });
    expect(line.deliveries.map(({ to }) => to)).toEqual([userId(1)]);
  });

  it('is planned once per key', async () => {
    expect(await plan(news, 1, 'hello', { dedupeKey: 'same' })).not.toBeNull();
    expect(await plan(news, 1, 'hello', { dedupeKey: 'same' })).toBeNull();
  });

  it('waits for its time on the business clock', async () => {
    await plan(news, 1, 'later', { dueAt: new Date(clock.now().getTime() + 60_000) });
    await house.courier().drain();
    expect((await only()).state).toBe('planned');
    expect(line.calls).toHaveLength(0);
  });

  it.each([
    ['is over', { data: { text: 'x', isOver: true } }, 'over'],
    ['says nothing', { data: { text: '' } }, 'nothing_to_say'],
    ['has expired', { expiresAt: new Date(clock.now().getTime() - 1) }, 'expired'],
    ['goes to somebody who blocked us', { lineUserId: userId(50) }, 'not_a_friend'],
    ['goes to somebody we never met', { lineUserId: userId(999) }, 'not_a_friend'],
  ])('that %s is skipped with its reason', async (_name, extra, reason) => {
    await plan(news, 1, 'x', extra);
    await house.courier().drain();
    expect(await only()).toMatchObject({ state: 'skipped', reason });
    expect(line.calls).toHaveLength(0);
  });

  it.each(['boom', 'sql'])('that cannot be rendered (%s) fails alone', async (text) => {
    await plan(news, 1, 'before');
    await plan(news, 2, text);
    await plan(news, 3, 'after');
    await house.courier().drain();
    expect((await rows()).map(({ state }) => state)).toEqual(['sent', 'failed', 'sent']);
    expect((await rows())[1]?.reason).toMatch(/^not rendered/);
  });
});

describe('a process that dies', () => {
  it('between the answer and our commit leaves a row that is sent again under the same key: 409, one delivery', async () => {
    await plan(news, 1, 'once');
    const dead = dyingCourier();
    void dead.courier.drain();
    await eventually(() => expect(line.deliveries).toHaveLength(1));
    await expireLeases();
    await house.courier().drain();
    const row = await only();
    expect(row).toMatchObject({ state: 'sent', status: 409, attempts: 2 });
    expect(line.deliveries).toHaveLength(1);
    expect(line.calls).toHaveLength(2);
    expect(line.calls[1]?.retryKey).toBe(line.calls[0]?.retryKey);
    expect(line.calls[1]?.bytes.equals(line.calls[0]!.bytes)).toBe(true);
  });

  it('and wakes up later cannot overwrite what another wrote', async () => {
    await plan(news, 1, 'once');
    const stalled = dyingCourier();
    const ending = stalled.courier.drain();
    await eventually(() => expect(line.deliveries).toHaveLength(1));
    await expireLeases();
    await house.courier().drain();
    const before = await only();
    stalled.resume();
    await ending;
    expect(await only()).toEqual(before);
  });

  it('keeps its bytes although the words change before the next try', async () => {
    await house.befriend(70, 70, 'following', 'Ada');
    await plan(news, 70, 'hello {name}');
    line.fail(/push/, { status: 500 });
    await house.courier().drain(0);
    await sql`update line_friends set display_name = 'Grace' where line_user_id = ${userId(70)}`.execute(db);
    await makeDue();
    await house.courier().drain();
    expect(line.calls).toHaveLength(2);
    expect(line.calls[1]?.bytes.equals(line.calls[0]!.bytes)).toBe(true);
    expect(line.deliveries[0]?.messages[0]?.text).toBe('hello Ada');
  });
});

describe("LINE's answers", () => {
  it.each([
    ['500', { status: 500 }],
    ['502', { status: 502 }],
    ['a reset before anything', { reset: true as const, accept: false }],
    ['a reset after acceptance', { reset: true as const, accept: true }],
    ['no answer after acceptance', { hang: true as const, accept: true }],
    ['500 after acceptance', { status: 500, accept: true }],
    ['429 for the rate', { status: 429, message: 'The API rate limit has been exceeded. Try again later.' }],
  ])('%s: the same key and bytes again, one delivery', async (_name, fault) => {
    await plan(news, 1, 'again');
    line.fail(/push/, fault);
    await house.courier('hang' in fault ? { client: house.hastyOnce() } : {}).drain(0);
    await makeDue();
    await house.courier().drain();
    expect(await only()).toMatchObject({ state: 'sent', attempts: 2 });
    expect(line.deliveries).toHaveLength(1);
    expect(line.calls[1]?.retryKey).toBe(line.calls[0]?.retryKey);
    expect(line.calls[1]?.bytes.equals(line.calls[0]!.bytes)).toBe(true);
  });

  it.each([400, 403, 404, 413])("%i: failed with LINE's own words", async (status) => {
    await plan(news, 1, 'no');
    line.fail(/push/, { status, message: 'The property is invalid' });
    await house.courier().drain();
    expect(await only()).toMatchObject({ state: 'failed', status, reason: 'The property is invalid' });
    expect(line.calls).toHaveLength(1);
  });

  it('401: held back with one alarm, which goes when LINE accepts again', async () => {
    await plan(news, 1, 'first');
    await plan(news, 2, 'second');
    line.fail(/push/, { status: 401 }, { status: 401 });
    await house.courier().drain(0);
    expect((await rows()).map(({ state }) => state)).toEqual(['planned', 'planned']);
    expect((await listAlarms(db)).map(({ cause }) => cause)).toEqual(['line_token']);
    // The second may have been kept back by the first one's answer.
    line.clearFaults();
    await makeDue();
    await house.courier().drain();
    expect((await rows()).map(({ state }) => state)).toEqual(['sent', 'sent']);
    expect(await listAlarms(db)).toEqual([]);
  });

  it('429 for the month: offers stop with a reason, service messages wait, one alarm, no more calls for offers', async () => {
    for (let person = 1; person <= 3; person++) await plan(offer, person, `for ${person}`, { priority: 4 });
    await plan(news, 4, 'your order');
    line.fail(
      /push/,
      ...Array.from({ length: 4 }, () => ({ status: 429, message: 'You have reached your monthly limit.' })),
    );
    await house.courier().drain();
    const seen = await rows();
    expect(seen.slice(0, 3).map(({ state, reason }) => [state, reason])).toEqual(
      Array(3).fill(['skipped', 'quota']),
    );
    expect(seen[3]).toMatchObject({ state: 'held', reason: 'quota', status: 429 });
    expect((await listAlarms(db)).map(({ cause }) => cause)).toEqual(['quota_used_up']);
    const before = line.calls.length;
    await plan(offer, 9, 'one more');
    await house.courier().drain();
    expect(line.calls).toHaveLength(before);
    expect((await rows())[4]).toMatchObject({ state: 'skipped', reason: 'quota' });
  });

  it.each([
    ['none', { reset: true as const, accept: false }],
    ['only refusals that may pass', { status: 429, message: 'The API rate limit has been exceeded.' }],
  ])('%s for 23 hours: unknown, and the key is never used again', async (_name, fault) => {
    await plan(news, 1, 'old');
    line.fail(/push/, fault);
    await house.courier().drain(0);
    await sql`update outbox_messages set first_try_at = now() - interval '23 hours 1 minute'`.execute(db);
    await makeDue();
    await house.courier().drain();
    expect(await only()).toMatchObject({ state: 'unknown' });
    expect(line.calls).toHaveLength(1);
  });

  it('nothing listens: what never left is certain, and goes when LINE is back', async () => {
    await plan(news, 1, 'patience');
    const away = async (): Promise<LineAnswer<never>> => ({
      outcome: 'unknown',
      cause: 'refused',
      reached: false,
    });
    await house.courier({ client: { ...client, push: away } }).drain(0);
    expect(await only()).toMatchObject({ state: 'planned', doubts: 0, attempts: 1 });
    await makeDue();
    await house.courier().drain();
    expect(await only()).toMatchObject({ state: 'sent', attempts: 2 });
  });
});

describe('the quota', () => {
  it('lets offers go as far as the month allows beside its reserve of one, service messages always', async () => {
    await sql`insert into outbox_quota (month, message_limit, used_count, read_at) values ('2026-12-01', 20, 16, now())`.execute(
      db,
    );
    await plan(news, 10, 'order');
    for (let person = 1; person <= 5; person++) await plan(offer, person, `offer ${person}`);
    await house.courier().drain();
    const states = (await rows()).map(({ state, reason }) => reason ?? state);
    expect(states.toSorted()).toEqual(['quota', 'quota', 'quota', 'sent', 'sent', 'sent']);
    expect(states[0]).toBe('sent');
    const left = await sql<{ used: number }>`select used_count as used from outbox_quota`.execute(db);
    expect(left.rows[0]?.used).toBe(19);
  });
});

describe('a running courier', () => {
  it('sends what is planned while it runs, and gives back what is not on the wire when it stops', async () => {
    const courier = house.courier();
    courier.start();
    for (let person = 1; person <= 40; person++) await plan(news, person, `for ${person}`);
    courier.wake();
    await eventually(async () => expect((await rows()).every(({ state }) => state === 'sent')).toBe(true));
    await courier.stop();
    expect(line.deliveries).toHaveLength(40);
    await plan(news, 1, 'after');
    expect((await rows()).at(-1)?.state).toBe('planned');
  });

  it('takes back the leases of a dead process by itself', async () => {
    await plan(news, 1, 'orphan');
    const dead = dyingCourier();
    void dead.courier.drain();
    await eventually(() => expect(line.deliveries).toHaveLength(1));
    await expireLeases();
    const courier = house.courier();
    courier.start();
    await eventually(async () => expect((await only()).state).toBe('sent'));
    await courier.stop();
    expect(line.deliveries).toHaveLength(1);
  });
});
