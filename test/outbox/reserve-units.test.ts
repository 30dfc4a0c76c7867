import { beforeEach, describe, expect, it } from 'vitest';
import { sql } from '#foundation/db.ts';
import { createTransact } from '#foundation/facts.ts';
import { countUnits, mostUnits, reserveUnits } from '#outbox/reserve-units.ts';
import { openTestDatabase } from '../support/database.ts';

const { db } = await openTestDatabase({ max: 12 });
const transact = createTransact(db, []);
const now = new Date('2026-11-21T04:00:00Z');
const reserve = (names: string[], until = now) =>
  transact((tx) => reserveUnits(tx, { names, from: now, until })).then((granted) => [...granted]);
const use = (count: number, month = '2026-11-01') =>
  sql`insert into outbox_units (month, name, is_refused)
      select ${month}::date, 'used_' || n, false from generate_series(1, ${count}::int) n`.execute(db);

beforeEach(async () => {
  await sql`delete from outbox_units`.execute(db);
});

describe('names for counting', () => {
  it('are reserved once, whatever was asked before', async () => {
    expect(await reserve(['c1_a', 'c1_b'])).toEqual(['c1_a', 'c1_b']);
    expect(await reserve(['c1_b', 'c1_c'])).toEqual(['c1_b', 'c1_c']);
    expect(await countUnits(db, now)).toEqual({ used: 3, refused: 0 });
  });

  it('end at 900 a month, also for many who ask at the same time', async () => {
    await use(mostUnits - 5);
    const granted = await Promise.all(Array.from({ length: 20 }, (_, n) => reserve([`c${n}_a`])));
    expect(granted.flat()).toHaveLength(5);
    expect(await countUnits(db, now)).toEqual({ used: mostUnits, refused: 15 });
    // What was granted stays so, and what was refused too.
    expect(
      (await Promise.all(Array.from({ length: 20 }, (_, n) => reserve([`c${n}_a`])))).flat().sort(),
    ).toEqual(granted.flat().sort());
  });

  it('are taken in every month in which they may be used, which is one of Tokyo', async () => {
    const until = new Date('2026-11-30T16:00:00Z');
    expect(await reserve(['c1_a'], until)).toEqual(['c1_a']);
    await use(mostUnits - 1, '2026-12-01');
    expect(await reserve(['c2_a'])).toEqual(['c2_a']);
    expect(await reserve(['c3_a'], until)).toEqual([]);
    const months = await sql<{ month: string; count: number }>`
      select month, count(*) filter (where name !~ 'used') as count from outbox_units group by 1 order by 1`.execute(
      db,
    );
    expect(months.rows).toEqual([
      { month: '2026-11-01', count: 3 },
      { month: '2026-12-01', count: 2 },
    ]);
  });
});
