import { addDays, instantInZone } from '#foundation/clock.ts';
import { type Db, sql } from '#foundation/db.ts';
import type { Reach } from './plan-rules.ts';

/**
 * How each of these persons can be reached today, and how many marketing pushes count against their caps already.
 * @param input.lessDays the days in which someone who asked for less gets one
 */
export async function readReach(
  db: Db,
  input: { memberIds: readonly number[]; today: string; now: Date; zone: string; lessDays: number },
): Promise<Map<number, Reach>> {
  const { today } = input;
  const since = addDays(today, -Math.max(30, input.lessDays));
  const endOfToday = instantInZone(addDays(today, 1), '00:00', input.zone);
  const found = await sql<Reach & { memberId: number }>`
    with people as (
      select distinct on (m.id) m.id, m.joined_at, m.line_user_id, m.friend_state, m.marketing
      from members_published_members m where m.id = any(${input.memberIds})
      order by m.id, (m.friend_state = 'following') desc nulls last, m.line_user_id
    ), pushes as (
      select o.line_user_id,
             count(*) filter (where o.sent_on = ${today} or o.sent_on is null) as today,
             count(*) filter (where o.sent_on > ${today}::date - 7 or o.sent_on is null) as seven_days,
             count(*) filter (where o.sent_on > ${today}::date - 14 or o.sent_on is null) as fourteen_days,
             count(*) filter (where o.sent_on > ${today}::date - 30 or o.sent_on is null) as thirty_days,
             count(*) filter (where o.sent_on > ${today}::date - ${input.lessDays}::int or o.sent_on is null) as less
      from people p cross join lateral (
        select m.line_user_id, m.sent_on from outbox_published_marketing m
        where m.line_user_id = p.line_user_id and m.sent_on > ${since}::date
          and outbox_span(m.sent_on) = any(array(
                select generate_series(outbox_span(${since}::date), outbox_span(${today}::date + 1))))
        union all
        select m.line_user_id, m.sent_on from outbox_published_marketing m
        where m.line_user_id = p.line_user_id
          and m.due_at < ${endOfToday} and (m.expires_at is null or m.expires_at > ${input.now})
      ) o
      group by o.line_user_id
    )
    select p.id as "memberId", p.line_user_id as "lineUserId", p.joined_at is not null as "isBound",
           coalesce(p.friend_state = 'following', false) as "isFollowing",
           exists (select 1 from members_published_consents c
                   where c.member_id = p.id and c.purpose = 'marketing') as "hasConsent",
           coalesce(p.marketing, 'all') as "marketing", coalesce(o.today, 0) as "pushesToday",
           coalesce(o.seven_days, 0) as "pushesSevenDays", coalesce(o.fourteen_days, 0) as "pushesFourteenDays",
           coalesce(o.thirty_days, 0) as "pushesThirtyDays", coalesce(o.less, 0) as "pushesLess"
    from people p left join pushes o on o.line_user_id = p.line_user_id`.execute(db);
  return new Map(found.rows.map(({ memberId, ...reach }) => [memberId, reach]));
}
