import { sql, type Tx } from '#foundation/db.ts';

/** While a person answers by hand, the automaton does not talk into it. @param input.until business time */
export async function silenceFreeText(tx: Tx, input: { lineUserId: string; until: Date }): Promise<void> {
  await sql`
    update line_friends set free_text_silent_until = greatest(free_text_silent_until, ${input.until}::timestamptz)
    where line_user_id = ${input.lineUserId}`.execute(tx);
}

/** Whether a person answers by hand at present. @param input.now business time */
export async function isFreeTextSilent(tx: Tx, input: { lineUserId: string; now: Date }): Promise<boolean> {
  const found = await sql`
    select 1 from line_friends
    where line_user_id = ${input.lineUserId} and free_text_silent_until > ${input.now}`.execute(tx);
  return found.rows.length > 0;
}
