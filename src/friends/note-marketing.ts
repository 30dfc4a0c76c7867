import { sql, type Tx } from '#foundation/db.ts';

/** Notes that a marketing push leaves for these persons. @param input.now business time */
export async function noteMarketing(
  tx: Tx,
  input: { lineUserIds: readonly string[]; now: Date },
): Promise<void> {
  await sql`
    update line_friends
    set first_marketing_at = coalesce(first_marketing_at, ${input.now}), last_marketing_at = ${input.now}
    where line_user_id = any(${[...input.lineUserIds].sort()}::text[])`.execute(tx);
}
