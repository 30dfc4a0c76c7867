import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { type Db, together } from '#foundation/db.ts';
import { gatherReads, sortOut } from '#foundation/gather-reads.ts';
import { anyText } from '#foundation/lists.ts';
import { openTestDatabase } from '../support/database.ts';

const { db } = await openTestDatabase();

/** Counts by name, and notes which names were asked for together. */
function createReader() {
  const asked: (readonly string[])[] = [];
  const read = gatherReads(async (from: Db, names: readonly string[]) => {
    asked.push(names);
    const found = await sql<{ name: string; count: number }>`
      select name, count from inbox_counts where name = ${anyText(names)}`.execute(from);
    const counts = new Map(found.rows.map(({ name, count }) => [name, count]));
    return names.map((name) => counts.get(name) ?? null);
  });
  return { asked, read };
}

const write = (to: Db, name: string, count: number) =>
  sql`insert into inbox_counts (name, count) values (${name}, ${count})`.execute(to);

describe('reads that are asked for at the same time', () => {
  it('are one statement in a transaction, and each gets what it asked for', async () => {
    const { asked, read } = createReader();
    const got = await db.transaction().execute(async (tx) => {
      await write(tx, 'gathered:a', 1);
      await write(tx, 'gathered:b', 2);
      return together(read(tx, 'gathered:b'), read(tx, 'gathered:none'), read(tx, 'gathered:a'));
    });
    expect(got).toEqual([2, null, 1]);
    expect(asked).toEqual([['gathered:b', 'gathered:none', 'gathered:a']]);
  });

  it('stay together in people who ask one thing after the other, and apart in different transactions', async () => {
    const { asked, read } = createReader();
    const person = async (tx: Db, name: string) => {
      await read(tx, `first:${name}`);
      return read(tx, `second:${name}`);
    };
    await Promise.all(
      ['x', 'y'].map((which) =>
        db.transaction().execute((tx) => together(person(tx, `${which}1`), person(tx, `${which}2`))),
      ),
    );
    expect(asked.map((names) => names.join(' ')).sort()).toEqual([
      'first:x1 first:x2',
      'first:y1 first:y2',
      'second:x1 second:x2',
      'second:y1 second:y2',
    ]);
  });

  it('see what was written before they were asked for', async () => {
    const { read } = createReader();
    const [, seen] = await db
      .transaction()
      .execute((tx) => together(write(tx, 'gathered:new', 7), read(tx, 'gathered:new')));
    expect(seen).toBe(7);
  });

  it('go alone outside a transaction', async () => {
    const { asked, read } = createReader();
    await Promise.all([read(db, 'one'), read(db, 'other')]);
    expect(asked).toEqual([['one'], ['other']]);
  });

  it('fail together, and the next are not spoiled', async () => {
    const read = gatherReads(async (from: Db, ids: readonly number[]) => {
      const found = await sql<{ id: number }>`
        select 1 / (id - 2) as id from unnest(${[...ids]}::int[]) id`.execute(from);
      return found.rows.map(({ id }) => id);
    });
    const ends = await Promise.allSettled(
      [[1, 2], [3]].map((ids) =>
        db.transaction().execute((tx) => together(...ids.map((id) => read(tx, id)))),
      ),
    );
    expect(ends.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
    expect(await db.transaction().execute((tx) => read(tx, 1))).toBe(-1);
  });
});

describe('rows of many', () => {
  it('are handed to their keys in the order they came in', () => {
    const rows = [
      { of: 2, n: 1 },
      { of: 1, n: 2 },
      { of: 2, n: 3 },
    ];
    expect(sortOut([1, 2, 3], rows, ({ of }) => of).map((own) => own.map(({ n }) => n))).toEqual([
      [2],
      [1, 3],
      [],
    ]);
  });
});
