import { expect, it } from 'vitest';
import { selectGifts, selectWishes } from '#features/flows/birthday-candidates-reads.ts';
import { sql } from '#foundation/db.ts';
import { openTestDatabase } from '../support/database.ts';

const { db } = await openTestDatabase();
await sql`
  insert into members (member_no, joined_at, created_at, birth_month, birth_day)
  select to_char(n, 'FM0000000000'), now(), now(), extract(month from born)::int, extract(day from born)::int
  from generate_series(1, 50000) n, lateral (select date '2028-01-01' + (n % 366)) d (born)`.execute(db);
await sql`analyze members`.execute(db);

it.each([
  ['wishes', '2026-11-21', selectWishes({ day: '2026-11-21', missedSlot: null }), 1],
  ['wishes of a leap day', '2027-02-28', selectWishes({ day: '2027-02-28', missedSlot: null }), 2],
  ['gifts', '2026-12-20', selectGifts({ daysBefore: 2, minDaysBetween: 300 }, '2026-12-20'), 3],
])(
  'among 50,000 members those due for %s are found by their birthday',
  async (_what, _day, query, birthdays) => {
    const plan = await sql`explain (format json) ${query}`.execute(db);
    expect(JSON.stringify(plan.rows)).toContain('members_birthday');
    expect(JSON.stringify(plan.rows)).not.toMatch(/"Seq Scan"[^{}]*"Relation Name":"members"/);
    const found = (await query.execute(db)).rows.length;
    expect(found).toBeGreaterThanOrEqual(136 * birthdays);
    expect(found).toBeLessThanOrEqual(137 * birthdays);
  },
);
