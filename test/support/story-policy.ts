import { type ReferralsPolicy, referralsPolicy } from '#features/referrals/referral-rules.ts';
import { type BrandPolicy, brandPolicy } from '#foundation/brand.ts';
import { createTransact } from '#foundation/facts.ts';
import { type PolicySection, publishPolicy, readPolicy } from '#foundation/policy.ts';
import type { TestDatabase } from './database.ts';

/** A brand with other settings, from before a story opens: the house reads them anew only every two seconds. */
export const settleBrand = (database: TestDatabase, changes: Partial<BrandPolicy>): Promise<void> =>
  settle(database, brandPolicy, changes);

/** Other rules for inviting, from before a story opens. */
export const settleReferrals = (database: TestDatabase, changes: Partial<ReferralsPolicy>): Promise<void> =>
  settle(database, referralsPolicy, changes);

async function settle<Data extends object>(
  { db }: TestDatabase,
  section: PolicySection<Data>,
  changes: Partial<Data>,
): Promise<void> {
  const effectiveFrom = new Date('2026-01-01T00:00:00Z');
  const policy = await readPolicy(db, section, effectiveFrom);
  await createTransact(
    db,
    [],
  )((tx) =>
    publishPolicy(tx, section, {
      data: { ...policy, ...changes },
      effectiveFrom,
      now: effectiveFrom,
      actor: { kind: 'system', id: 'story' },
    }),
  );
}
