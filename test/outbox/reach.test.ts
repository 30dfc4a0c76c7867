import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cancelMarketing, enqueuePush } from '#outbox/enqueue.ts';
import { eventually } from '../support/eventually.ts';
import { offer } from './message-kinds.ts';
import { openOutboxHouse, userId } from './outbox-house.ts';

const house = await openOutboxHouse({ max: 30 });
const { db, line, clock, inTx, rows } = house;

let made = 0;
/** Different texts, so that each is a push of its own. */
const plan = (people: readonly number[], extra: { expiresAt?: Date } = {}) =>
  inTx(async (tx) => {
    for (const person of people) {
      const data = { text: `offer ${++made}` };
      const lineUserId = userId(person);
      await enqueuePush(tx, offer, {
        dedupeKey: `offer:${made}`,
        lineUserId,
        memberId: null,
        dueAt: clock.now(),
        data,
        ...extra,
      });
    }
  });
const setFriend = (person: number, change: string) =>
  sql`update line_friends set ${sql.raw(change)} where line_user_id = ${userId(person)}`.execute(db);
const ends = async () => (await rows()).map(({ state, reason }) => reason ?? state);

beforeEach(async () => {
  clock.set('2026-12-01T04:00:00Z');
  await house.befriend(1, 20);
});
afterEach(async () => {
  line.clear();
  await sql`truncate outbox_caps, outbox_offered`.execute(db);
  await sql`truncate outbox_messages, outbox_sent`.execute(db);
  await sql`delete from line_friends`.execute(db);
});

describe('caps', () => {
  it('let one offer a day and two in seven days pass, over days that the brand counts', async () => {
    for (const day of ['01', '02', '03', '07', '08']) {
      clock.set(`2026-12-${day}T04:00:00Z`);
      await plan([1, 1]);
      await house.courier().drain();
    }
    expect(await ends()).toEqual(['sent', 'cap', 'sent', 'cap', 'cap', 'cap', 'cap', 'cap', 'sent', 'cap']);
  });

  it('hold against eight couriers at once over 200 rows of each person', async () => {
    await inTx((tx) =>
      sql`insert into outbox_keys (dedupe_key) select 'race:' || n from generate_series(1, 1000) n`.execute(
        tx,
      ),
    );
    await sql`
      insert into outbox_messages (channel, method, kind, purpose, line_user_id, dedupe_key, data, due_at)
      select 'line_message', 'push', 'test_offer', 'marketing', 'U' || lpad(to_hex(n % 5 + 1), 32, '0'), 'race:' || n,
             jsonb_build_object('text', 'offer ' || n), ${clock.now()}
      from generate_series(1, 1000) n`.execute(db);
    const couriers = Array.from({ length: 8 }, () => house.courier({ options: { batch: 20 } }));
    await Promise.all(couriers.map((courier) => courier.drain()));
    const counted = await sql<{ person: string; sent: number; capped: number }>`
      select line_user_id as person, count(*) filter (where state = 'sent') as sent,
             count(*) filter (where state = 'skipped' and reason = 'cap') as capped
      from outbox_published_messages group by 1 order by 1`.execute(db);
    expect(counted.rows).toEqual([1, 2, 3, 4, 5].map((n) => ({ person: userId(n), sent: 1, capped: 199 })));
    expect(line.deliveries.map(({ to }) => to).toSorted()).toEqual([1, 2, 3, 4, 5].map(userId));
  });

  it('are given back for what LINE refused', async () => {
    await plan([1]);
    line.fail(/push/, { status: 400 });
    await house.courier().drain();
    await plan([1]);
    await house.courier().drain();
    expect((await rows()).map(({ state }) => state)).toEqual(['failed', 'sent']);
  });
});

describe('an offer that LINE certainly did not take', () => {
  const tooMany = { status: 429, message: 'The API rate limit has been exceeded.' };
  const refuseOnce = async (fault: typeof tooMany | { reset: true; accept: boolean } = tooMany) => {
    await plan([1]);
    line.fail(/push/, fault);
    await house.courier().drain(0);
  };
  const goOn = async () => {
    await sql`update outbox_messages set retry_at = now()`.execute(db);
    await house.courier().drain();
  };
  const countedOn = async () =>
    (await sql<{ day: string }>`select sent_on as day from outbox_caps order by 1`.execute(db)).rows.map(
      ({ day }) => day,
    );

  it('counts on the day on which it leaves, and gives way to what left that day', async () => {
    await refuseOnce();
    expect(await countedOn()).toEqual([]);
    clock.set('2026-12-01T13:30:00Z');
    await goOn();
    expect((await rows())[0]).toMatchObject({ state: 'planned', dueAt: new Date('2026-12-02T01:00:00Z') });
    clock.set('2026-12-02T01:00:00Z');
    await goOn();
    expect(await countedOn()).toEqual(['2026-12-02']);
    await plan([1]);
    await house.courier().drain();
    expect(await ends()).toEqual(['sent', 'cap']);
    expect(line.calls[1]?.bytes.equals(line.calls[0]!.bytes)).toBe(true);
  });

  it('gives way when another took its place in the meantime', async () => {
    await refuseOnce();
    await sql`update outbox_messages set retry_at = now() + interval '1 hour'`.execute(db);
    await plan([1]);
    await house.courier().drain();
    await goOn();
    expect(await ends()).toEqual(['cap', 'sent']);
    expect(await countedOn()).toHaveLength(1);
  });

  it('leaves although a process of the version before left it counted', async () => {
    await plan([1, 2]);
    await sql`
      with tried as (update outbox_messages set attempts = 1 where line_user_id = ${userId(1)} returning *)
      insert into outbox_caps (line_user_id, sent_on, kind, outbox_id)
      select line_user_id, '2026-11-20', kind, id from tried`.execute(db);
    await house.courier().drain();
    expect(await ends()).toEqual(['sent', 'sent']);
    expect(await countedOn()).toEqual(['2026-12-01', '2026-12-01']);
  });

  it('is asked again whether it is still due; what may have arrived is not', async () => {
    await refuseOnce();
    await sql`update outbox_messages set data = data || '{"isOver": true}'`.execute(db);
    await goOn();
    expect(await ends()).toEqual(['over']);
    clock.set('2026-12-02T04:00:00Z');
    await refuseOnce({ reset: true, accept: true });
    expect(await countedOn()).toEqual(['2026-12-02']);
    await sql`update outbox_messages set data = data || '{"isOver": true}'`.execute(db);
    await goOn();
    expect((await rows())[1]).toMatchObject({ state: 'sent', status: 409 });
  });
});

describe('what people want', () => {
  it('"less" means one offer in fourteen days', async () => {
    await setFriend(1, "marketing = 'less'");
    for (const day of ['01', '14', '15']) {
      clock.set(`2026-12-${day}T04:00:00Z`);
      await plan([1]);
      await house.courier().drain();
    }
    expect(await ends()).toEqual(['sent', 'less', 'sent']);
  });

  it('"stop" and a pause hold back what was planned before', async () => {
    await plan([1, 2, 3]);
    await setFriend(1, "marketing = 'stopped'");
    await setFriend(2, "marketing_paused_until = '2026-12-02T00:00:00Z'");
    await house.courier().drain();
    expect(await ends()).toEqual(['stopped', 'paused', 'sent']);
  });

  it('"stop" wins against couriers at work: nothing of that person is leased after it committed', async () => {
    await sql`insert into outbox_keys (dedupe_key) select 'stop:' || n from generate_series(1, 1000) n`.execute(
      db,
    );
    await sql`
      insert into outbox_messages (channel, method, kind, purpose, line_user_id, dedupe_key, data, due_at)
      select 'line_message', 'push', 'test_offer', 'marketing', 'U' || lpad(to_hex(n % 20 + 1), 32, '0'), 'stop:' || n,
             jsonb_build_object('text', 'offer ' || n), ${clock.now()}
      from generate_series(1, 1000) n`.execute(db);
    const couriers = Array.from({ length: 4 }, () => house.courier({ options: { batch: 10 } }));
    const draining = Promise.all(couriers.map((courier) => courier.drain()));
    await eventually(() => expect(line.calls.length).toBeGreaterThan(0));
    const stopped = Array.from({ length: 10 }, (_, i) => userId(i + 1));
    const left = new Map<string, number>();
    for (const person of stopped) {
      await inTx(async (tx) => {
        await sql`update line_friends set marketing = 'stopped' where line_user_id = ${person}`.execute(tx);
        await cancelMarketing(tx, person, 'stopped');
      });
      const leased = await sql<{ count: number }>`
        select count(*) as count from outbox_published_messages
        where line_user_id = ${person} and state in ('sending', 'sent')`.execute(db);
      const waiting =
        await sql`select 1 from outbox_published_messages where line_user_id = ${person} and state = 'planned'`.execute(
          db,
        );
      expect(waiting.rows).toEqual([]);
      left.set(person, leased.rows[0]?.count ?? 0);
    }
    await draining;
    for (const person of stopped) {
      expect(line.deliveries.filter(({ to }) => to === person).length).toBe(left.get(person));
    }
  });
});

describe('quiet hours', () => {
  it.each([
    ['in the evening', '2026-12-01T13:30:00Z', '2026-12-02T01:00:00Z'],
    ['after midnight', '2026-12-01T16:30:00Z', '2026-12-02T01:00:00Z'],
    ['just before they end', '2026-12-02T00:59:00Z', '2026-12-02T01:00:00Z'],
  ])('move an offer %s to their end', async (_name, now, end) => {
    clock.set(now);
    await plan([1]);
    await house.courier().drain();
    expect((await rows())[0]).toMatchObject({ state: 'planned', dueAt: new Date(end) });
    clock.set(end);
    await house.courier().drain();
    expect((await rows())[0]?.state).toBe('sent');
  });

  it('do not carry an offer past its end, and a clock that jumps finds it expired', async () => {
    clock.set('2026-12-01T13:30:00Z');
    await plan([1], { expiresAt: new Date('2026-12-01T16:00:00Z') });
    await plan([2], { expiresAt: new Date('2026-12-02T04:00:00Z') });
    await house.courier().drain();
    clock.set('2026-12-05T04:00:00Z');
    await house.courier().drain();
    expect(await ends()).toEqual(['expired', 'expired']);
    expect(line.calls).toHaveLength(0);
  });
});

describe('how to stop', () => {
  it('is the last line of the first offer to a person, once', async () => {
    await plan([1]);
    await house.courier().drain();
    clock.set('2026-12-02T04:00:00Z');
    await plan([1]);
    await house.courier().drain();
    const said = line.calls.map(({ bytes }) => bytes.toString().includes('想少收請輸入「少一點」'));
    expect(said).toEqual([true, false]);
    const [first] = line.deliveries;
    expect(first?.messages).toHaveLength(2);
    expect(JSON.stringify(first?.messages[1])).toContain('"text":"停止"');
  });

  it('is said again when LINE refused the first', async () => {
    await plan([1]);
    line.fail(/push/, { status: 400 });
    await house.courier().drain();
    await plan([1]);
    await house.courier().drain();
    expect(line.deliveries[0]?.messages).toHaveLength(2);
  });

  it('speaks the language of the person', async () => {
    await setFriend(1, "language = 'en'");
    await plan([1]);
    await house.courier().drain();
    expect(line.calls[0]?.bytes.toString()).toContain('No offers: type \\"stop\\"');
  });
});
