import '../tables.ts';
import { recordAudit } from '#foundation/audit.ts';
import type { Db, Tx } from '#foundation/db.ts';
import type { Locale } from '#foundation/i18n.ts';
import { type Refused, refuse } from '#foundation/outcome.ts';
import { sha256 } from '#foundation/secrets.ts';
import type { StaffRole } from '../permission-rules.ts';
import { usesConsole, usesDevice } from '../permission-rules.ts';
import { endSessions } from '../sessions/end-sessions.ts';
import {
  type Arrival,
  noteSignIn,
  placeOf,
  type SignInDoor,
  stageAfterPassword,
} from '../sessions/sign-in.ts';
import { type Stage, startSession } from '../sessions/start-session.ts';
import { readAccount } from './account-reads.ts';
import { findPasswordFault, isGoodPin, type PasswordFault } from './credential-rules.ts';
import { hashPassword, hashPin } from './hash-credential.ts';

export type Need = 'password' | 'pin';

/** What a role sets when it uses its link. */
export const needsOf = (role: StaffRole): Need[] => [
  ...(usesConsole(role) ? (['password'] as const) : []),
  ...(usesDevice(role) ? (['pin'] as const) : []),
];

export type OpenInvitation = { staffId: number; name: string; role: StaffRole; expiresAt: Date };

/** The invitation that a token opens, or null: unknown, used, revoked and expired read alike. */
export async function readInvitation(db: Db, token: string, wireNow: Date): Promise<OpenInvitation | null> {
  const row = await db
    .selectFrom('staff_invitations as i')
    .innerJoin('staff_accounts as a', 'a.id', 'i.staff_id')
    .select(['a.id as staffId', 'a.name', 'a.role', 'i.expires_at as expiresAt'])
    .where('i.token_hash', '=', sha256(token))
    .where('i.used_at', 'is', null)
    .where('i.revoked_at', 'is', null)
    .where('i.expires_at', '>', wireNow)
    .where('a.disabled_at', 'is', null)
    .executeTakeFirst();
  return row ?? null;
}

export type AcceptOutcome =
  | { ok: true; signedIn: { token: string; stage: Stage } | null }
  | Refused<'link_used_up'>
  | Refused<'bad_password', { fault: PasswordFault | 'missing' }>
  | Refused<'bad_pin', { fault: 'too_simple' | 'missing' }>;

/**
 * Uses a link, once: new credentials replace all former ones, every session of the person ends. Console people are
 * signed in by it; a clerk goes to the shared device.
 */
export async function acceptInvitation(
  door: SignInDoor,
  input: Arrival & { token: string; password: string | null; pin: string | null; language: Locale },
): Promise<AcceptOutcome> {
  const seen = await readInvitation(door.db, input.token, input.wireNow);
  if (!seen) return refuse('link_used_up');
  const needs = needsOf(seen.role);
  const fault = findFault(needs, seen.name, input);
  if (fault) return fault;
  const passwordHash = needs.includes('password') ? await hashPassword(input.password ?? '') : null;
  const pinHash = needs.includes('pin') ? await hashPin(door.secrets, seen.staffId, input.pin ?? '') : null;
  return door.transact(async (tx) => {
    // The person first, then the link: in the order of whoever lets them go meanwhile.
    const invited = await readAccount(tx, { id: seen.staffId }, true);
    if (!invited || invited.isDisabled || invited.role !== seen.role) return refuse('link_used_up');
    if (!(await spendLink(tx, input.token, input.wireNow))) return refuse('link_used_up');
    await tx
      .updateTable('staff_accounts')
      .set({
        password_hash: passwordHash,
        pin_hash: pinHash,
        totp_secret_encrypted: null,
        totp_confirmed_at: null,
        totp_last_step: null,
        line_user_hmac: null,
        language: input.language,
      })
      .set((eb) => ({ joined_at: eb.fn.coalesce('joined_at', eb.val(input.now)) }))
      .where('id', '=', seen.staffId)
      .execute();
    const staffId = seen.staffId;
    await endSessions(tx, { of: { staffId }, because: 'credentials_changed', wireNow: input.wireNow });
    await recordAudit(tx, {
      at: input.now,
      actor: { kind: 'staff', id: String(staffId), place: placeOf(input.place) },
      action: 'staff.credentials_set',
      subjectKind: 'staff',
      subjectId: String(staffId),
      after: { set: needs },
    });
    const account = await readAccount(tx, { id: staffId });
    if (!account || !usesConsole(account.role)) return { ok: true, signedIn: null };
    const stage = stageAfterPassword(account);
    const token = await startSession(tx, { ...input, staffId, stage, deviceId: null, language: null });
    if (stage === 'full') await noteSignIn(tx, staffId, 'invitation', input);
    return { ok: true, signedIn: { token, stage } };
  });
}

function findFault(
  needs: readonly Need[],
  name: string,
  { password, pin }: { password: string | null; pin: string | null },
): Extract<AcceptOutcome, { reason: 'bad_password' | 'bad_pin' }> | null {
  if (needs.includes('password')) {
    const fault = password === null ? ('missing' as const) : findPasswordFault(password, name);
    if (fault) return refuse('bad_password', { fault });
  }
  if (needs.includes('pin') && (pin === null || !isGoodPin(pin)))
    return refuse('bad_pin', { fault: pin === null ? ('missing' as const) : ('too_simple' as const) });
  return null;
}

/** Of two who use one link at once, one wins. */
async function spendLink(tx: Tx, token: string, wireNow: Date): Promise<boolean> {
  const used = await tx
    .updateTable('staff_invitations')
    .set({ used_at: wireNow })
    .where('token_hash', '=', sha256(token))
    .where('used_at', 'is', null)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', wireNow)
    .executeTakeFirst();
  return Number(used.numUpdatedRows) === 1;
}
