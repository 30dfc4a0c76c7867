import '../tables.ts';
import { addMs } from '#foundation/clock.ts';
import type { Tx } from '#foundation/db.ts';
import { randomToken, type Secrets, sha256 } from '#foundation/secrets.ts';
import { type LineLoginPort, newVerifier } from './line-login-port.ts';

const lastsMs = 10 * 60_000;

/**
 * Sends a browser to LINE. What it must bring back (state) is handed to this browser alone, and what LINE must put
 * into the token (nonce) and the code's verifier stay here.
 * @param input.staffId who links an account; null = somebody who wants to sign in
 */
export async function startLineLogin(
  tx: Tx,
  door: { secrets: Secrets; lineLogin: LineLoginPort },
  input: { staffId: number | null; returnTo: string; redirectUri: string; wireNow: Date },
): Promise<{ url: string; state: string }> {
  const state = randomToken(32);
  const nonce = randomToken(24);
  const verifier = newVerifier();
  await tx.deleteFrom('staff_line_logins').where('expires_at', '<', input.wireNow).execute();
  await tx
    .insertInto('staff_line_logins')
    .values({
      state_hash: sha256(state),
      nonce,
      verifier_encrypted: door.secrets.encrypt(verifier),
      staff_id: input.staffId,
      return_to: input.returnTo,
      expires_at: addMs(input.wireNow, lastsMs),
    })
    .execute();
  const { redirectUri } = input;
  return { url: door.lineLogin.authorizeUrl({ state, nonce, verifier, redirectUri }), state };
}
