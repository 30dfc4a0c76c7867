import type pg from 'pg';

/** Bound members by the set, friends with a known name: those who write to a brand every day. */
export async function seedBoundPeople(pool: pg.Pool, count: number): Promise<void> {
  const ids = `select n, 'U' || lpad(to_hex(n), 32, '0') as line_user_id from generate_series(1, $1::int) as n`;
  await pool.query(
    `insert into line_friends (line_user_id, display_name, state, state_event_at, first_followed_at, rich_menu)
     select line_user_id, 'Shopper ' || n, 'following', now() - interval '1 year', now() - interval '1 year', 'member'
     from (${ids}) as person`,
    [count],
  );
  await pool.query(
    `with made as (
       insert into members (member_no, joined_at, created_at, birth_month, birth_day)
       select lpad((7000000000 + n)::text, 10, '0'), now() - interval '1 year', now() - interval '1 year',
              1 + n % 12, 1 + n % 28
       from generate_series(1, $1::int) as n
       returning id, member_no
     )
     insert into member_identities (member_id, kind, value_hmac, line_user_id, verified_at, since)
     select made.id, 'line', sha256(convert_to('line:' || line_user_id, 'UTF8')), line_user_id, now(), now()
     from made join (${ids}) as person on person.n = made.member_no::bigint - 7000000000`,
    [count],
  );
  await pool.query('analyze');
}
