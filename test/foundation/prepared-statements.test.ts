import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { afresh } from '#foundation/prepared-statements.ts';
import { openTestDatabase } from '../support/database.ts';

const { db, pool } = await openTestDatabase({ max: 1 });

const prepared = async (like: string) => {
  const found = await pool.query(
    `select statement from pg_prepared_statements where statement like '%${like}%' and statement not like '%pg_prepared%'`,
  );
  return found.rows.length;
};

describe('a connection', () => {
  it('prepares a statement with parameters once, and every value goes through it', async () => {
    const double = async (value: number) =>
      (await sql<{ twice: number }>`select ${value}::int * 2 as twice`.execute(db)).rows[0]?.twice;
    expect([await double(1), await double(2), await double(3)]).toEqual([2, 4, 6]);
    expect(await prepared('as twice')).toBe(1);
  });

  it('prepares nothing for a statement without parameters', async () => {
    await sql`select 'unprepared'`.execute(db);
    expect(await prepared('unprepared')).toBe(0);
  });

  it('keeps no plan of a statement that asks to be planned afresh', async () => {
    await sql`${afresh} select ${1}::int as anew`.execute(db);
    expect(await prepared('as anew')).toBe(0);
  });

  it('goes on after a statement that was refused', async () => {
    const divide = (by: number) => sql<{ r: number }>`select 10 / ${by}::int as r`.execute(db);
    await expect(divide(0)).rejects.toThrow('division by zero');
    expect((await divide(5)).rows).toEqual([{ r: 2 }]);
    const read = () => sql`select ${1}::int from late_table`.execute(db);
    await expect(read()).rejects.toThrow('late_table');
    await expect(read()).rejects.toThrow('late_table');
    await sql`create table late_table ()`.execute(db);
    expect((await read()).rows).toEqual([]);
    expect((await divide(2)).rows).toEqual([{ r: 5 }]);
  });
});
