import { type BrandPolicy, brandPolicy } from '#foundation/brand.ts';
import { createTransact } from '#foundation/facts.ts';
import { publishPolicy, readPolicy } from '#foundation/policy.ts';
import type { TestDatabase } from './database.ts';

/** A brand with other settings, from before a story opens: the house reads them anew only every two seconds. */
export async function settleBrand({ db }: TestDatabase, changes: Partial<BrandPolicy>): Promise<void> {
  const effectiveFrom = new Date('2026-01-01T00:00:00Z');
  const { version: _, ...brand } = await readPolicy(db, brandPolicy, effectiveFrom);
  await createTransact(
    db,
    [],
  )((tx) =>
    publishPolicy(tx, brandPolicy, {
      data: { ...brand, ...changes },
      effectiveFrom,
      now: effectiveFrom,
      actor: { kind: 'system', id: 'story' },
    }),
  );
}
