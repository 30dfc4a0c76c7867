import type { Db } from '#foundation/db.ts';
import type { Transact } from '#foundation/facts.ts';
import { readPolicy } from '#foundation/policy.ts';
import { tiersPolicy } from '../tier-rules.ts';
import { reviewTier } from './review-tier.ts';
import '../tables.ts';

const batchSize = 500;

/** The longest due first, as the index has them. */
export const selectDueTiers = (db: Db, today: string) =>
  db
    .selectFrom('tier_memberships')
    .select('member_id')
    .where('until', 'is', null)
    .where('review_on', '<=', today)
    .orderBy('review_on')
    .orderBy('id')
    .limit(batchSize);

/**
 * Looks at every tier whose review day has come, each in its own transaction; safe to run again. Where tiers go by
 * rank or score there are no reviews: the month's ranking looks at them.
 * @returns how many
 */
export async function reviewDueTiers(
  db: Db,
  transact: Transact,
  input: { today: string; now: Date },
): Promise<number> {
  const { mode } = await readPolicy(db, tiersPolicy, input.now);
  if (mode !== 'threshold') return 0;
  let reviewed = 0;
  for (;;) {
    const due = await selectDueTiers(db, input.today).execute();
    for (const { member_id: memberId } of due)
      await transact((tx) =>
        reviewTier(tx, {
          memberId,
          now: input.now,
          actor: { kind: 'job', id: 'tier-review' },
          source: 'job',
        }),
      );
    reviewed += due.length;
    if (due.length < batchSize) return reviewed;
  }
}
