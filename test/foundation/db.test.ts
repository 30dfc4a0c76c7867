import type { Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import { describe, expect, it, vi } from 'vitest';
import { inOneGo, openTransaction, sql, type Tx, together } from '#foundation/db.ts';
import { openTestDatabase } from '../support/database.ts';

const { db, pool } = await openTestDatabase({ max: 2 });
await pool.query('create table notes (id int primary key, text text)');

const note = (tx: Tx, id: number) => sql`insert into notes values (${id}, 'noted')`.execute(tx);
const kept = async () => (await pool.query('select id from notes order by id')).rows.map(({ id }) => id);
const transact = <T>(work: (tx: Tx) => Promise<T>) => openTransaction(db, work);

describe('statements of one transaction that travel together', () => {
  it('are carried out in their order, each seeing what those before it did', async () => {
    const [, [counted], , [after]] = await transact((tx) =>
      inOneGo<[unknown, { count: number }, unknown, { count: number }]>(
        tx,
        sql`insert into notes values (${1}, 'first')`,
        sql`select count(*) as count from notes where id < ${10}`,
        sql`insert into notes values (${2}, 'second')`,
        sql`select count(*) as count from notes where id < ${10}`,
      ),
    );
    expect([counted?.count, after?.count]).toEqual([1, 2]);
    expect(await kept()).toEqual([1, 2]);
  });

  it('leave in one packet, and the beginning with them', async () => {
    const client = (await pool.connect()) as pg.PoolClient & { connection: { stream: Socket } };
    client.release();
    const packets = vi.spyOn(client.connection.stream, '_writev');
    await transact(async (tx) => {
      const ask = (n: number) => sql`select ${n}::int as asked`;
      await inOneGo(tx, ask(1), ask(2), ask(3));
      await together(ask(4).execute(tx), ask(5).execute(tx));
    });
    expect(packets).toHaveBeenCalledTimes(2);
  });

  it('stop with the transaction: what asks for more after its end is refused', async () => {
    let left: Tx | undefined;
    await transact(async (tx) => {
      left = tx;
    });
    await expect(note(left as Tx, 40)).rejects.toThrow('already committed');
    expect(await kept()).not.toContain(40);
  });

  it('read under a lock that the first of them waited for', async () => {
    await pool.query('delete from notes');
    const lock = sql`select pg_advisory_xact_lock(7)`;
    let holderIsDone = false;
    const held = Promise.withResolvers<void>();
    const holder = transact(async (tx) => {
      await lock.execute(tx);
      held.resolve();
      await pause(100);
      await note(tx, 1);
      holderIsDone = true;
    });
    await held.promise;
    const [, [seen]] = await transact((tx) =>
      inOneGo<[unknown, { count: number }]>(
        tx,
        lock,
        sql`select count(*) as count from notes where id = ${1}`,
      ),
    );
    expect(holderIsDone).toBe(true);
    expect(seen?.count).toBe(1);
    await holder;
  });

  it('are all undone when one fails, and nothing goes on after the rollback', async () => {
    await pool.query('delete from notes');
    const slow = async (tx: Tx) => {
      for (let id = 10; id < 20; id++) {
        await note(tx, id);
        await pause(5);
      }
    };
    const failing = transact((tx) =>
      together(
        slow(tx),
        (async () => {
          await pause(20);
          await sql`select 1 / ${0}::int`.execute(tx);
        })(),
      ),
    );
    // The notes that came after it failed for that reason alone.
    await expect(failing).rejects.toThrow('division by zero');
    await pause(100);
    expect(await kept()).toEqual([]);
  });
});

describe('a transaction', () => {
  it('that says nothing at all ends as one that does', async () => {
    await transact(async () => undefined);
    await transact((tx) => note(tx, 30));
    expect(await kept()).toContain(30);
  });

  it('whose first statement is refused leaves nothing behind, and its connection serves the next', async () => {
    const broken = async (tx: Tx) => {
      await sql`select * from no_such_table where id = ${1}`.execute(tx);
    };
    await Promise.all([1, 2, 3].map(() => expect(transact(broken)).rejects.toThrow('no_such_table')));
    await transact((tx) => note(tx, 31));
    expect(await kept()).toContain(31);
  });

  it('keeps what it wrote to itself until its commit', async () => {
    await transact(async (tx) => {
      await note(tx, 32);
      expect(await kept()).not.toContain(32);
    });
    expect(await kept()).toContain(32);
  });
});
