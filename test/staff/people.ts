import type { Decider } from '#features/staff/approvals/approval-kind-rules.ts';
import { csrfTokenOf } from '#features/staff/door/caller-rules.ts';
import type { StaffContext } from '#features/staff/door/staff-context.ts';
import type { StaffRole } from '#features/staff/permission-rules.ts';
import { startSession } from '#features/staff/sessions/start-session.ts';
import type { Actor } from '#foundation/audit.ts';
import { type Db, sql } from '#foundation/db.ts';
import type { Locale } from '#foundation/i18n.ts';
import { randomToken, sha256 } from '#foundation/secrets.ts';
import { noon } from '../support/shop.ts';

let names = 0;

/** Somebody who works here, as approvals look at them, and as the actor of what they do. */
export async function hire(
  db: Db,
  role: StaffRole,
  of: { storeIds?: readonly number[]; name?: string } = {},
): Promise<Decider & { name: string; actor: Actor }> {
  const name = of.name ?? `${role} ${names++}`;
  const storeIds = of.storeIds ?? [];
  const made = await sql<{ id: number }>`
    insert into staff_accounts (name, role, created_at, joined_at) values (${name}, ${role}, ${noon}, ${noon})
    returning id`.execute(db);
  const staffId = made.rows[0]?.id as number;
  await sql`
    insert into staff_stores (staff_id, store_id)
    select ${staffId}, store from unnest(${storeIds}::bigint[]) store`.execute(db);
  return {
    staffId,
    role,
    storeIds,
    deviceStoreId: null,
    name,
    actor: { kind: 'staff', id: String(staffId) },
  };
}

export async function letGo(db: Db, staffId: number): Promise<void> {
  await sql`update staff_accounts set disabled_at = ${noon} where id = ${staffId}`.execute(db);
}

/** What a browser sends in which somebody is signed in: at the console, or on the shared device of a store. */
export async function openSession(
  api: Pick<StaffContext, 'db' | 'transact' | 'secrets' | 'clock' | 'wire' | 'origin'>,
  staffId: number,
  of: { language?: Locale; onDeviceOf?: number } = {},
): Promise<Record<string, string>> {
  const cookies: string[] = [];
  let deviceId: number | null = null;
  if (of.onDeviceOf !== undefined) {
    const deviceToken = randomToken(32);
    const made = await sql<{ id: number }>`
      insert into staff_devices (name, store_id, token_hash, created_at, created_by_id, paired_at)
      values ('Counter', ${of.onDeviceOf}, ${sha256(deviceToken)}, ${noon}, ${staffId}, ${noon}) returning id`.execute(
      api.db,
    );
    deviceId = made.rows[0]?.id as number;
    cookies.push(`__Host-shuke-device=${deviceToken}`);
  }
  const token = await api.transact((tx) =>
    startSession(tx, {
      staffId,
      stage: 'full',
      deviceId,
      language: of.language ?? null,
      formerSessionId: null,
      place: { address: null, browser: null },
      now: api.clock.now(),
      wireNow: api.wire.now(),
    }),
  );
  cookies.push(`__Host-shuke-session=${token}`);
  return { cookie: cookies.join('; '), origin: api.origin, 'x-csrf-token': csrfTokenOf(api.secrets, token) };
}
