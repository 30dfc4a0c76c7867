import type { Generated } from 'kysely';
import type { Locale } from '#foundation/i18n.ts';

/** How much someone wants to hear: all, at most one in two weeks, nothing. */
export type MarketingLevel = 'all' | 'less' | 'stopped';

export type FriendState = 'following' | 'blocked' | 'unknown';

type FriendsTable = {
  line_user_id: string;
  display_name: string | null;
  language: Locale | null;
  is_language_chosen: Generated<boolean>;
  state: FriendState;
  /** Wire time: LINE's timestamp of the event that decided the state. */
  state_event_at: Date;
  first_followed_at: Date | null;
  marketing: Generated<MarketingLevel>;
  marketing_changed_at: Date | null;
  marketing_paused_until: Date | null;
  free_text_silent_until: Date | null;
  free_text_answered_at: Date | null;
  free_text_variant: Generated<number>;
  rich_menu: Generated<'guest' | 'member' | 'vip'>;
  created_at: Generated<Date>;
};

declare module '#foundation/db.ts' {
  interface Database {
    line_friends: FriendsTable;
  }
}
