import '../tables.ts';
import { type Actor, recordAudit } from '#foundation/audit.ts';
import type { Tx } from '#foundation/db.ts';
import { type Refused, refuse } from '#foundation/outcome.ts';
import type { StaffRole } from '../permission-rules.ts';
import { placeInStores } from './change-person.ts';
import { createInvitation, type Invitation } from './create-invitation.ts';
import { normaliseName } from './credential-rules.ts';

/** A new account that can do nothing until its link is used. A name serves one person for ever. */
export async function invitePerson(
  tx: Tx,
  input: {
    name: string;
    role: StaffRole;
    storeIds: readonly number[];
    actor: Actor;
    createdById: number | null;
    now: Date;
    wireNow: Date;
  },
): Promise<
  | { ok: true; staffId: number; invitation: Invitation }
  | Refused<'name_taken'>
  | Refused<'store_needed' | 'unknown_store'>
> {
  const row = await tx
    .insertInto('staff_accounts')
    .values({
      name: normaliseName(input.name),
      role: input.role,
      password_hash: null,
      totp_secret_encrypted: null,
      totp_confirmed_at: null,
      totp_last_step: null,
      pin_hash: null,
      line_user_hmac: null,
      joined_at: null,
      created_at: input.now,
      created_by_id: input.createdById,
      disabled_at: null,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst();
  if (!row) return refuse('name_taken');
  const placed = await placeInStores(tx, { staffId: row.id, role: input.role, storeIds: input.storeIds });
  if (!placed.ok) return placed;
  await recordAudit(tx, {
    at: input.now,
    actor: input.actor,
    action: 'staff.invited',
    subjectKind: 'staff',
    subjectId: String(row.id),
    after: { role: input.role, storeIds: input.storeIds },
  });
  const invitation = await createInvitation(tx, { ...input, staffId: row.id });
  return { ok: true, staffId: row.id, invitation };
}
