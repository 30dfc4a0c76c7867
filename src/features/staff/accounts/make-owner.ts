import '../tables.ts';
import type { Actor } from '#foundation/audit.ts';
import type { Tx } from '#foundation/db.ts';
import { type Refused, refuse } from '#foundation/outcome.ts';
import { readAccount } from './account-reads.ts';
import { enablePerson } from './change-person.ts';
import { createInvitation, type Invitation } from './create-invitation.ts';
import { invitePerson } from './invite-person.ts';

/**
 * The way in from the machine itself: a link for the first owner, or for one who lost what they sign in with. It
 * makes nobody an owner who is something else.
 */
export async function makeOwner(
  tx: Tx,
  input: { name: string; actor: Actor; now: Date; wireNow: Date },
): Promise<{ ok: true; isNew: boolean; invitation: Invitation } | Refused<'not_an_owner'>> {
  const known = await readAccount(tx, { name: input.name }, true);
  if (known) {
    if (known.role !== 'owner') return refuse('not_an_owner');
    if (known.isDisabled) await enablePerson(tx, { ...input, staffId: known.id });
    return {
      ok: true,
      isNew: false,
      invitation: await createInvitation(tx, { ...input, staffId: known.id }),
    };
  }
  const invited = await invitePerson(tx, { ...input, role: 'owner', storeIds: [], createdById: null });
  if (!invited.ok) throw new Error(`an owner needs no store, yet: ${invited.reason}`);
  return { ok: true, isNew: true, invitation: invited.invitation };
}
