import { sql } from 'kysely';
import { afterEach, describe, expect, it } from 'vitest';
import { textMessage } from '#line/flex.ts';
import { enqueueNotice, enqueuePush, type PlannedReply } from '#outbox/enqueue.ts';
import { eventually } from '../support/eventually.ts';
import { news } from './message-kinds.ts';
import { openOutboxHouse, userId } from './outbox-house.ts';

const house = await openOutboxHouse();
const { db, line, clock, client, inTx, rows } = house;
await house.befriend(1, 5);

let made = 0;
const reply = (extra: Partial<PlannedReply> = {}): PlannedReply => ({
  eventKey: `event-${++made}`,
  lineUserId: userId(1),
  memberId: null,
  replyToken: `token-${made}`,
  receivedAt: new Date(),
  messages: [textMessage('yes')],
  late: 'drop',
  ...extra,
});
const old = () => new Date(Date.now() - 51_000);
const hold = (person: number, text: string, extra: object = {}) =>
  inTx((tx) =>
    enqueueNotice(tx, news, 'next_reply', {
      dedupeKey: `held:${++made}`,
      lineUserId: userId(person),
      memberId: null,
      dueAt: clock.now(),
      data: { text, ...extra },
    }),
  );
const texts = () => line.deliveries.map(({ messages }) => messages.map(({ text }) => text));
const answer = async (planned: PlannedReply, courier = house.courier()) => {
  const [errand] = await inTx((tx) => courier.planReplies(tx, [planned]));
  if (errand) await courier.sendReply(errand);
  await courier.drain();
  return errand ?? null;
};

afterEach(async () => {
  line.clear();
  await sql`truncate outbox_messages, outbox_sent`.execute(db);
});

describe('a reply', () => {
  it('is on record as tried before it leaves, and is sent with no retry key', async () => {
    const courier = house.courier();
    const [errand] = await inTx((tx) => courier.planReplies(tx, [reply()]));
    expect((await rows())[0]).toMatchObject({ method: 'reply', state: 'sending', attempts: 1 });
    expect(line.calls).toHaveLength(0);
    await courier.sendReply(errand!);
    await courier.drain();
    expect((await rows())[0]).toMatchObject({ state: 'sent', status: 200 });
    expect(line.calls[0]).toMatchObject({ path: '/v2/bot/message/reply', retryKey: null });
  });

  it('is planned together with those to other people, each with what waits for that person', async () => {
    await hold(2, 'you earned 12 points');
    const repeated = reply({ lineUserId: userId(4) });
    await answer(repeated);
    const courier = house.courier();
    const late = reply({ lineUserId: userId(3), receivedAt: old() });
    const to = [1, 2, 5].map((n) => reply({ lineUserId: userId(n) }));
    const errands = await inTx((tx) => courier.planReplies(tx, [repeated, late, ...to]));
    expect(errands.map(({ lineUserId }) => lineUserId).toSorted()).toEqual([1, 2, 5].map(userId).toSorted());
    for (const errand of errands) await courier.sendReply(errand);
    await courier.drain();
    expect(texts().toSorted((a, b) => a.length - b.length)).toEqual([
      ...Array(3).fill(['yes']),
      ['yes', 'you earned 12 points'],
    ]);
    expect((await rows()).map(({ state }) => state).toSorted()).toEqual([
      ...Array(5).fill('sent'),
      'skipped',
    ]);
  });

  it('is planned once per event', async () => {
    const planned = reply();
    await answer(planned);
    expect(await answer(planned)).toBeNull();
    expect(line.deliveries).toHaveLength(1);
  });

  it.each([
    ['a time-out', { hang: true as const, accept: true }],
    ['a reset', { reset: true as const, accept: true }],
    ['500', { status: 500, accept: true }],
  ])('of unknown end (%s) is tried once more; 400 then means delivered', async (_name, fault) => {
    line.fail(/reply/, fault);
    await answer(reply(), house.courier('hang' in fault ? { client: house.hastyOnce() } : {}));
    expect((await rows())[0]).toMatchObject({ state: 'sent', status: 400, attempts: 2 });
    expect(line.deliveries).toHaveLength(1);
    expect(line.calls.map(({ path }) => path)).toEqual(Array(2).fill('/v2/bot/message/reply'));
  });

  it('of unknown end that had not arrived arrives with the second try', async () => {
    line.fail(/reply/, { reset: true, accept: false });
    await answer(reply());
    expect((await rows())[0]).toMatchObject({ state: 'sent', status: 200, attempts: 2 });
    expect(line.deliveries).toHaveLength(1);
  });

  it('that is unknown twice stays unknown, and is never pushed', async () => {
    line.fail(/reply/, { reset: true, accept: false }, { reset: true, accept: false });
    await answer(reply({ late: 'push' }));
    expect((await rows())[0]).toMatchObject({ state: 'unknown', attempts: 2 });
    expect(line.calls.map(({ path }) => path)).toEqual(Array(2).fill('/v2/bot/message/reply'));
  });

  it('whose process died is tried once more by another', async () => {
    const dead = house.courier();
    await inTx((tx) => dead.planReplies(tx, [reply()]));
    await sql`update outbox_messages set lease_until = now() - interval '1 second'`.execute(db);
    await house.courier().drain();
    expect((await rows())[0]).toMatchObject({ state: 'sent', attempts: 2 });
    expect(line.deliveries).toHaveLength(1);
  });

  it('whose process died long ago is left alone: its token is gone, and it may have arrived', async () => {
    const dead = house.courier();
    await inTx((tx) => dead.planReplies(tx, [reply({ late: 'push' })]));
    await sql`update outbox_messages set lease_until = now() - interval '1 second',
                                         reply_received_at = now() - interval '1 minute'`.execute(db);
    await house.courier().drain();
    expect((await rows())[0]).toMatchObject({ state: 'unknown', reason: 'late' });
    expect(line.calls).toHaveLength(0);
  });

  it('refused at once with 400 has failed, and is not pushed', async () => {
    line.fail(/reply/, { status: 400, message: 'Invalid reply token' });
    await answer(reply({ late: 'push' }));
    expect((await rows())[0]).toMatchObject({ state: 'failed', reason: 'Invalid reply token' });
    expect(line.calls).toHaveLength(1);
  });

  it('that is too late before any try is dropped', async () => {
    await answer(reply({ receivedAt: old() }));
    expect((await rows())[0]).toMatchObject({ state: 'skipped', reason: 'late' });
    expect(line.calls).toHaveLength(0);
  });

  it('that is too late before any try is pushed where the person must know', async () => {
    await answer(reply({ receivedAt: old(), late: 'push' }));
    expect((await rows())[0]).toMatchObject({ method: 'push', state: 'sent' });
    expect(line.calls.map(({ path }) => path)).toEqual(['/v2/bot/message/push']);
    expect(JSON.parse(line.calls[0]!.bytes.toString())).toEqual({
      to: userId(1),
      messages: [textMessage('yes')],
    });
  });

  it('that never left while LINE was away becomes a push once its token has run out', async () => {
    const away: typeof client.reply = async () => ({ outcome: 'unknown', cause: 'refused', reached: false });
    const courier = house.courier({ client: { ...client, reply: away } });
    const [errand] = await inTx((tx) => courier.planReplies(tx, [reply({ late: 'push' })]));
    await courier.sendReply(errand!);
    await courier.stop();
    expect((await rows())[0]).toMatchObject({ state: 'planned', method: 'reply', doubts: 0 });
    await sql`update outbox_messages set reply_received_at = now() - interval '1 minute', retry_at = now()`.execute(
      db,
    );
    await house.courier().drain();
    expect((await rows())[0]).toMatchObject({ method: 'push', state: 'sent' });
    expect(line.deliveries.map(({ via }) => via)).toEqual(['push']);
  });

  it('does not wait behind a campaign that hangs', async () => {
    const hanging = Promise.withResolvers<void>();
    const push: typeof client.push = async () => {
      await hanging.promise;
      return { outcome: 'unknown', cause: 'hung', reached: true };
    };
    const courier = house.courier({ client: { ...client, push } });
    await inTx(async (tx) => {
      for (const n of [1, 2, 3, 4, 5]) {
        const dueAt = clock.now();
        const lineUserId = userId(2);
        const data = { text: 'x' };
        await enqueuePush(tx, news, { dedupeKey: `hang:${n}`, lineUserId, memberId: null, dueAt, data });
      }
    });
    courier.start();
    await eventually(async () => expect((await rows()).every(({ state }) => state === 'sending')).toBe(true));
    const [errand] = await inTx((tx) => courier.planReplies(tx, [reply()]));
    await courier.sendReply(errand!);
    expect(texts()).toEqual([['yes']]);
    await eventually(async () => expect((await rows()).at(-1)?.state).toBe('sent'));
    hanging.resolve();
    await courier.stop();
  });
});

describe('a held notice', () => {
  it('rides along with the next reply, free of charge, and ends with it', async () => {
    await hold(1, 'you earned 12 points');
    await hold(2, 'for somebody else');
    await house.courier().drain();
    expect(line.calls).toHaveLength(0);
    await answer(reply());
    expect(texts()).toEqual([['yes', 'you earned 12 points']]);
    expect((await rows()).map(({ state }) => state)).toEqual(['sent', 'held', 'sent']);
    await answer(reply());
    expect(texts()[1]).toEqual(['yes']);
  });

  it('goes only as far as five messages have room, the oldest first', async () => {
    for (const text of ['1', '2', '3']) await hold(1, text);
    await answer(reply({ messages: ['a', 'b', 'c'].map((text) => textMessage(text)) }));
    expect(texts()).toEqual([['a', 'b', 'c', '1', '2']]);
    expect((await rows()).map(({ state }) => state)).toEqual(['sent', 'sent', 'held', 'sent']);
  });

  it('that is no longer due is skipped with its reason', async () => {
    await hold(1, 'old news', { isOver: true });
    await answer(reply());
    expect(texts()).toEqual([['yes']]);
    expect((await rows())[0]).toMatchObject({ state: 'skipped', reason: 'over' });
  });

  it.each(['boom', 'sql'])('that breaks (%s) never spoils the reply', async (text) => {
    await hold(1, text);
    await answer(reply());
    expect(texts()).toEqual([['yes']]);
    expect((await rows())[0]?.state).toBe('failed');
  });

  it('is held again when the reply certainly did not arrive', async () => {
    await hold(1, 'you earned 12 points');
    line.fail(/reply/, { status: 400 });
    await answer(reply());
    expect((await rows()).map(({ state }) => state)).toEqual(['held', 'failed']);
    await answer(reply());
    expect(texts()).toEqual([['yes', 'you earned 12 points']]);
  });

  it('counts as gone when nobody knows whether the reply arrived', async () => {
    await hold(1, 'you earned 12 points');
    line.fail(/reply/, { reset: true, accept: false }, { reset: true, accept: false });
    await answer(reply());
    expect((await rows()).map(({ state }) => state)).toEqual(['unknown', 'unknown']);
    await answer(reply());
    expect(texts()).toEqual([['yes']]);
  });

  it('leaves the quick replies of the answer under the last message', async () => {
    const quickReply = {
      items: [{ type: 'action' as const, action: { type: 'message' as const, label: 'ok', text: 'ok' } }],
    };
    await hold(1, 'note');
    await answer(reply({ messages: [{ ...textMessage('choose'), quickReply }] }));
    expect(line.deliveries[0]?.messages).toEqual([
      textMessage('choose'),
      { ...textMessage('note'), quickReply },
    ]);
  });
});
