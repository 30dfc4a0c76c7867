import type { Tx } from '#foundation/db.ts';
import type { Locale } from '#foundation/i18n.ts';

/** What a person chose outlives what their profile says. */
export async function chooseLanguage(tx: Tx, input: { lineUserId: string; language: Locale }): Promise<void> {
  await tx
    .updateTable('line_friends')
    .set({ language: input.language, is_language_chosen: true })
    .where('line_user_id', '=', input.lineUserId)
    .execute();
}
