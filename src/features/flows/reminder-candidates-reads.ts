import { addDays } from '#foundation/clock.ts';
import { type Db, sql } from '#foundation/db.ts';
import type { Flow } from './flow-reads.ts';
import type { Candidate } from './plan-rules.ts';

type Row = { memberId: number; claimId: number; endsOn: string; daysLeft: number; firstOccasion: string };

/**
 * Held coupons that end in exactly one of the flow's numbers of days, each once per number. Of one member's the
 * soonest carries the message, the others ride on it.
 */
export async function readReminderCandidates(
  db: Db,
  flow: Flow<'coupon_reminder'>,
  input: { today: string },
): Promise<Candidate[]> {
  const withinDays = Math.max(...flow.settings.daysBefore);
  const ends = flow.settings.daysBefore.map((days) => addDays(input.today, days));
  const found = await sql<Row>`
    with ending as (
      select c.member_id, c.id, c.ends_on, c.ends_on - ${input.today}::date as days_left,
             'claim:' || c.id || ':' || (c.ends_on - ${input.today}::date) as occasion
      from coupons_published_claims c
      join members_published_members m on m.id = c.member_id
      where c.state = 'held' and c.ends_on = any(${ends}::date[])
    )
    select distinct e.member_id as "memberId", e.id as "claimId", e.ends_on as "endsOn", e.days_left as "daysLeft",
           first_value(e.occasion) over (partition by e.member_id order by e.ends_on, e.id) as "firstOccasion"
    from ending e
    where not exists (select 1 from flow_entries f where f.flow_key = 'coupon_reminder'
                      and f.member_id = e.member_id and f.occasion = e.occasion)
    order by 1, 3, 2`.execute(db);
  return found.rows.map((row) => {
    const occasion = `claim:${row.claimId}:${row.daysLeft}`;
    return {
      flow: 'coupon_reminder',
      step: `days_${row.daysLeft}`,
      memberId: row.memberId,
      occasion,
      rank: [flow.rank, row.daysLeft],
      ridesOn: occasion === row.firstOccasion ? null : row.firstOccasion,
      offer: null,
      data: { claimId: row.claimId, endsOn: row.endsOn, daysLeft: row.daysLeft, withinDays },
    };
  });
}
