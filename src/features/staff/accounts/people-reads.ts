import '../tables.ts';
import { type Db, sql } from '#foundation/db.ts';
import type { StaffRole } from '../permission-rules.ts';
import type { StaffStore } from './account-reads.ts';

export type Person = {
  id: number;
  name: string;
  role: StaffRole;
  stores: readonly StaffStore[];
  state: 'invited' | 'active' | 'disabled';
  hasPassword: boolean;
  hasSecondFactor: boolean;
  hasPin: boolean;
  hasLineLogin: boolean;
  lastSeenAt: Date | null;
  /** Living sessions. */
  signedInOn: number;
  invitationExpiresAt: Date | null;
};

/** People who work here or did, by name. @param after the id of the person after whom the page begins */
export async function readPeople(
  db: Db,
  input: { id?: number; after?: number | undefined; limit: number; wireNow: Date },
): Promise<Person[]> {
  const { wireNow } = input;
  const found = await sql<Person>`
    select a.id, a.name, a.role,
           coalesce((select json_agg(json_build_object('id', s.id, 'code', s.code, 'name', s.name) order by s.code)
                     from staff_stores w join stores s on s.id = w.store_id where w.staff_id = a.id), '[]'::json)
             as stores,
           case when a.disabled_at is not null then 'disabled' when a.joined_at is null then 'invited'
                else 'active' end as state,
           a.password_hash is not null as "hasPassword", a.totp_confirmed_at is not null as "hasSecondFactor",
           a.pin_hash is not null as "hasPin", a.line_user_hmac is not null as "hasLineLogin",
           (select max(last_seen_at) from staff_sessions where staff_id = a.id) as "lastSeenAt",
           (select count(*)::int from staff_sessions where staff_id = a.id and ended_at is null and stage = 'full'
              and ends_at > ${wireNow} and last_seen_at + make_interval(secs => idle_seconds) > ${wireNow})
             as "signedInOn",
           (select expires_at from staff_invitations where staff_id = a.id and used_at is null
              and revoked_at is null and expires_at > ${wireNow}) as "invitationExpiresAt"
    from staff_accounts a
    where (${input.id ?? null}::bigint is null or a.id = ${input.id ?? null})
      and (${input.after ?? null}::bigint is null
           or lower(a.name) > (select lower(name) from staff_accounts where id = ${input.after ?? null}))
    order by lower(a.name) limit ${input.limit}`.execute(db);
  return found.rows;
}
