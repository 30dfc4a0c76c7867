import { sql, type Tx } from '#foundation/db.ts';
import { recordFact } from '#foundation/facts.ts';
import { marketingLevelChanged } from './friends-facts.ts';
import type { MarketingLevel } from './tables.ts';

/**
 * Sets how much a person wants to hear. The row lock holds off whoever is about to send to them.
 * @param input.now business time
 * @returns whether it was another level before
 */
export async function changeMarketingLevel(
  tx: Tx,
  input: {
    lineUserId: string;
    memberId: number | null;
    level: MarketingLevel;
    eventKey: string;
    now: Date;
  },
): Promise<{ changed: boolean }> {
  const found = await sql<{ level: MarketingLevel }>`
    select marketing as level from line_friends where line_user_id = ${input.lineUserId} for update`.execute(
    tx,
  );
  const from = found.rows[0]?.level;
  if (from === undefined || from === input.level) return { changed: false };
  await tx
    .updateTable('line_friends')
    .set({ marketing: input.level, marketing_changed_at: input.now })
    .where('line_user_id', '=', input.lineUserId)
    .execute();
  await recordFact(tx, marketingLevelChanged, {
    memberId: input.memberId,
    lineUserId: input.lineUserId,
    occurredAt: input.now,
    actor: input.memberId ? { kind: 'member', id: String(input.memberId) } : { kind: 'system', id: 'line' },
    source: 'chat',
    dedupeKey: input.eventKey,
    data: { from, to: input.level },
  });
  return { changed: true };
}
