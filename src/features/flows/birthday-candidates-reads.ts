import type { RawBuilder } from 'kysely';
import { addDays } from '#foundation/clock.ts';
import { type Db, sql } from '#foundation/db.ts';
import { birthdaysKeptOn } from './birthday-rules.ts';
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
  const found = await selectWishes(input).execute(db);
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
  const { couponKey } = flow.settings;
  const found = await selectGifts(flow.settings, input.today).execute(db);
  return found.rows.map(({ memberId, birthdayOn }) => {
    const occasion = `gift:${birthdayOn.slice(0, 4)}`;
    return {
      flow: 'birthday',
      step: 'gift',
      memberId,
      occasion,
      rank: [flow.rank, 2],
      ridesOn: birthdayOn === input.today ? `wish:${input.today.slice(0, 4)}` : null,
      offer: { couponKey, issueKey: `flow:birthday:${memberId}:${occasion}` },
      data: { birthdayOn },
    };
  });
}

/**
 * The birthdays that are kept on some days, as columns: (month, day) is what members are found by, for it is what the
 * index knows; `year` is that of the day on which it is kept.
 */
function keptOn(days: readonly string[]): RawBuilder<unknown> {
  const kept = days.flatMap((on) => birthdaysKeptOn(on).map((born) => ({ ...born, on })));
  return sql`unnest(${kept.map(({ month }) => month)}::smallint[], ${kept.map(({ day }) => day)}::smallint[],
                    ${kept.map(({ on }) => on)}::date[], ${kept.map(({ on }) => on.slice(0, 4))}::text[])
    as kept (month, day, birthday_on, year)`;
}

export function selectWishes(input: { day: string; missedSlot: Date | null }): RawBuilder<Row> {
  return sql<Row>`
    select distinct m.id as "memberId", kept.birthday_on as "birthdayOn"
    from ${keptOn([input.day])}
    join members_published_members m on m.birth_month = kept.month and m.birth_day = kept.day
    where (${input.missedSlot}::timestamptz is null or m.joined_at <= ${input.missedSlot})
      and not exists (select 1 from flow_entries e where e.flow_key = 'birthday' and e.member_id = m.id
                      and e.occasion = 'wish:' || kept.year)
    order by 1`;
}

export function selectGifts(
  settings: { daysBefore: number; minDaysBetween: number },
  today: string,
): RawBuilder<Row> {
  const days = Array.from({ length: settings.daysBefore + 1 }, (_, ahead) => addDays(today, ahead));
  return sql<Row>`
    select distinct m.id as "memberId", kept.birthday_on as "birthdayOn"
    from ${keptOn(days)}
    join members_published_members m on m.birth_month = kept.month and m.birth_day = kept.day
    left join flow_entries e on e.flow_key = 'birthday' and e.member_id = m.id and e.occasion = 'gift:' || kept.year
    where (e.id is null or (e.state = 'skipped' and m.joined_at is not null and m.friend_state = 'following'
                            and m.marketing <> 'stopped'))
      and not exists (select 1 from flow_entries g
                      where g.flow_key = 'birthday' and g.member_id = m.id and g.step = 'gift'
                        and g.state = 'planned' and g.planned_for > ${today}::date - ${settings.minDaysBetween}::int)
    order by 1`;
}
