import type pg from 'pg';
import { luhnCheckDigit } from '#foundation/ids.ts';

/** The nth LINE user of a bench or a storm. */
export const crowdUserId = (n: number): string => `U${n.toString(16).padStart(32, '0')}`;

export function crowdMemberNo(n: number): string {
  const body = String(700_000_000 + n);
  return body + luhnCheckDigit(body);
}

/** Bound members by the set, friends with a known name: those who write to a brand every day. */
export async function seedBoundPeople(pool: pg.Pool, count: number): Promise<void> {
  const numbers = Array.from({ length: count }, (_, at) => at + 1);
  const people = [numbers.map(crowdUserId), numbers.map(crowdMemberNo)];
  await pool.query(
    `insert into line_friends (line_user_id, display_name, state, state_event_at, first_followed_at, rich_menu)
     select line_user_id, 'Shopper', 'following', now() - interval '1 year', now() - interval '1 year', 'member'
     from unnest($1::text[]) as person (line_user_id)`,
    people.slice(0, 1),
  );
  await pool.query(
    `with person as (
       select * from unnest($1::text[], $2::text[]) as given (line_user_id, member_no)
     ), made as (
       insert into members (member_no, joined_at, created_at, birth_month, birth_day)
       select member_no, now() - interval '1 year', now() - interval '1 year', 2, 29 from person
       returning id, member_no
     )
     insert into member_identities (member_id, kind, value_hmac, line_user_id, verified_at, since)
     select made.id, 'line', sha256(convert_to('line:' || line_user_id, 'UTF8')), line_user_id, now(), now()
     from made join person using (member_no)`,
    people,
  );
  await pool.query('analyze');
}
