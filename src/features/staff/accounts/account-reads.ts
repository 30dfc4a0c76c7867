import '../tables.ts';
import { type Db, sql } from '#foundation/db.ts';
import type { Locale } from '#foundation/i18n.ts';
import type { StaffRole } from '../permission-rules.ts';
import { normaliseName } from './credential-rules.ts';

export type StaffStore = { id: number; code: string; name: string };

export type StaffAccount = {
  id: number;
  name: string;
  role: StaffRole;
  language: Locale;
  isDisabled: boolean;
  hasJoined: boolean;
  passwordHash: string | null;
  pinHash: string | null;
  totpSecret: Buffer | null;
  hasSecondFactor: boolean;
  totpLastStep: number | null;
  hasLineLogin: boolean;
  stores: readonly StaffStore[];
};

/** @param lock true: nobody else changes the account until the transaction ends */
export async function readAccount(
  db: Db,
  by: { id: number } | { name: string } | { lineUserHmac: Buffer },
  lock = false,
): Promise<StaffAccount | null> {
  const which =
    'id' in by
      ? sql`a.id = ${by.id}`
      : 'name' in by
        ? sql`lower(a.name) = lower(${normaliseName(by.name)})`
        : sql`a.line_user_hmac = ${by.lineUserHmac}`;
  const found = await sql<StaffAccount>`
    select a.id, a.name, a.role, a.language, a.disabled_at is not null as "isDisabled",
           a.joined_at is not null as "hasJoined", a.password_hash as "passwordHash", a.pin_hash as "pinHash",
           a.totp_secret_encrypted as "totpSecret", a.totp_confirmed_at is not null as "hasSecondFactor",
           a.totp_last_step as "totpLastStep", a.line_user_hmac is not null as "hasLineLogin",
           coalesce((select json_agg(json_build_object('id', s.id, 'code', s.code, 'name', s.name) order by s.code)
                     from staff_stores w join stores s on s.id = w.store_id where w.staff_id = a.id), '[]'::json)
             as stores
    from staff_accounts a where ${which} ${lock ? sql`for update of a` : sql``}`.execute(db);
  return found.rows[0] ?? null;
}

/** Names by id, of people who no longer work here too: for what lies in the past. */
export async function readStaffNames(db: Db, ids: readonly number[]): Promise<ReadonlyMap<number, string>> {
  if (ids.length === 0) return new Map();
  const rows = await db.selectFrom('staff_accounts').select(['id', 'name']).where('id', 'in', ids).execute();
  return new Map(rows.map((row) => [row.id, row.name]));
}
