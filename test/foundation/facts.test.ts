import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createTransact, declareFact, reactTo, recordFact } from '#foundation/facts.ts';
import { openTestDatabase } from '../support/database.ts';

const { db } = await openTestDatabase();
const bought = declareFact('test.bought', 1, z.object({ amountTwd: z.int() }));
const at = new Date('2026-11-21T10:00:00Z');
const fact = (dedupeKey: string, amountTwd: number) => ({
  memberId: null,
  occurredAt: at,
  actor: { kind: 'system', id: 'test' } as const,
  source: 'test',
  dedupeKey,
  data: { amountTwd },
});

describe('recordFact', () => {
  it('lets each reaction answer once, in the same transaction', async () => {
    const seen: number[] = [];
    const transact = createTransact(db, [
      reactTo(bought, 'sum up', async (_tx, recorded) => void seen.push(recorded.data.amountTwd)),
    ]);
    await transact((tx) => recordFact(tx, bought, fact('a', 100)));
    const again = await transact((tx) => recordFact(tx, bought, fact('a', 100)));
    expect(again).toBeNull();
    expect(seen).toEqual([100]);
  });

  it('refuses data that its kind does not know', async () => {
    const transact = createTransact(db, []);
    await expect(
      transact((tx) => recordFact(tx, bought, { ...fact('b', 1), data: { amountTwd: 1.5 } })),
    ).rejects.toThrow();
  });

  it('is never changed afterwards', async () => {
    await expect(
      db
        .updateTable('facts' as never)
        .set({ source: 'x' } as never)
        .execute(),
    ).rejects.toThrow(/append-only/);
  });
});
