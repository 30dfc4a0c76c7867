import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { sql } from '#foundation/db.ts';
import { declarePolicy, loadPolicies, publishPolicy, readPolicy } from '#foundation/policy.ts';
import { openTestDatabase } from '../support/database.ts';

const { db } = await openTestDatabase();
const section = declarePolicy('of_this_test', z.object({ rate: z.number() }));
const at = new Date('2026-03-01T00:00:00Z');
const actor = { kind: 'system', id: 'test' } as const;
const publish = (rate: number, effectiveFrom = at) =>
  db
    .transaction()
    .execute((tx) => publishPolicy(tx, section, { data: { rate }, effectiveFrom, now: at, actor }));

describe('a policy', () => {
  it('is the newest version in force at the moment that is asked for', async () => {
    await publish(1);
    await publish(2, new Date('2026-03-02T00:00:00Z'));
    expect(await readPolicy(db, section, at)).toEqual({ rate: 1, version: 1 });
    expect(await readPolicy(db, section, new Date('2026-03-03T00:00:00Z'))).toEqual({ rate: 2, version: 2 });
    await expect(readPolicy(db, section, new Date('2026-02-28T00:00:00Z'))).rejects.toMatchObject({
      code: 'no_policy',
    });
  });

  it('stays the same within a transaction, which sees what it published itself', async () => {
    const [first, same, own] = await db.transaction().execute(async (tx) => {
      const before = await readPolicy(tx, section, at);
      await publish(7);
      const after = await readPolicy(tx, section, at);
      await publishPolicy(tx, section, { data: { rate: 8 }, effectiveFrom: at, now: at, actor });
      return [before, after, await readPolicy(tx, section, at)];
    });
    expect([first?.rate, same?.rate, own?.rate]).toEqual([1, 1, 8]);
    expect((await readPolicy(db, section, at)).rate).toBe(8);
  });

  it('is read once a process as long as it holds, and nobody can change it for the others', async () => {
    const read = () => db.transaction().execute((tx) => readPolicy(tx, section, at));
    const held = await read();
    expect(await read()).toBe(held);
    expect(() => Object.assign(held, { rate: 99 })).toThrow('read only');
    await publish(9);
    expect((await read()).rate).toBe(9);
    // Another room's view of the same section is its own.
    const other = declarePolicy(
      section.section,
      z.object({ rate: z.number().transform((rate) => rate * 2) }),
    );
    expect((await db.transaction().execute((tx) => readPolicy(tx, other, at))).rate).toBe(18);
    expect((await read()).rate).toBe(9);
  });

  it('that cannot be read fails its transaction, and nothing else', async () => {
    const lost = db.transaction().execute(async (tx) => {
      await readPolicy(tx, section, at);
      const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(tx);
      await sql`select pg_terminate_backend(${rows[0]?.pid})`.execute(db);
      await loadPolicies(tx, [at]);
    });
    await expect(lost).rejects.toThrow();
    expect((await readPolicy(db, section, at)).version).toBeGreaterThan(0);
  });

  it('is each section of its own moment, however many a transaction asks for', async () => {
    const sections = ['first', 'second', 'third'].map((name) => declarePolicy(name, section.schema));
    const later = new Date('2026-03-05T00:00:00Z');
    const read = await db.transaction().execute(async (tx) => {
      for (const [nth, each] of sections.entries())
        for (const effectiveFrom of [at, later])
          await publishPolicy(tx, each, {
            data: { rate: 10 * nth + (effectiveFrom === later ? 1 : 0) },
            effectiveFrom,
            now: at,
            actor,
          });
      const rates: number[] = [];
      for (const each of sections)
        for (const moment of [at, later]) rates.push((await readPolicy(tx, each, moment)).rate);
      const missing = declarePolicy('nowhere', section.schema);
      await expect(readPolicy(tx, missing, at)).rejects.toMatchObject({ code: 'no_policy' });
      return rates;
    });
    expect(read).toEqual([0, 1, 10, 11, 20, 21]);
  });
});
