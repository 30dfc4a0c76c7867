import { sql, type Tx } from '#foundation/db.ts';
import { recordFact } from '#foundation/facts.ts';
import type { Locale } from '#foundation/i18n.ts';
import { friendFollowed, friendUnfollowed } from './friends-facts.ts';

/**
 * Marks a follow or unfollow. LINE delivers in any order, so the later timestamp decides; at the same instant the
 * block wins. One statement: two deliveries at once cannot lose one another.
 * @param input.eventAt LINE's timestamp (wire time); `now` is business time
 * @returns whether this event decides the state now
 */
export async function markFriendState(
  tx: Tx,
  input: {
    lineUserId: string;
    eventKey: string;
    eventAt: Date;
    now: Date;
    change: { to: 'following'; isUnblocked: boolean } | { to: 'blocked' };
    profile?: { displayName: string | null; language: Locale | null };
  },
): Promise<{ isCurrent: boolean }> {
  const { to } = input.change;
  const followedAt = to === 'following' ? input.now : null;
  const marked = await sql<{ isCurrent: boolean }>`
    insert into line_friends as known (line_user_id, display_name, language, state, state_event_at, first_followed_at)
    values (${input.lineUserId}, ${input.profile?.displayName ?? null}, ${input.profile?.language ?? null}, ${to},
            ${input.eventAt}, ${followedAt})
    on conflict (line_user_id) do update set
      display_name = coalesce(excluded.display_name, known.display_name),
      language = case when known.is_language_chosen then known.language
                      else coalesce(excluded.language, known.language) end,
      first_followed_at = coalesce(known.first_followed_at, excluded.first_followed_at),
      state = case when (excluded.state_event_at, excluded.state = 'blocked')
                        > (known.state_event_at, known.state = 'blocked')
                   then excluded.state else known.state end,
      state_event_at = greatest(known.state_event_at, excluded.state_event_at)
    returning state = ${to} and state_event_at = ${input.eventAt}::timestamptz as "isCurrent"`.execute(tx);
  const fact = {
    memberId: null,
    lineUserId: input.lineUserId,
    occurredAt: input.now,
    actor: { kind: 'system', id: 'line' } as const,
    source: 'chat',
    dedupeKey: input.eventKey,
  };
  if (input.change.to === 'following') {
    await recordFact(tx, friendFollowed, { ...fact, data: { isUnblocked: input.change.isUnblocked } });
  } else {
    await recordFact(tx, friendUnfollowed, { ...fact, data: {} });
  }
  return { isCurrent: marked.rows[0]?.isCurrent ?? false };
}
