import { type Db, sql } from '#foundation/db.ts';
import type { Flow } from './flow-reads.ts';
import type { Candidate } from './plan-rules.ts';

type Row = { memberId: number; birthdayOn: string };

/**
 * Whose birthday is kept on `day` and who was not wished well for it yet. For a day that was missed: those who were
 * members by then.
 * @param input.missedSlot the morning that did not come, or null when `day` is today
 */
export async function readWishCandidates(
  db: Db,
  flow: Flow<'birthday'>,
  input: { day: string; missedSlot: Date | null },
): Promise<Candidate[]> {
  const year = Number(input.day.slice(0, 4));
  const found = await sql<Row>`
    select distinct m.id as "memberId", ${input.day} as "birthdayOn"
    from members_published_members m
    where m.birth_month is not null
      and flows_birthday_in_year(m.birth_month, m.birth_day, ${year}::int) = ${input.day}::date
      and (${input.missedSlot}::timestamptz is null or m.joined_at <= ${input.missedSlot})
      and not exists (select 1 from flow_entries e where e.flow_key = 'birthday' and e.member_id = m.id
                      and e.occasion = ${`wish:${year}`})
    order by 1`.execute(db);
  return found.rows.map(({ memberId, birthdayOn }) => ({
    flow: 'birthday',
    step: 'wish',
    memberId,
    occasion: `wish:${year}`,
    rank: [flow.rank, 1],
    ridesOn: null,
    offer: null,
    data: { birthdayOn, isLate: input.missedSlot !== null },
  }));
}

/**
 * Whose birthday comes within the flow's days and who has no gift for it: once per calendar year of the birthday, and
 * not within `minDaysBetween` of the last. Who could not be reached on an earlier day is asked again. On the day
 * itself the gift goes with the wish.
 */
export async function readGiftCandidates(
  db: Db,
  flow: Flow<'birthday'>,
  input: { today: string },
): Promise<Candidate[]> {
  const { daysBefore, minDaysBetween, couponKey } = flow.settings;
  const year = Number(input.today.slice(0, 4));
  const found = await sql<Row>`
    select distinct m.id as "memberId", b.birthday_on as "birthdayOn"
    from members_published_members m
    cross join generate_series(${year}::int, ${year + 1}::int) as y (year)
    cross join lateral (
      select flows_birthday_in_year(m.birth_month, m.birth_day, y.year) as birthday_on) b
    left join flow_entries e on e.flow_key = 'birthday' and e.member_id = m.id and e.occasion = 'gift:' || y.year
    where m.birth_month is not null
      and b.birthday_on between ${input.today}::date and ${input.today}::date + ${daysBefore}::int
      and (e.id is null or (e.state = 'skipped' and m.joined_at is not null and m.friend_state = 'following'
                            and m.marketing <> 'stopped'))
      and not exists (select 1 from flow_entries g
                      where g.flow_key = 'birthday' and g.member_id = m.id and g.step = 'gift'
                        and g.state = 'planned' and g.planned_for > ${input.today}::date - ${minDaysBetween}::int)
    order by 1`.execute(db);
  return found.rows.map(({ memberId, birthdayOn }) => {
    const occasion = `gift:${birthdayOn.slice(0, 4)}`;
    return {
      flow: 'birthday',
      step: 'gift',
      memberId,
      occasion,
      rank: [flow.rank, 2],
      ridesOn: birthdayOn === input.today ? `wish:${year}` : null,
      offer: { couponKey, issueKey: `flow:birthday:${memberId}:${occasion}` },
      data: { birthdayOn },
    };
  });
}
