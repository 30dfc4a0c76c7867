import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { wireClock } from '#foundation/clock.ts';
import { createLineClient } from '#line/client.ts';
import { createStatelessTokens } from '#line/client-tokens.ts';
import { textMessage } from '#line/flex.ts';
import { enqueuePush, enqueueRichMenuLink, enqueueSms } from '#outbox/enqueue.ts';
import { releaseHeld } from '#outbox/hold-sending.ts';
import { listAlarms } from '#outbox/outbox-reads.ts';
import { readQuota } from '#outbox/read-quota.ts';
import { news, offer } from './message-kinds.ts';
import { openOutboxHouse, userId } from './outbox-house.ts';

const house = await openOutboxHouse();
const { db, line, clock, inTx, rows } = house;
await house.befriend(1, 60);

let made = 0;
const plan = (kind: typeof news, person: number, text: string, extra: object = {}) =>
  inTx((tx) =>
    enqueuePush(tx, kind, {
      dedupeKey: `hold:${++made}`,
      lineUserId: userId(person),
      memberId: null,
      dueAt: clock.now(),
      data: { text },
      ...extra,
    }),
  );
const answer = async (courier: ReturnType<typeof house.courier>, person: number, text = 'yes') => {
  const planned = await inTx((tx) =>
    courier.planReplies(tx, [
      {
        eventKey: `hold-event-${++made}`,
        lineUserId: userId(person),
        memberId: null,
        replyToken: `hold-token-${made}`,
        receivedAt: new Date(),
        messages: [textMessage(text)],
        late: 'drop',
      },
    ]),
  );
  for (const errand of planned) await courier.sendReply(errand);
  await courier.drain(0);
};
/** As if the pause before the next probe were over. */
const probeIsDue = () => sql`update outbox_holds set probe_at = now()`.execute(db);
const makeDue = () => sql`update outbox_messages set retry_at = now() where state = 'planned'`.execute(db);
const causes = async () => (await listAlarms(db)).map(({ cause }) => cause);
const callsTo = (end: string) => line.calls.filter(({ path }) => path.endsWith(end));

const unauthorized = { status: 401, message: 'Authentication failed' };
const monthly = { status: 429, message: 'You have reached your monthly limit.' };

beforeEach(() => clock.set('2026-12-01T04:00:00Z'));
afterEach(async () => {
  line.clear();
  await sql`truncate outbox_messages, outbox_sent, outbox_caps, outbox_offered, outbox_quota, outbox_alarms, outbox_holds,
            outbox_daily_counts`.execute(db);
});

describe('a refused access token', () => {
  it('stops everything to LINE with one alarm: what is in hand stays, replies and menus too; other ways stay open', async () => {
    const courier = house.courier({
      sms: { send: async () => ({ ok: true, status: 200 }) },
      options: { sockets: 4 },
    });
    for (let person = 1; person <= 50; person++) await plan(news, person, `for ${person}`);
    line.always(/v2/, unauthorized);
    await courier.drain(0);
    expect(line.calls.length).toBeLessThanOrEqual(4);
    const before = line.calls.length;
    await inTx((tx) =>
      enqueueRichMenuLink(tx, { dedupeKey: 'menu', lineUserId: userId(1), menu: 'vip', dueAt: clock.now() }),
    );
    await inTx((tx) =>
      enqueueSms(tx, house.secrets, { dedupeKey: 'sms', to: '+886912345678', text: 'x', dueAt: clock.now() }),
    );
    await makeDue();
    await answer(courier, 2);
    expect(line.calls).toHaveLength(before);
    expect(await causes()).toEqual(['line_token']);
    const seen = await rows();
    expect(seen.filter(({ kind }) => kind === 'sms').map(({ state }) => state)).toEqual(['sent']);
    expect(seen.filter(({ kind }) => kind !== 'sms').every(({ state }) => state === 'planned')).toBe(true);
    expect(courier.status().heldBecause).toBe('token_refused');
  });

  it('is tried by one call in half a minute, of all processes; accepted, all goes on and the alarm goes', async () => {
    const couriers = [house.courier(), house.courier(), house.courier()];
    // None of them has just started, which would be worth a try of its own.
    for (const courier of couriers) await courier.drain(0);
    for (let person = 1; person <= 20; person++) await plan(news, person, `for ${person}`);
    line.fail(/push/, unauthorized);
    await couriers[0]!.drain(0);
    line.always(/push/, unauthorized);
    for (const courier of couriers) {
      await makeDue();
      await courier.drain(0);
    }
    const before = line.calls.length;
    await probeIsDue();
    await makeDue();
    for (const courier of [...couriers, ...couriers]) await courier.drain(0);
    expect(line.calls.length).toBeLessThanOrEqual(before + 1);
    line.recover();
    await probeIsDue();
    await makeDue();
    for (const courier of couriers) await courier.drain(0);
    await makeDue();
    await house.courier().drain();
    expect((await rows()).every(({ state }) => state === 'sent')).toBe(true);
    expect(line.deliveries).toHaveLength(20);
    expect(await causes()).toEqual([]);
  });

  it('that lives for minutes is replaced at once, and the same key and bytes go again', async () => {
    const client = createLineClient({
      apiBaseUrl: line.url,
      dataApiBaseUrl: line.url,
      token: createStatelessTokens({
        apiBaseUrl: line.url,
        channelId: '1234567890',
        channelSecret: '0'.repeat(32),
        wire: wireClock,
      }),
      loopbackOnly: true,
    });
    await plan(news, 1, 'once');
    line.fail(/push/, unauthorized);
    await house.courier({ client }).drain(0);
    const [first, second] = callsTo('/push');
    expect(second?.retryKey).toBe(first?.retryKey);
    expect(second?.bytes.equals(first!.bytes)).toBe(true);
    expect(second?.token).not.toBe(first?.token);
    expect(callsTo('/token')).toHaveLength(2);
    expect((await rows())[0]).toMatchObject({ state: 'sent', attempts: 1 });
    expect(await causes()).toEqual([]);
    await client.close();
  });

  it('leaves the 23 hours of what LINE never looked at untouched', async () => {
    await plan(news, 1, 'patience');
    line.fail(/push/, unauthorized);
    await house.courier().drain(0);
    const kept = await sql<{ at: Date | null }>`select first_try_at as at from outbox_messages`.execute(db);
    expect(kept.rows).toEqual([{ at: null }]);
  });
});

describe('a month that is used up', () => {
  const exhaustMonth = async (courier = house.courier()) => {
    await plan(news, 1, 'first');
    line.always(/push|multicast/, monthly);
    await courier.drain();
    expect(callsTo('/push')).toHaveLength(1);
    expect(await causes()).toEqual(['quota_used_up']);
    return courier;
  };

  it('holds service messages without a call, ends offers, and tries one message in ten minutes over all processes', async () => {
    const courier = await exhaustMonth();
    const other = house.courier();
    for (let person = 2; person <= 9; person++) await plan(news, person, `order of ${person}`);
    await plan(offer, 10, 'offer');
    for (let nth = 0; nth < 3; nth++) {
      await courier.drain();
      await other.drain();
    }
    expect(callsTo('/push')).toHaveLength(1);
    const seen = await rows();
    expect(seen.filter(({ kind }) => kind === news.key).every(({ state }) => state === 'held')).toBe(true);
    expect(seen.at(-1)).toMatchObject({ state: 'skipped', reason: 'quota' });
    await probeIsDue();
    for (let nth = 0; nth < 3; nth++) {
      await courier.drain();
      await other.drain();
    }
    expect(callsTo('/push')).toHaveLength(2);
    expect((await rows()).filter(({ state }) => state === 'held')).toHaveLength(9);
    expect(await causes()).toEqual(['quota_used_up']);
  });

  it('keeps back what was in hand already when LINE refused: offers end, the rest waits', async () => {
    for (let person = 1; person <= 12; person++)
      await plan(person % 3 === 0 ? news : offer, person, 'in hand');
    line.always(/push|multicast/, monthly);
    await house.courier({ options: { sockets: 1 } }).drain();
    expect(line.calls).toHaveLength(1);
    const seen = await rows();
    const of = (kind: typeof news) => seen.filter((row) => row.kind === kind.key);
    expect(of(offer).map(({ state, reason }) => [state, reason])).toEqual(
      Array(8).fill(['skipped', 'quota']),
    );
    expect(of(news).map(({ state, reason }) => [state, reason])).toEqual(Array(4).fill(['held', 'quota']));
  });

  it('tries one message and not more, however PostgreSQL plans the pick', async () => {
    const courier = await exhaustMonth();
    for (let person = 2; person <= 9; person++) await plan(news, person, `order of ${person}`);
    await courier.drain();
    const released = await inTx(async (tx) => {
      for (const way of ['hashjoin', 'mergejoin', 'material', 'hashagg', 'sort'])
        await sql.raw(`set local enable_${way} = off`).execute(tx);
      return releaseHeld(tx, { reason: 'probe', limit: 1 });
    });
    expect(released).toBe(1);
  });

  it('is over when the one try is accepted: all that waited leaves, each once', async () => {
    const courier = await exhaustMonth();
    for (let person = 2; person <= 6; person++) await plan(news, person, `order of ${person}`);
    await courier.drain();
    line.recover();
    await probeIsDue();
    await courier.drain();
    expect((await rows()).map(({ state }) => state)).toEqual(Array(6).fill('sent'));
    expect(line.deliveries.map(({ to }) => to).toSorted()).toEqual([1, 2, 3, 4, 5, 6].map(userId));
    expect(await causes()).toEqual([]);
  });

  it('is over as well when LINE counts anew', async () => {
    const courier = await exhaustMonth();
    line.recover();
    // LINE counts 120, and the one message that it refused will leave without being counted again.
    expect(await readQuota(db, house.client, clock.now())).toEqual({ limit: 500, used: 121 });
    expect(await causes()).toEqual([]);
    await house.courier().drain();
    expect((await rows())[0]?.state).toBe('sent');
    await courier.drain();
  });

  it('lets replies go on, and the next one carries what was missed', async () => {
    const courier = await exhaustMonth();
    await plan(news, 1, 'second');
    await courier.drain();
    await answer(courier, 1);
    expect(line.deliveries.map(({ via, messages }) => [via, ...messages.map(({ text }) => text)])).toEqual([
      ['reply', 'yes', 'first', 'second'],
    ]);
    expect((await rows()).every(({ state }) => state === 'sent')).toBe(true);
    line.recover();
    await probeIsDue();
    await courier.drain();
    expect(line.deliveries).toHaveLength(1);
  });

  it('ends what waited longer than it is true', async () => {
    const courier = await exhaustMonth();
    await plan(news, 2, 'today only', { expiresAt: new Date('2026-12-01T15:00:00Z') });
    await courier.drain();
    clock.set('2026-12-01T16:00:00Z');
    await probeIsDue();
    await courier.drain();
    expect((await rows())[1]).toMatchObject({ state: 'skipped', reason: 'expired' });
  });

  it('keeps what may have arrived under its key, out of every reply', async () => {
    await plan(news, 1, 'perhaps');
    line.fail(/push/, { reset: true, accept: true });
    await house.courier().drain(0);
    const courier = house.courier();
    await plan(news, 2, 'other');
    line.always(/push|multicast/, monthly);
    await courier.drain(0);
    await makeDue();
    await courier.drain(0);
    await answer(courier, 1);
    expect(line.deliveries.map(({ via }) => via)).toEqual(['push', 'reply']);
    expect((await rows())[0]).toMatchObject({ state: 'planned' });
  });
});
