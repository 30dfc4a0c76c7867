import '../tables.ts';
import { type Db, sql } from '#foundation/db.ts';
import type { Locale } from '#foundation/i18n.ts';
import { sha256 } from '#foundation/secrets.ts';
import type { StaffRole } from '../permission-rules.ts';

export type Session = {
  id: number;
  stage: 'second_factor' | 'enrolment' | 'full';
  staffId: number;
  name: string;
  role: StaffRole;
  language: Locale;
  storeIds: readonly number[];
  deviceId: number | null;
  deviceStoreId: number | null;
  lastSeenAt: Date;
  idleSeconds: number;
  endsAt: Date;
};

/** How often a living session is noted as seen: less than the shortest time that anything may idle. */
const touchEveryMs = 15_000;

/**
 * The living session of a token: not ended, not idle too long, not past its end, of a person who still works here
 * and, on a shared device, presented by that very device while it is paired.
 */
export async function readSession(
  db: Db,
  input: { token: string; deviceToken: string | null; wireNow: Date },
): Promise<Session | null> {
  const { wireNow } = input;
  const found = await sql<Session>`
    select s.id, s.stage, s.staff_id as "staffId", a.name, a.role, coalesce(s.language, a.language) as language,
           array(select store_id from staff_stores w where w.staff_id = a.id) as "storeIds",
           s.device_id as "deviceId", d.store_id as "deviceStoreId", s.last_seen_at as "lastSeenAt",
           s.idle_seconds as "idleSeconds", s.ends_at as "endsAt"
    from staff_sessions s
    join staff_accounts a on a.id = s.staff_id
    left join staff_devices d on d.id = s.device_id
    where s.token_hash = ${sha256(input.token)} and s.ended_at is null and s.ends_at > ${wireNow}
      and s.last_seen_at + make_interval(secs => s.idle_seconds) > ${wireNow} and a.disabled_at is null
      and (s.device_id is null or (d.revoked_at is null and d.token_hash = ${sha256(input.deviceToken ?? '')}))
  `.execute(db);
  return found.rows[0] ?? null;
}

/** Notes that a session is in use; most calls write nothing. */
export async function touchSession(db: Db, session: Session, wireNow: Date): Promise<void> {
  if (wireNow.getTime() - session.lastSeenAt.getTime() < touchEveryMs) return;
  await sql`update staff_sessions set last_seen_at = ${wireNow} where id = ${session.id} and ended_at is null
    and last_seen_at < ${wireNow}`.execute(db);
}
