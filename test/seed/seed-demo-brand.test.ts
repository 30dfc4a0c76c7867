import { describe, expect, it } from 'vitest';
import { planMorning } from '#features/flows/plan-morning-job.ts';
import { readPoints } from '#features/points/points-reads.ts';
import { addDays, dateInZone, instantInZone } from '#foundation/clock.ts';
import { type Db, sql } from '#foundation/db.ts';
import { createTransact } from '#foundation/facts.ts';
import { isMemberNo } from '#foundation/ids.ts';
import { createSecrets } from '#foundation/secrets.ts';
import { makeHistory } from '#simulator/seed/make-history.ts';
import { seedDemoBrand } from '#simulator/seed/seed-demo-brand.ts';
import { openTestDatabase } from '../support/database.ts';

const zone = 'Asia/Taipei';
const secrets = createSecrets(Buffer.alloc(32, 7));
const now = new Date('2026-11-21T06:00:00Z');
const firstMorning = '2026-11-22';
const shoppers = ['陳怡君', '林志豪', '王淑芬', 'Emma Wilson', '佐藤美咲'].map((displayName, at) => ({
  userId: `U${String(at).repeat(32)}`,
  displayName,
  language: ['zh-TW', 'zh-TW', 'zh-TW', 'en', 'ja'][at] ?? 'zh-TW',
}));

const one = async <Row>(db: Db, query: string): Promise<Row> =>
  (await sql.raw<Row>(query).execute(db)).rows[0] as Row;

describe('the demo brand', () => {
  it('stands whole, and only in an empty database', async () => {
    const { db } = await openTestDatabase();
    const seeded = await seedDemoBrand(db, { secrets, now, shoppers });
    expect(seeded).toMatchObject({
      ok: true,
      members: 504,
      followers: [shoppers[1]?.userId, shoppers[2]?.userId, shoppers[4]?.userId],
    });
    expect(await seedDemoBrand(db, { secrets, now, shoppers })).toEqual({ ok: false, reason: 'has_members' });

    const counts = await one<Record<string, number>>(
      db,
      `select (select count(*) from stores) as stores, (select count(distinct category) from purchase_lines) as categories,
              (select count(*) from purchases) as purchases, (select count(*) from purchase_returns) as returns,
              (select count(*) from coupons where is_claimable) as claimable,
              (select count(*) from tier_memberships where tier_key = 'silver') as silver,
              (select count(*) from tier_memberships where tier_key = 'gold') as gold,
              (select count(*) from flows where is_on) as flows,
              (select count(*) from members where birth_month = 2 and birth_day = 29) as leap,
              (select count(*) from facts where not is_history and kind like 'purchase%') as live`,
    );
    expect(counts).toMatchObject({ stores: 3, categories: 8, claimable: 8, flows: 4, live: 0 });
    expect(counts.leap).toBeGreaterThanOrEqual(2);
    expect(counts.purchases).toBeGreaterThan(1_500);
    expect(counts.returns).toBeGreaterThan(50);
    expect(counts.silver).toBeGreaterThan(10);
    expect(counts.gold).toBeGreaterThan(5);

    const span = await one<{ from: string; until: string }>(
      db,
      'select min(purchased_on) as from, max(purchased_on) as until from purchases',
    );
    expect(span.from < addDays(firstMorning, -500)).toBe(true);
    expect(span.until < dateInZone(now, zone)).toBe(true);
    const numbers = await sql<{ no: string }>`select member_no as no from members`.execute(db);
    expect(numbers.rows.filter((row) => !isMemberNo(row.no))).toEqual([]);
  });

  it('brings one message of each flow on the first morning, to three of the cast', async () => {
    const { db } = await openTestDatabase();
    await seedDemoBrand(db, { secrets, now, shoppers });
    const slot = instantInZone(firstMorning, '08:50', zone);
    await planMorning({ db, transact: createTransact(db, []) }, { slot, now: slot, zone });
    const planned = await sql<{ kind: string; to: string }>`
      select kind, line_user_id as to from outbox_published_messages where purpose = 'marketing' order by kind`.execute(
      db,
    );
    expect(planned.rows).toEqual([
      { kind: 'flow_birthday_wish', to: shoppers[1]?.userId },
      { kind: 'flow_coupon_reminder', to: shoppers[2]?.userId },
      { kind: 'flow_win_back', to: shoppers[4]?.userId },
    ]);
    const left = await sql<{ flow: string; reason: string }>`
      select distinct flow_key as flow, reason from flow_entries where state = 'skipped' order by flow`.execute(
      db,
    );
    expect(left.rows).toEqual([
      { flow: 'birthday', reason: 'not_bound' },
      { flow: 'win_back', reason: 'not_bound' },
    ]);
  });

  it('seeded before nine has its first morning on the same day', async () => {
    const { db } = await openTestDatabase();
    const night = new Date('2026-11-21T18:00:00Z');
    await seedDemoBrand(db, { secrets, now: night, shoppers });
    const slot = instantInZone(firstMorning, '08:50', zone);
    const plan = await planMorning({ db, transact: createTransact(db, []) }, { slot, now: slot, zone });
    expect(plan.planned).toBe(3);
  });

  it('knows a phone at the till that a newcomer can bind, with points', async () => {
    const { db } = await openTestDatabase();
    await seedDemoBrand(db, { secrets, now });
    const hmac = secrets.lookup('phone', '+886912345678');
    const found = await sql<{ id: number; birth: number | null; joined: Date | null }>`
      select m.id, m.birth_month as birth, m.joined_at as joined from member_identities i
      join members m on m.id = i.member_id where i.value_hmac = ${hmac}`.execute(db);
    expect(found.rows).toMatchObject([{ birth: null, joined: null }]);
    const points = await readPoints(db, found.rows[0]?.id ?? 0, firstMorning);
    expect(points.active).toBeGreaterThan(0);
  });

  it('comes out the same for the same day', () => {
    const plan = { people: 500, firstMorning, zone, seed: 20_260_301 };
    expect(makeHistory(plan)).toEqual(makeHistory(plan));
    expect(makeHistory({ ...plan, seed: 1 })).not.toEqual(makeHistory(plan));
  });

  it('has birthdays in every week to come, and people who lapse on each of the first five mornings', () => {
    const history = makeHistory({ people: 500, firstMorning, zone, seed: 20_260_301 });
    const birthdays = new Set(history.map(({ birthday: b }) => b && `${b.month}-${b.day}`));
    for (let week = 0; week < 52; week++) {
      const days = Array.from({ length: 7 }, (_, at) => addDays(firstMorning, week * 7 + at));
      expect(days.some((day) => birthdays.has(day.slice(5).split('-').map(Number).join('-')))).toBe(true);
    }
    const lastDays = history
      .map(({ purchases }) => purchases.at(-1)?.at)
      .map((at) => at && dateInZone(at, zone));
    for (let morning = 0; morning < 5; morning++) {
      expect(lastDays).toContain(addDays(firstMorning, morning - 91));
    }
  });
});
