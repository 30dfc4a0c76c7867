import { sql, type Tx } from '#foundation/db.ts';
import { Fault } from '#foundation/errors.ts';
import type { Locale } from '#foundation/i18n.ts';
import { type Friend, readFriend } from './friend-reads.ts';

/**
 * Notes someone who wrote or tapped. Friends from before our time never send a follow: whose profile LINE gives
 * counts as following, until a follow or unfollow, which are later than the beginning of time. (A push to someone
 * who is no friend after all is neither delivered nor billed.)
 * @param input.profile as just fetched; null where it was not
 */
export async function touchFriend(
  tx: Tx,
  input: { lineUserId: string; profile: { displayName: string | null; language: Locale | null } | null },
): Promise<Friend> {
  await sql`
    insert into line_friends as known (line_user_id, display_name, language, state, state_event_at)
    values (${input.lineUserId}, ${input.profile?.displayName ?? null}, ${input.profile?.language ?? null},
            ${input.profile ? 'following' : 'unknown'}, to_timestamp(0))
    on conflict (line_user_id) do update set
      display_name = coalesce(excluded.display_name, known.display_name),
      state = case when known.state = 'unknown' then excluded.state else known.state end,
      language = case when known.is_language_chosen then known.language
                      else coalesce(excluded.language, known.language) end
    where known.state = 'unknown' and excluded.state = 'following'
       or excluded.display_name is distinct from known.display_name and excluded.display_name is not null
       or excluded.language is distinct from known.language and excluded.language is not null`.execute(tx);
  const friend = await readFriend(tx, input.lineUserId);
  if (!friend) throw new Fault('friend_lost', 'A friend was noted and cannot be read');
  return friend;
}
