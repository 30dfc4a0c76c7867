import '../tables.ts';
import { type Db, sql } from '#foundation/db.ts';
import { gatherReads } from '#foundation/gather-reads.ts';
import type { Locale } from '#foundation/i18n.ts';
import { anyId } from '#foundation/lists.ts';

/** How many friends of a member have been rewarded; who turned out to be the member is none of them. */
export async function countRewardedFriends(db: Db, memberId: number): Promise<number> {
  const counted = await sql<{ count: number }>`
    select count(*)::integer as count
    from referrals r join members_published_numbers n on n.id = r.invitee_id
    where r.inviter_id = ${memberId} and r.state = 'rewarded'
      and coalesce(n.merged_into_id, n.id) <> ${memberId}`.execute(db);
  return counted.rows[0]?.count ?? 0;
}

/** What a member is thanked for on the card: the highest title, and how many friends were rewarded by now. */
export type Honour = { title: Record<Locale, string>; friends: number };

/** null without a title. */
export async function readHonour(db: Db, memberId: number): Promise<Honour | null> {
  const title = await readHighestTitle(db, memberId);
  return title && { title, friends: await countRewardedFriends(db, memberId) };
}

const readHighestTitle = gatherReads(async (db, memberIds: readonly number[]) => {
  const found = await sql<{ memberId: number; title: Record<Locale, string> }>`
    select distinct on (member_id) member_id as "memberId", title from referral_milestones
    where member_id = ${anyId(memberIds)} order by member_id, friends desc`.execute(db);
  const titles = new Map(found.rows.map(({ memberId, title }) => [memberId, title]));
  return memberIds.map((memberId) => titles.get(memberId) ?? null);
});
