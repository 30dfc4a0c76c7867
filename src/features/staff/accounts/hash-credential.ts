import { hash, verify } from '@node-rs/argon2';
import { randomToken, type Secrets } from '#foundation/secrets.ts';

/** argon2id with OWASP's first choice of cost (19 MiB, 2 passes, 1 lane), salted; about 50 ms on another thread. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

export const hashPassword = (password: string): Promise<string> => hash(password.normalize('NFKC'), cost);

/** A PIN has few values: what is hashed depends on the data key, so that a copy of the database opens none. */
export const hashPin = (secrets: Secrets, staffId: number, pin: string): Promise<string> =>
  hash(seasonPin(secrets, staffId, pin), cost);

/** Takes as long for an account that does not exist or has no password as for a wrong one. */
export const matchesPassword = (stored: string | null, password: string): Promise<boolean> =>
  matches(stored, password.normalize('NFKC'));

export const matchesPin = (
  secrets: Secrets,
  stored: string | null,
  input: { staffId: number; pin: string },
): Promise<boolean> => matches(stored, seasonPin(secrets, input.staffId, input.pin));

/** As text: argon2's `verify` takes no bytes that are not UTF-8. */
const seasonPin = (secrets: Secrets, staffId: number, pin: string): string =>
  secrets.mac('code', `staff-pin:${staffId}:${pin}`).toString('base64url');

let nobodys: Promise<string> | null = null;

async function matches(stored: string | null, given: string): Promise<boolean> {
  nobodys ??= hash(randomToken(24), cost);
  const isRight = await verify(stored ?? (await nobodys), given);
  return isRight && stored !== null;
}
