import { sql, type Tx } from '#foundation/db.ts';
import { type Refused, refuse } from '#foundation/outcome.ts';
import type { Secrets } from '#foundation/secrets.ts';
import { type AttemptKind, attemptLimits, forgetAfterSeconds } from './attempt-rules.ts';

/** What is tried, `of` naming the account, the device and person, or the address. */
export type Attempt = { kind: AttemptKind; of: string };

export type TooManyAttempts = Refused<'too_many_attempts', { retryAfterSeconds: number }>;

/**
 * Counts tries as failures before the secret is looked at, so that many at once get no more tries than one after
 * the other; `forgiveAttempts` takes back what succeeded. Refuses while one of them is blocked, counting nothing.
 */
export async function countAttempts(
  tx: Tx,
  secrets: Secrets,
  attempts: readonly Attempt[],
  wireNow: Date,
): Promise<{ ok: true } | TooManyAttempts> {
  // Asked before anything is counted: whoever knocks at a blocked account is no reason to block all who share a network.
  for (const attempt of attempts) {
    const until = await readBlock(tx, secrets, attempt);
    if (until !== null && until > wireNow) return refuseUntil(until, wireNow);
  }
  for (const attempt of attempts) {
    const { failures, firstBlockSeconds, longestBlockSeconds } = attemptLimits[attempt.kind];
    const counted = await sql<{ failures: number }>`
      insert into staff_attempts as known (key, failures, last_at) values (${keyOf(secrets, attempt)}, 1, ${wireNow})
      on conflict (key) do update
        set last_at = excluded.last_at,
            failures = case when known.last_at < excluded.last_at - make_interval(secs => ${forgetAfterSeconds})
                            then 1 else known.failures + 1 end,
            blocked_until = case
              when known.last_at < excluded.last_at - make_interval(secs => ${forgetAfterSeconds}) then null
              when known.failures + 1 >= ${failures}
              then excluded.last_at + make_interval(secs => least(
                ${firstBlockSeconds} * power(2, least(known.failures + 1 - ${failures}, 20)), ${longestBlockSeconds}))
            end
        where known.blocked_until is null or known.blocked_until <= excluded.last_at
      returning failures`.execute(tx);
    // Others were faster and reached the limit in between.
    if (counted.rows.length === 0)
      return refuseUntil((await readBlock(tx, secrets, attempt)) ?? wireNow, wireNow);
  }
  return { ok: true };
}

/**
 * After a success: the account starts anew, and the address is not blamed. A block of the address ends with it: the
 * success itself began it, or failures that it stood among still have one try left.
 */
export async function forgiveAttempts(tx: Tx, secrets: Secrets, attempts: readonly Attempt[]): Promise<void> {
  for (const attempt of attempts) {
    const key = keyOf(secrets, attempt);
    if (attempt.kind === 'address')
      await sql`update staff_attempts set failures = greatest(failures - 1, 0), blocked_until = null
        where key = ${key}`.execute(tx);
    else await sql`delete from staff_attempts where key = ${key}`.execute(tx);
  }
}

async function readBlock(tx: Tx, secrets: Secrets, attempt: Attempt): Promise<Date | null> {
  const found = await sql<{ blocked_until: Date | null }>`
    select blocked_until from staff_attempts where key = ${keyOf(secrets, attempt)}`.execute(tx);
  return found.rows[0]?.blocked_until ?? null;
}

function refuseUntil(until: Date, wireNow: Date): TooManyAttempts {
  const retryAfterSeconds = Math.max(1, Math.ceil((until.getTime() - wireNow.getTime()) / 1000));
  return refuse('too_many_attempts', { retryAfterSeconds });
}

const keyOf = (secrets: Secrets, { kind, of }: Attempt): Buffer =>
  secrets.lookup('staff-attempt', `${kind}:${of}`);
