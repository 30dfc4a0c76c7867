import { type Db, sql } from '#foundation/db.ts';
import type { Locale } from '#foundation/i18n.ts';
import { anyText } from '#foundation/lists.ts';
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
  return (await readFriends(db, [lineUserId])).get(lineUserId) ?? null;
}

/** The same for many, by LINE user id; who is missing had no event yet. */
export async function readFriends(db: Db, lineUserIds: readonly string[]): Promise<Map<string, Friend>> {
  const found = await sql<Friend>`
    select line_user_id as "lineUserId", display_name as "displayName", language,
           is_language_chosen as "isLanguageChosen", state, marketing, rich_menu as "richMenu"
    from line_friends where line_user_id = ${anyText(lineUserIds)}`.execute(db);
  return new Map(found.rows.map((friend) => [friend.lineUserId, friend]));
}
