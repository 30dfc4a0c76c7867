import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import nock from 'nock';
import { afterEach, describe, expect, it } from 'vitest';
import { createSecrets } from '#foundation/secrets.ts';
import { blankSentBodies } from '#outbox/blank-sent-bodies.ts';
import { enqueueRichMenuLink, enqueueSms } from '#outbox/enqueue.ts';
import { countExclusions, listAlarms, listStuckRows, readOutboxLoad } from '#outbox/outbox-reads.ts';
import { raiseAlarm } from '#outbox/raise-alarm.ts';
import { readQuota } from '#outbox/read-quota.ts';
import { createHttpSmsPort } from '#outbox/sms-port.ts';
import { openOutboxHouse, userId } from './outbox-house.ts';

const house = await openOutboxHouse();
const { db, line, clock, secrets, inTx, rows } = house;
await house.befriend(1, 5);

let made = 0;
const planMenu = (person: number, menu: 'guest' | 'member' | 'vip') =>
  inTx((tx) =>
    enqueueRichMenuLink(tx, {
      dedupeKey: `menu:${++made}`,
      lineUserId: userId(person),
      menu,
      dueAt: clock.now(),
    }),
  );
const planSms = (extra: { expiresAt?: Date } = {}) =>
  inTx((tx) =>
    enqueueSms(tx, secrets, {
      dedupeKey: `sms:${++made}`,
      to: '+886912345678',
      text: 'code 482913',
      dueAt: clock.now(),
      ...extra,
    }),
  );
const makeDue = () => sql`update outbox_messages set retry_at = now() where state = 'planned'`.execute(db);
const sms = createHttpSmsPort({ url: 'https://sms.example/send', token: 'bearer-of-sms' });
const first = async () => (await rows())[0];

afterEach(async () => {
  line.clear();
  nock.cleanAll();
  await sql`truncate outbox_messages, outbox_sent`.execute(db);
  await sql`delete from outbox_alarms`.execute(db);
});

describe('a rich menu', () => {
  it('that is due when the row leaves is linked, not the one that was due when it was planned', async () => {
    await planMenu(1, 'member');
    await sql`update line_friends set rich_menu = 'vip' where line_user_id = ${userId(1)}`.execute(db);
    await house.courier().drain();
    expect((await first())?.state).toBe('sent');
    expect(line.calls.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'GET /v2/bot/richmenu/alias/shuke-vip-card',
      `POST /v2/bot/user/${userId(1)}/richmenu/richmenu-of-shuke-vip-card`,
    ]);
    expect(line.calls.every(({ retryKey }) => retryKey === null)).toBe(true);
  });

  it('of a guest is the default menu: unlinked; the alias is asked for once a minute', async () => {
    await sql`update line_friends set rich_menu = 'member' where line_user_id = any(${[2, 3].map(userId)})`.execute(
      db,
    );
    for (const [person, menu] of [
      [2, 'member'],
      [3, 'member'],
      [4, 'guest'],
    ] as const)
      await planMenu(person, menu);
    await house.courier({ options: { batch: 1 } }).drain();
    expect(line.calls.filter(({ path }) => path.includes('/alias/'))).toHaveLength(1);
    expect(line.calls.at(-1)).toMatchObject({ method: 'DELETE', path: `/v2/bot/user/${userId(4)}/richmenu` });
  });

  it('that was never published fails with its reason', async () => {
    await sql`update line_friends set rich_menu = 'member' where line_user_id = ${userId(5)}`.execute(db);
    await planMenu(5, 'member');
    line.fail(/alias/, { status: 404, message: 'richmenu alias not found' });
    await house.courier().drain();
    expect(await first()).toMatchObject({ state: 'failed', status: 404, reason: 'richmenu alias not found' });
  });

  it('of a stranger is skipped', async () => {
    await planMenu(900, 'member');
    await house.courier().drain();
    expect(await first()).toMatchObject({ state: 'skipped', reason: 'not_a_friend' });
  });
});

describe('an SMS', () => {
  it('goes to the port as { to, text } with the bearer token; the row holds neither in the clear', async () => {
    const call = nock('https://sms.example', { reqheaders: { authorization: 'Bearer bearer-of-sms' } })
      .post('/send', { to: '+886912345678', text: 'code 482913' })
      .reply(202);
    await planSms();
    const stored = await sql<{
      row: string;
    }>`select outbox_messages::text as row from outbox_messages`.execute(db);
    expect(stored.rows[0]?.row).not.toMatch(/0912|912345678|482913/);
    await house.courier({ sms }).drain();
    expect(call.isDone()).toBe(true);
    expect(await first()).toMatchObject({ state: 'sent', status: 202 });
  });

  it('is tried four times, then it has failed', async () => {
    const calls = nock('https://sms.example').post('/send').times(4).reply(503);
    await planSms();
    for (let i = 0; i < 6; i++) {
      await house.courier({ sms }).drain(0);
      await makeDue();
    }
    expect(calls.isDone()).toBe(true);
    expect(await first()).toMatchObject({ state: 'failed', status: 503, attempts: 4 });
  });

  it('whose code has ended is not sent', async () => {
    await planSms({ expiresAt: new Date(clock.now().getTime() - 1) });
    await house.courier({ sms }).drain();
    expect(await first()).toMatchObject({ state: 'skipped', reason: 'expired' });
  });

  it('without a port fails with its reason', async () => {
    await planSms();
    await house.courier().drain();
    expect(await first()).toMatchObject({ state: 'failed', reason: 'no SMS port is configured' });
  });

  it('sealed with a key that is gone fails alone', async () => {
    await planSms();
    await house.courier({ sms, secrets: createSecrets(randomBytes(32)) }).drain();
    expect((await first())?.state).toBe('failed');
  });
});

describe('an alarm', () => {
  it('is told once per cause: on record, and to the webhook', async () => {
    const told: unknown[] = [];
    nock('https://alerts.example')
      .post('/hook', (body) => told.push(body) > 0)
      .reply(200);
    const desk = {
      log: { error: () => undefined } as never,
      secrets,
      alertWebhookUrl: 'https://alerts.example/hook',
    };
    const raise = () =>
      inTx((tx) => raiseAlarm(tx, desk, { cause: 'test', message: 'look here', now: clock.now() }));
    expect([await raise(), await raise()]).toEqual([true, false]);
    await house.courier().drain();
    expect(told).toMatchObject([{ text: 'Shuke: look here', cause: 'test' }]);
    expect(await listAlarms(db)).toMatchObject([{ cause: 'test', message: 'look here' }]);
  });
});

describe('housekeeping', () => {
  it('blanks what was sent two days ago and keeps its hash', async () => {
    await planMenu(1, 'member');
    await house.courier().drain();
    expect(await blankSentBodies(db, { now: new Date(), keepHours: 48 })).toBe(0);
    expect(await blankSentBodies(db, { now: new Date(Date.now() + 48.1 * 3_600_000), keepHours: 48 })).toBe(
      1,
    );
    const kept = await sql<{ body: Buffer | null; hash: Buffer | null }>`
      select body, body_sha256 as hash from outbox_published_messages`.execute(db);
    expect(kept.rows[0]?.body).toBeNull();
    expect(kept.rows[0]?.hash).toHaveLength(32);
    expect(await blankSentBodies(db, { now: new Date(Date.now() + 49 * 3_600_000), keepHours: 48 })).toBe(0);
  });

  it("takes over LINE's own count of the month", async () => {
    expect(await readQuota(db, house.client, clock.now())).toEqual({ limit: 500, used: 120 });
    const kept = await sql`select month, message_limit, used_count from outbox_quota`.execute(db);
    expect(kept.rows).toEqual([{ month: '2026-12-01', message_limit: 500, used_count: 120 }]);
    await sql`delete from outbox_quota`.execute(db);
  });

  it('tells what is due, what is stuck, and every exclusion by its reason', async () => {
    await planMenu(900, 'member');
    await planMenu(901, 'member');
    expect(await readOutboxLoad(db, new Date(clock.now().getTime() + 5_000))).toEqual({
      dueCount: 2,
      oldestDueSeconds: 5,
      sendingCount: 0,
    });
    await planSms();
    await house.courier().drain();
    expect(await countExclusions(db, new Date(Date.now() - 60_000))).toEqual([
      { kind: 'rich_menu_link', reason: 'not_a_friend', count: 2 },
      { kind: 'sms', reason: 'no SMS port is configured', count: 1 },
    ]);
    expect(await listStuckRows(db, 10)).toMatchObject([{ channel: 'sms', state: 'failed' }]);
  });
});
