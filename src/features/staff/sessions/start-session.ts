import '../tables.ts';
import { addMs } from '#foundation/clock.ts';
import type { Tx } from '#foundation/db.ts';
import type { Locale } from '#foundation/i18n.ts';
import { readPolicy } from '#foundation/policy.ts';
import { randomToken, sha256 } from '#foundation/secrets.ts';
import { staffPolicy } from '../staff-policy-rules.ts';
import { endSession } from './end-sessions.ts';

export type Stage = 'second_factor' | 'enrolment' | 'full';

/** Where somebody signs in: the network is cut, the browser's name too. */
export type SignInPlace = { address: string | null; browser: string | null };

const halfWayMs = 10 * 60_000;
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/**
 * A new session under a new token; whatever token the browser presented before is dead from here on, so that nobody
 * can hand somebody a session to sign in to. Half-way stages last ten minutes.
 * @returns the token, to be handed to the browser and stored nowhere else
 */
export async function startSession(
  tx: Tx,
  input: {
    staffId: number;
    stage: Stage;
    /** A shared device: the session lasts a shift and locks itself. */
    deviceId: number | null;
    language: Locale | null;
    formerSessionId: number | null;
    place: SignInPlace;
    now: Date;
    wireNow: Date;
  },
): Promise<string> {
  const { wireNow, stage } = input;
  if (input.formerSessionId !== null)
    await endSession(tx, { sessionId: input.formerSessionId, because: 'replaced', wireNow });
  const policy = await readPolicy(tx, staffPolicy, input.now);
  const onDevice = input.deviceId !== null;
  const lastsMs =
    stage !== 'full' ? halfWayMs : (onDevice ? policy.shiftHours : policy.consoleHours) * hourMs;
  const idleMs = onDevice ? policy.deviceLockMinutes * minuteMs : policy.consoleIdleMinutes * minuteMs;
  const token = randomToken(32);
  await tx
    .insertInto('staff_sessions')
    .values({
      token_hash: sha256(token),
      staff_id: input.staffId,
      device_id: input.deviceId,
      stage,
      language: input.language,
      address: input.place.address,
      browser: input.place.browser,
      started_at: wireNow,
      last_seen_at: wireNow,
      idle_seconds: idleMs / 1000,
      ends_at: addMs(wireNow, lastsMs),
      ended_at: null,
      ended_because: null,
    })
    .execute();
  return token;
}
