import '../tables.ts';
import { type Db, sql } from '#foundation/db.ts';
import { sha256 } from '#foundation/secrets.ts';
import type { StaffStore } from '../accounts/account-reads.ts';

export type Device = {
  id: number;
  name: string;
  store: StaffStore;
  state: 'waiting' | 'paired' | 'revoked';
  pairedAt: Date | null;
  lastSeenAt: Date | null;
  codeExpiresAt: Date | null;
  /** Who holds it by PIN now. */
  signedIn: string | null;
};

/** Devices, the newest first. @param storeIds null = of every store; @param before the id before which the page begins */
export async function readDevices(
  db: Db,
  input: {
    id?: number;
    storeIds: readonly number[] | null;
    before?: number | undefined;
    limit: number;
    wireNow: Date;
  },
): Promise<Device[]> {
  const { wireNow } = input;
  const found = await sql<Device>`
    select d.id, d.name, json_build_object('id', s.id, 'code', s.code, 'name', s.name) as store,
           case when d.revoked_at is not null then 'revoked' when d.paired_at is null then 'waiting'
                else 'paired' end as state,
           d.paired_at as "pairedAt",
           (select max(last_seen_at) from staff_sessions where device_id = d.id) as "lastSeenAt",
           case when d.code_expires_at > ${wireNow} then d.code_expires_at end as "codeExpiresAt",
           (select a.name from staff_sessions x join staff_accounts a on a.id = x.staff_id
            where x.device_id = d.id and x.ended_at is null and x.ends_at > ${wireNow}
              and x.last_seen_at + make_interval(secs => x.idle_seconds) > ${wireNow}
            order by x.id desc limit 1) as "signedIn"
    from staff_devices d join stores s on s.id = d.store_id
    where (${input.id ?? null}::bigint is null or d.id = ${input.id ?? null})
      and (${input.before ?? null}::bigint is null or d.id < ${input.before ?? null})
      and (${input.storeIds === null} or d.store_id = any(${input.storeIds ?? []}::bigint[]))
    order by d.id desc limit ${input.limit}`.execute(db);
  return found.rows;
}

export type PairedDevice = { id: number; name: string; store: StaffStore };

/** The device that a browser's token belongs to, or null. */
export async function readPairedDevice(db: Db, token: string): Promise<PairedDevice | null> {
  const found = await sql<PairedDevice>`
    select d.id, d.name, json_build_object('id', s.id, 'code', s.code, 'name', s.name) as store
    from staff_devices d join stores s on s.id = d.store_id
    where d.token_hash = ${sha256(token)} and d.revoked_at is null`.execute(db);
  return found.rows[0] ?? null;
}

/** Who may take over the counter of a store by PIN: those who work there and have set one. */
export async function readCounterPeople(db: Db, storeId: number): Promise<{ id: number; name: string }[]> {
  const found = await sql<{ id: number; name: string }>`
    select a.id, a.name from staff_accounts a join staff_stores w on w.staff_id = a.id
    where w.store_id = ${storeId} and a.pin_hash is not null and a.disabled_at is null
      and a.role in ('clerk', 'manager')
    order by lower(a.name)`.execute(db);
  return found.rows;
}
