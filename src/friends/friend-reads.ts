import type { Db } from '#foundation/db.ts';
import type { Locale } from '#foundation/i18n.ts';
import type { FriendState, MarketingLevel } from './tables.ts';

export type Friend = {
  lineUserId: string;
  displayName: string | null;
  /** null: neither the profile nor the person said. */
  language: Locale | null;
  isLanguageChosen: boolean;
  state: FriendState;
  marketing: MarketingLevel;
  /** The menu that is due to this person. */
  richMenu: 'guest' | 'member' | 'vip';
};

/** Who this LINE user is as a friend; null before their first event. */
export async function readFriend(db: Db, lineUserId: string): Promise<Friend | null> {
  const row = await db
    .selectFrom('line_friends')
    .select([
      'line_user_id as lineUserId',
      'display_name as displayName',
      'language',
      'is_language_chosen as isLanguageChosen',
      'state',
      'marketing',
      'rich_menu as richMenu',
    ])
    .where('line_user_id', '=', lineUserId)
    .executeTakeFirst();
  return row ?? null;
}
