import type { BrandPolicy } from '#foundation/brand.ts';
import { addMs } from '#foundation/clock.ts';
import { sql, type Tx } from '#foundation/db.ts';

const quietMs = 12 * 3_600_000;

/**
 * Whether a text that nobody understood is answered, and with which of the three sentences. They come in turn, so
 * that nobody reads the same one twice in a row; one statement, so that two texts at once get two of them.
 * @returns 1, 2, 3, or null for silence
 */
export async function takeFreeTextVariant(
  tx: Tx,
  input: { lineUserId: string; setting: BrandPolicy['freeText']; now: Date },
): Promise<1 | 2 | 3 | null> {
  if (input.setting === 'never') return null;
  const answeredBefore = input.setting === 'always' ? null : addMs(input.now, -quietMs);
  const taken = await sql<{ variant: 1 | 2 | 3 }>`
    update line_friends
    set free_text_variant = free_text_variant % 3 + 1, free_text_answered_at = ${input.now}
    where line_user_id = ${input.lineUserId}
      and (free_text_silent_until is null or free_text_silent_until <= ${input.now})
      and (${answeredBefore}::timestamptz is null or free_text_answered_at is null
           or free_text_answered_at <= ${answeredBefore})
    returning free_text_variant as variant`.execute(tx);
  return taken.rows[0]?.variant ?? null;
}
