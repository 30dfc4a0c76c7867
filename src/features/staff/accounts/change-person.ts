import '../tables.ts';
import { type Actor, recordAudit } from '#foundation/audit.ts';
import type { Tx } from '#foundation/db.ts';
import { type Refused, refuse } from '#foundation/outcome.ts';
import { needsStores, type StaffRole } from '../permission-rules.ts';
import { endSessions } from '../sessions/end-sessions.ts';
import { readAccount } from './account-reads.ts';

type Change = { staffId: number; actor: Actor; now: Date; wireNow: Date };

/**
 * Another role or other stores: rights change with the next request, a new role signs in anew, and whoever works
 * elsewhere now is out at the counters of before.
 */
export async function changePerson(
  tx: Tx,
  input: Change & { role: StaffRole; storeIds: readonly number[] },
): Promise<
  { ok: true } | Refused<'unknown_person' | 'last_owner' | 'own_role' | 'store_needed' | 'unknown_store'>
> {
  await lockOwners(tx);
  const before = await readAccount(tx, { id: input.staffId }, true);
  if (!before) return refuse('unknown_person');
  if (before.role !== input.role && isOneself(input)) return refuse('own_role');
  if (before.role === 'owner' && input.role !== 'owner' && (await isLastOwner(tx, before.id)))
    return refuse('last_owner');
  await tx.updateTable('staff_accounts').set({ role: input.role }).where('id', '=', input.staffId).execute();
  const placed = await placeInStores(tx, input);
  if (!placed.ok) return placed;
  if (before.role !== input.role)
    await endSessions(tx, { of: { staffId: before.id }, because: 'revoked', wireNow: input.wireNow });
  else await leaveCounters(tx, input);
  await recordAudit(tx, {
    at: input.now,
    actor: input.actor,
    action: 'staff.changed',
    subjectKind: 'staff',
    subjectId: String(before.id),
    before: { role: before.role, storeIds: before.stores.map(({ id }) => id) },
    after: { role: input.role, storeIds: input.storeIds },
  });
  return { ok: true };
}

/** Whoever leaves is out at once: sessions end, open links are dead. */
export async function disablePerson(
  tx: Tx,
  input: Change,
): Promise<{ ok: true } | Refused<'unknown_person' | 'last_owner' | 'yourself'>> {
  if (isOneself(input)) return refuse('yourself');
  await lockOwners(tx);
  const person = await readAccount(tx, { id: input.staffId }, true);
  if (!person) return refuse('unknown_person');
  if (person.isDisabled) return { ok: true };
  if (person.role === 'owner' && (await isLastOwner(tx, person.id))) return refuse('last_owner');
  await tx
    .updateTable('staff_accounts')
    .set({ disabled_at: input.now })
    .where('id', '=', person.id)
    .execute();
  await tx
    .updateTable('staff_invitations')
    .set({ revoked_at: input.wireNow })
    .where('staff_id', '=', person.id)
    .where('used_at', 'is', null)
    .where('revoked_at', 'is', null)
    .execute();
  await endSessions(tx, { of: { staffId: person.id }, because: 'disabled', wireNow: input.wireNow });
  await note(tx, input, 'staff.disabled');
  return { ok: true };
}

/** Lets somebody in again with the credentials of before. */
export async function enablePerson(tx: Tx, input: Change): Promise<{ ok: true } | Refused<'unknown_person'>> {
  const person = await readAccount(tx, { id: input.staffId }, true);
  if (!person) return refuse('unknown_person');
  if (!person.isDisabled) return { ok: true };
  await tx.updateTable('staff_accounts').set({ disabled_at: null }).where('id', '=', person.id).execute();
  await note(tx, input, 'staff.enabled');
  return { ok: true };
}

/** Ends all sessions of a person, on whatever browser or device. */
export async function signOutPerson(
  tx: Tx,
  input: Change & { but: number | null },
): Promise<{ ok: true } | Refused<'unknown_person'>> {
  const person = await readAccount(tx, { id: input.staffId }, true);
  if (!person) return refuse('unknown_person');
  const { but, wireNow } = input;
  await endSessions(tx, { of: { staffId: person.id }, but, because: 'revoked', wireNow });
  await note(tx, input, 'staff.signed_out_everywhere');
  return { ok: true };
}

/** Where a person works, replaced as a whole. */
export async function placeInStores(
  tx: Tx,
  input: { staffId: number; role: StaffRole; storeIds: readonly number[] },
): Promise<{ ok: true } | Refused<'store_needed' | 'unknown_store'>> {
  const storeIds = [...new Set(input.storeIds)];
  if (needsStores(input.role) && storeIds.length === 0) return refuse('store_needed');
  if (storeIds.length > 0) {
    const known = await tx.selectFrom('stores').select('id').where('id', 'in', storeIds).execute();
    if (known.length < storeIds.length) return refuse('unknown_store');
  }
  await tx.deleteFrom('staff_stores').where('staff_id', '=', input.staffId).execute();
  if (storeIds.length > 0)
    await tx
      .insertInto('staff_stores')
      .values(storeIds.map((storeId) => ({ staff_id: input.staffId, store_id: storeId })))
      .execute();
  return { ok: true };
}

/** Ends a person's sessions on the shared devices of stores in which they no longer work. */
async function leaveCounters(tx: Tx, input: Change): Promise<void> {
  await tx
    .updateTable('staff_sessions')
    .set({ ended_at: input.wireNow, ended_because: 'revoked' })
    .where('staff_id', '=', input.staffId)
    .where('ended_at', 'is', null)
    .where('device_id', 'in', (eb) =>
      eb
        .selectFrom('staff_devices')
        .select('id')
        .where('store_id', 'not in', (of) =>
          of.selectFrom('staff_stores').select('store_id').where('staff_id', '=', input.staffId),
        ),
    )
    .execute();
}

const isOneself = ({ actor, staffId }: Change): boolean =>
  actor.kind === 'staff' && actor.id === String(staffId);

/** Two owners who disable each other at once wait for one another here. */
async function lockOwners(tx: Tx): Promise<void> {
  await tx
    .selectFrom('staff_accounts')
    .select('id')
    .where('role', '=', 'owner')
    .orderBy('id')
    .forUpdate()
    .execute();
}

/** Whether nobody else who can sign in owns the house. */
async function isLastOwner(tx: Tx, staffId: number): Promise<boolean> {
  const other = await tx
    .selectFrom('staff_accounts')
    .select('id')
    .where('role', '=', 'owner')
    .where('disabled_at', 'is', null)
    .where('joined_at', 'is not', null)
    .where('id', '!=', staffId)
    .executeTakeFirst();
  return other === undefined;
}

async function note(tx: Tx, input: Change, action: string): Promise<void> {
  await recordAudit(tx, {
    at: input.now,
    actor: input.actor,
    action,
    subjectKind: 'staff',
    subjectId: String(input.staffId),
  });
}
