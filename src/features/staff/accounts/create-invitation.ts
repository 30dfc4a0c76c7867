import '../tables.ts';
import { type Actor, recordAudit } from '#foundation/audit.ts';
import { addMs } from '#foundation/clock.ts';
import type { Tx } from '#foundation/db.ts';
import { readPolicy } from '#foundation/policy.ts';
import { randomToken, sha256 } from '#foundation/secrets.ts';
import { staffPolicy } from '../staff-policy-rules.ts';

export type Invitation = { token: string; expiresAt: Date };

/** A one-time link for a person; an earlier one that is still open is dead from here on. */
export async function createInvitation(
  tx: Tx,
  input: { staffId: number; actor: Actor; now: Date; wireNow: Date },
): Promise<Invitation> {
  const { invitationHours } = await readPolicy(tx, staffPolicy, input.now);
  const token = randomToken(32);
  const expiresAt = addMs(input.wireNow, invitationHours * 3_600_000);
  // Whoever else makes a link for this person waits here.
  await tx
    .selectFrom('staff_accounts')
    .select('id')
    .where('id', '=', input.staffId)
    .forUpdate()
    .executeTakeFirst();
  await tx
    .updateTable('staff_invitations')
    .set({ revoked_at: input.wireNow })
    .where('staff_id', '=', input.staffId)
    .where('used_at', 'is', null)
    .where('revoked_at', 'is', null)
    .execute();
  await tx
    .insertInto('staff_invitations')
    .values({
      token_hash: sha256(token),
      staff_id: input.staffId,
      created_at: input.wireNow,
      expires_at: expiresAt,
      used_at: null,
      revoked_at: null,
    })
    .execute();
  await recordAudit(tx, {
    at: input.now,
    actor: input.actor,
    action: 'staff.link_made',
    subjectKind: 'staff',
    subjectId: String(input.staffId),
    after: { expiresAt },
  });
  return { token, expiresAt };
}

/** The link a person opens. The token stands behind the "#": it reaches no server, no log and no referrer. */
export const invitationLink = (publicUrl: string, token: string): string =>
  `${new URL('/console/join', publicUrl).href}#${token}`;
