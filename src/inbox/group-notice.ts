import { sql } from 'kysely';
import type { Tx } from '../foundation/db.ts';
import type { Locale } from '../foundation/i18n.ts';
import { uriAction } from '../line/flex-actions.ts';
import type { House, Message } from '../line/turn.ts';
import { inboxWords } from './inbox-messages.ts';

/** Points a group or room to the 1:1 chat, at most once a day; nothing on further mentions. */
export async function answerGroup(
  tx: Tx,
  input: { chatId: string; today: string; locale: Locale; house: House },
): Promise<Message[]> {
  const first = await sql`
    insert into inbox_group_notices (chat_id, noticed_on) values (${input.chatId}, ${input.today})
    on conflict do nothing returning chat_id`.execute(tx);
  if (first.rows.length === 0) return [];
  const { house } = input;
  const link = `https://line.me/R/ti/p/${encodeURIComponent(house.basicId)}`;
  const words = inboxWords[input.locale];
  return [house.flex.megaText(words.groupNotice(house.brandName), [uriAction(words.openChat(), link)])];
}
