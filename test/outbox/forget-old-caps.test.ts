import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { enqueuePush } from '#outbox/enqueue.ts';
import { forgetOldCaps } from '#outbox/forget-old-caps.ts';
import { changeReach } from '../support/reach-policy.ts';
import { countRowsRead } from '../support/rows-read.ts';
import { offer } from './message-kinds.ts';
import { openOutboxHouse, userId } from './outbox-house.ts';

const house = await openOutboxHouse();
const { db, pool, line, clock, inTx, rows } = house;
const today = '2026-12-01';
const forget = (keepMonths = 3) => forgetOldCaps(db, { keepMonths, now: clock.now(), today });

// Ids that no message of the tests has.
let nextId = -1_000_000;
/** Offers to a person, one on each of the days. */
const count = (person: number, ...days: string[]) => {
  const from = nextId;
  nextId += days.length;
  return sql`
    insert into outbox_caps (line_user_id, sent_on, kind, outbox_id)
    select ${userId(person)}, day, 'test_offer', ${from}::int + nth
    from unnest(${days}::date[]) with ordinality as d (day, nth)`.execute(db);
};
const left = async () => {
  const found = await sql<{ person: string; day: string }>`
    select line_user_id as person, sent_on as day from outbox_caps order by outbox_id`.execute(db);
  return found.rows.map(({ person, day }) => [Number.parseInt(person.slice(1), 16), day]);
};
let made = 0;
const offerTo = async (person: number) => {
  const text = `offer ${++made}`;
  await inTx((tx) =>
    enqueuePush(tx, offer, {
      dedupeKey: text,
      lineUserId: userId(person),
      memberId: null,
      dueAt: clock.now(),
      data: { text },
    }),
  );
  await house.courier().drain();
};

beforeEach(async () => {
  clock.set('2026-12-01T04:00:00Z');
  await house.befriend(1, 9);
});
afterEach(async () => {
  line.clear();
  await sql`truncate outbox_caps, outbox_offered, outbox_messages, outbox_sent`.execute(db);
  await sql`delete from line_friends`.execute(db);
});

describe('what was counted against caps', () => {
  it('goes when it is older than the setting says, and not a day sooner, batch after batch', async () => {
    await sql`
      insert into outbox_caps (line_user_id, sent_on, kind, outbox_id)
      select 'U' || lpad(to_hex(n % 3000), 32, '0'), '2025-01-01'::date + n / 3000, 'test_offer', -n
      from generate_series(1, 12000) n`.execute(db);
    await count(1, '2026-08-31', '2026-09-01', '2026-11-30');
    expect(await forget(24)).toEqual({ capsForgotten: 0 });
    expect(await forget()).toEqual({ capsForgotten: 12_001 });
    expect(await left()).toEqual([
      [1, '2026-09-01'],
      [1, '2026-11-30'],
    ]);
    expect(await forget()).toEqual({ capsForgotten: 0 });
  });

  it('stays as long as it counts, also where a brand counts for longer than it keeps', async () => {
    await changeReach(pool, { lessDays: 200 });
    await count(1, '2026-05-14', '2026-05-15', '2026-05-16');
    expect(await forget()).toEqual({ capsForgotten: 1 });
    expect(await left()).toEqual([
      [1, '2026-05-15'],
      [1, '2026-05-16'],
    ]);
  });

  it('was an offer all the same: the next one does not tell again how to stop', async () => {
    const said = () => line.calls.map(({ bytes }) => bytes.toString().includes('想少收請輸入「少一點」'));
    await offerTo(1);
    const soon = { now: new Date('2027-12-01T04:00:00Z'), today: '2027-12-01' };
    expect(await forgetOldCaps(db, { keepMonths: 3, ...soon })).toEqual({ capsForgotten: 1 });
    clock.set(soon.now);
    await offerTo(1);
    await offerTo(2);
    expect(said()).toEqual([true, false, true]);
    // Nor after one that was refused and given back; who had no other one is told again.
    clock.set('2027-12-03T04:00:00Z');
    for (const person of [1, 3]) {
      line.fail(/push/, { status: 400 });
      await offerTo(person);
      await offerTo(person);
    }
    expect(said().slice(3)).toEqual([false, false, true, true]);
  });

  it('counts no more and is kept: the next offer does not tell again how to stop', async () => {
    await count(4, '2025-01-15');
    await count(5, '2026-03-15');
    await count(6, '2026-10-31');
    for (const person of [4, 5, 6, 7]) await offerTo(person);
    const said = line.calls.map(({ bytes }) => bytes.toString().includes('想少收請輸入「少一點」'));
    expect(said).toEqual([false, false, false, true]);
  });

  it('leaves the caps as they are', async () => {
    await count(1, '2026-01-01', '2026-11-27', '2026-11-29');
    await count(2, '2026-01-01', '2026-11-27');
    await forget();
    await offerTo(1);
    await offerTo(2);
    await offerTo(2);
    expect((await rows()).map(({ state, reason }) => reason ?? state)).toEqual(['cap', 'sent', 'cap']);
  });

  it('is looked for from the oldest on, not among all', async () => {
    await sql`
      insert into outbox_caps (line_user_id, sent_on, kind, outbox_id)
      select 'U' || lpad(to_hex(n), 32, '0'), '2026-11-01', 'test_offer', n from generate_series(1, 30000) n`.execute(
      db,
    );
    await sql`analyze outbox_caps`.execute(db);
    await inTx(async (tx) => {
      const before = await countRowsRead(tx, 'outbox_caps');
      await forgetOldCaps(tx, { keepMonths: 3, now: clock.now(), today });
      expect((await countRowsRead(tx, 'outbox_caps')) - before).toBe(5_000);
    });
  });
});
