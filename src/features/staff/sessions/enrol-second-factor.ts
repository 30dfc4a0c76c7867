import '../tables.ts';
import { type Actor, recordAudit } from '#foundation/audit.ts';
import type { Tx } from '#foundation/db.ts';
import { type Refused, refuse } from '#foundation/outcome.ts';
import type { Secrets } from '#foundation/secrets.ts';
import { readAccount } from '../accounts/account-reads.ts';
import { endSession, endSessions } from './end-sessions.ts';
import { findTotpStep, newTotpSecret } from './second-factor-rules.ts';

/**
 * A new secret for the authenticator. It travels sealed with the browser until a code proves that the app has it,
 * so that an attempt left half-way changes nothing; a page that is loaded again gets the one that may be scanned
 * already.
 * @param input.former what this browser was given before
 */
export function offerSecondFactor(
  secrets: Secrets,
  input: { staffId: number; former: string | null; wireNow: Date },
): { secret: string; sealed: string } {
  const former = input.former === null ? null : openOffer(secrets, input.former);
  const secret = former && isOpen(former, input) ? former.secret : newTotpSecret();
  const offer: Offer = { staffId: input.staffId, secret, until: input.wireNow.getTime() + offerMs };
  return { secret, sealed: secrets.encrypt(JSON.stringify(offer)).toString('base64url') };
}

const offerMs = 15 * 60_000;
type Offer = { staffId: number; secret: string; until: number };

const isOpen = (offer: Offer, { staffId, wireNow }: { staffId: number; wireNow: Date }): boolean =>
  offer.staffId === staffId && offer.until >= wireNow.getTime();

/** Takes the offered secret into use; every session of the person ends, also the one that asks: it begins anew. */
export async function enrolSecondFactor(
  tx: Tx,
  secrets: Secrets,
  input: {
    staffId: number;
    sealed: string;
    code: string;
    sessionId: number;
    actor: Actor;
    now: Date;
    wireNow: Date;
  },
): Promise<{ ok: true } | Refused<'wrong_code'>> {
  const offer = openOffer(secrets, input.sealed);
  if (offer === null || !isOpen(offer, input)) return refuse('wrong_code');
  const step = findTotpStep(offer.secret, input.code, { now: input.wireNow, lastStep: null });
  if (step === null) return refuse('wrong_code');
  const account = await readAccount(tx, { id: input.staffId }, true);
  const { sessionId, wireNow } = input;
  // Disabled or signed out everywhere in the meantime: what was begun before leads nowhere.
  if (!account || account.isDisabled || !(await endSession(tx, { sessionId, because: 'replaced', wireNow })))
    return refuse('wrong_code');
  await tx
    .updateTable('staff_accounts')
    .set({
      totp_secret_encrypted: secrets.encrypt(offer.secret),
      totp_confirmed_at: input.wireNow,
      totp_last_step: step,
    })
    .where('id', '=', input.staffId)
    .execute();
  await endSessions(tx, {
    of: { staffId: input.staffId },
    because: 'credentials_changed',
    wireNow: input.wireNow,
  });
  await recordAudit(tx, {
    at: input.now,
    actor: input.actor,
    action: 'staff.second_factor_set',
    subjectKind: 'staff',
    subjectId: String(input.staffId),
  });
  return { ok: true };
}

function openOffer(secrets: Secrets, sealed: string): Offer | null {
  try {
    return JSON.parse(secrets.decrypt(Buffer.from(sealed, 'base64url'))) as Offer;
  } catch {
    return null;
  }
}
