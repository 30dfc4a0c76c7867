import '../tables.ts';
import { recordAudit } from '#foundation/audit.ts';
import { sql, type Tx } from '#foundation/db.ts';
import { type Refused, refuse } from '#foundation/outcome.ts';
import { sha256 } from '#foundation/secrets.ts';
import { readAccount } from '../accounts/account-reads.ts';
import { usesConsole } from '../permission-rules.ts';
import type { LineLoginPort } from './line-login-port.ts';
import { type Arrival, noteSignIn, type SignInDoor, stageAfterPassword } from './sign-in.ts';
import { type Stage, startSession } from './start-session.ts';

export type LineLoginOutcome =
  | { ok: true; did: 'linked'; returnTo: string }
  | { ok: true; did: 'signed_in'; returnTo: string; token: string; stage: Stage }
  | Refused<'failed' | 'unknown' | 'linked_elsewhere'>;

/**
 * The browser is back from LINE. The state must be the one this browser was given, is used up by looking at it, and
 * a code that LINE does not vouch for signs nobody in. Owners still give their second factor.
 */
export async function finishLineLogin(
  door: SignInDoor & { lineLogin: LineLoginPort },
  input: Arrival & {
    state: string | null;
    browserState: string | null;
    code: string | null;
    redirectUri: string;
    /** Who is signed in at the console on this browser now. */
    session: { id: number; staffId: number } | null;
  },
): Promise<LineLoginOutcome> {
  const { state, code, wireNow, redirectUri } = input;
  if (state === null || state !== input.browserState) return refuse('failed');
  const begun = await door.transact((tx) => takeLogin(tx, state, wireNow));
  if (!begun || code === null) return refuse('failed');
  const verifier = door.secrets.decrypt(begun.verifier_encrypted);
  const asked = { code, nonce: begun.nonce, verifier, redirectUri, wireNow };
  const userId = await door.lineLogin.exchange(asked).catch(() => null);
  if (userId === null) return refuse('failed');
  const lineUserHmac = door.secrets.lookup('staff-line', userId);
  const returnTo = begun.return_to;
  return door.transact(async (tx) => {
    // Two who link one LINE account at once come one after the other.
    await sql`select pg_advisory_xact_lock(hashtextextended(${lineUserHmac.toString('hex')}, 13))`.execute(
      tx,
    );
    const known = await readAccount(tx, { lineUserHmac }, true);
    if (begun.staff_id !== null) {
      // Whoever began the link must still be the one at this browser, LINE's answer included.
      if (!input.session || begun.staff_id !== input.session.staffId) return refuse('failed');
      if (!(await holdSession(tx, input.session.id))) return refuse('failed');
      if (known && known.id !== begun.staff_id) return refuse('linked_elsewhere');
      await linkAccount(tx, { staffId: begun.staff_id, lineUserHmac, arrival: input });
      return { ok: true, did: 'linked', returnTo };
    }
    if (!known || known.isDisabled || !usesConsole(known.role)) return refuse('unknown');
    const stage = stageAfterPassword(known);
    const session = { ...input, staffId: known.id, stage, deviceId: null, language: null };
    const token = await startSession(tx, session);
    if (stage === 'full') await noteSignIn(tx, known.id, 'line', input);
    return { ok: true, did: 'signed_in', returnTo, token, stage };
  });
}

/** Whether nobody has ended the session; from here on nobody does before the transaction ends. */
async function holdSession(tx: Tx, sessionId: number): Promise<boolean> {
  const held = await tx
    .selectFrom('staff_sessions')
    .select('id')
    .where('id', '=', sessionId)
    .where('ended_at', 'is', null)
    .forUpdate()
    .executeTakeFirst();
  return held !== undefined;
}

async function takeLogin(tx: Tx, state: string, wireNow: Date) {
  return tx
    .deleteFrom('staff_line_logins')
    .where('state_hash', '=', sha256(state))
    .where('expires_at', '>', wireNow)
    .returning(['nonce', 'verifier_encrypted', 'staff_id', 'return_to'])
    .executeTakeFirst();
}

async function linkAccount(
  tx: Tx,
  input: { staffId: number; lineUserHmac: Buffer; arrival: Arrival },
): Promise<void> {
  await tx
    .updateTable('staff_accounts')
    .set({ line_user_hmac: input.lineUserHmac })
    .where('id', '=', input.staffId)
    .execute();
  const { address } = input.arrival.place;
  await recordAudit(tx, {
    at: input.arrival.now,
    actor: { kind: 'staff', id: String(input.staffId), ...(address !== null && { place: { address } }) },
    action: 'staff.line_linked',
    subjectKind: 'staff',
    subjectId: String(input.staffId),
  });
}
