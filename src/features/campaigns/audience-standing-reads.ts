import './tables.ts';
import { type Db, sql } from '#foundation/db.ts';
import type { LeftOutReason } from './campaign-rules.ts';

/**
 * A draw from 0 to 9,999 that one campaign always makes alike for one member; each `nth` is a draw of its own.
 * @returns SQL over `campaign_id` and `member_id`
 */
const draw = (nth: 0 | 1 | 2, of: { campaignId: number }) => sql<number>`
  (('x' || substr(md5(${of.campaignId}::bigint || ':' || member_id), ${1 + nth * 8}, 8))::bit(32)::bigint % 10000)::int`;

/** By which draw a person is held out, given an arm, or left out to fit the quota. */
export const draws = (campaignId: number) => ({
  holdOut: draw(0, { campaignId }),
  arm: draw(1, { campaignId }),
  trim: draw(2, { campaignId }),
});

const reason = sql`
  case when m.id is null then 'erased'
       when m.joined_at is null then 'not_bound'
       when m.line_user_id is null then 'no_line'
       when m.friend_state is distinct from 'following' then 'not_following'
       when m.marketing = 'stopped' then 'stopped'
       when c.member_id is null then 'no_consent' end as reason`;

/**
 * Why each of a batch of members cannot be told, as (member_id, line_user_id, reason), reason null where they can: SQL
 * over a relation `people (member_id)`. Looked up one by one, whatever PostgreSQL believes of tables that were just filled.
 */
export const standingOfBatch = sql`
  select p.member_id, m.line_user_id, ${reason}
  from people p
  left join lateral (select * from members_published_members v where v.id = p.member_id offset 0) m on true
  left join lateral (select member_id from members_published_consents v
                     where v.member_id = p.member_id and v.purpose = 'marketing' limit 1) c on true`;

/** The same for a large audience, table by table. */
const standingOfAll = sql`
  select p.member_id, ${reason}
  from people p
  left join members_published_members m on m.id = p.member_id
  left join members_published_consents c on c.member_id = m.id and c.purpose = 'marketing'`;

/** Up to so many, looking up one by one is as fast as reading whole tables. */
const fewPeople = 20_000;

export type AudienceStanding = {
  /** Everybody in the audience. */
  people: number;
  /** Who would be told, the quota aside. */
  reachable: number;
  leftOut: { reason: LeftOutReason; people: number }[];
};

/** Who of an audience a campaign would tell if it were planned now. @param input.holdOutPercent of those in reach */
export async function readAudienceStanding(
  db: Db,
  input: { campaignId: number; audienceId: number; holdOutPercent: number },
): Promise<AudienceStanding> {
  const { holdOut } = draws(input.campaignId);
  const { holdOutPercent } = input;
  const isOut = holdOutPercent > 0 ? sql`${holdOut} < ${holdOutPercent * 100}` : sql`false`;
  const counted = await sql<{ people: number }>`
    select count(*) as people from audiences_published_members where audience_id = ${input.audienceId}`.execute(
    db,
  );
  const standing = (counted.rows[0]?.people ?? 0) > fewPeople ? standingOfAll : standingOfBatch;
  const found = await sql<{ reason: LeftOutReason | null; people: number }>`
    with people as (
      select member_id from audiences_published_members where audience_id = ${input.audienceId}
    )
    select coalesce(reason, case when ${isOut} then 'hold_out' end) as reason,
           count(*) as people
    from (${standing}) s group by 1 order by 2 desc, 1`.execute(db);
  const leftOut = found.rows.flatMap(({ reason, people }) => (reason === null ? [] : [{ reason, people }]));
  return {
    people: found.rows.reduce((sum, row) => sum + row.people, 0),
    reachable: found.rows.find(({ reason }) => reason === null)?.people ?? 0,
    leftOut,
  };
}
