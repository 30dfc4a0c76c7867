import '../tables.ts';
import { addMs } from '#foundation/clock.ts';
import { sql, type Tx } from '#foundation/db.ts';
import { type Refused, refuse } from '#foundation/outcome.ts';
import { type AlarmDesk, raiseAlarm } from '#outbox/raise-alarm.ts';
import { tryLimits } from './code-rules.ts';

/** Who tries codes: a person or system ("staff:3", "api_key:7"), and for which member, where one is named. */
export type Trier = { caller: string; memberId: number | null };

export type TooManyTries = Refused<'too_many_tries', { retryAfterSeconds: number }>;

/**
 * Counts tries as wrong before the codes are looked at, so that many at once get no more than one after the other;
 * `forgiveTries` takes back those that were right. Refuses above a limit, counting nothing.
 * @param input.count how many codes are tried
 * @param input.wireNow the wire clock, by which the limits run
 */
export async function countTries(
  tx: Tx,
  input: Trier & { count: number; wireNow: Date },
): Promise<{ ok: true; tryIds: number[] } | TooManyTries> {
  const { caller, memberId, count, wireNow } = input;
  const asked = [
    { ...tryLimits.caller, lock: `coupon-tries:${caller}`, mine: sql`caller = ${caller}` },
    ...(memberId === null
      ? []
      : [
          {
            ...tryLimits.member,
            lock: `coupon-tries:member:${memberId}`,
            mine: sql`member_id = ${memberId}`,
          },
        ]),
  ];
  for (const { most, withinMs, lock, mine } of asked) {
    await sql`select pg_advisory_xact_lock(hashtextextended(${lock}, 0))`.execute(tx);
    const known = await sql<{ tries: number; oldest: Date | null }>`
      select count(*)::int as tries, min(tried_at) as oldest from coupon_code_tries
      where ${mine} and tried_at > ${addMs(wireNow, -withinMs)}`.execute(tx);
    const { tries, oldest } = known.rows[0] ?? { tries: 0, oldest: null };
    if (tries + count > most) {
      const freeAt = (oldest ?? wireNow).getTime() + withinMs;
      return refuse('too_many_tries', {
        retryAfterSeconds: Math.max(1, Math.ceil((freeAt - wireNow.getTime()) / 1_000)),
      });
    }
  }
  const counted = await sql<{ id: number }>`
    insert into coupon_code_tries (caller, member_id, tried_at)
    select ${caller}, ${memberId}, ${wireNow} from generate_series(1, ${count}) returning id`.execute(tx);
  return { ok: true, tryIds: counted.rows.map(({ id }) => id) };
}

/** These were right, or wrong for another reason than the code. */
export async function forgiveTries(tx: Tx, tryIds: readonly number[]): Promise<void> {
  await sql`delete from coupon_code_tries where id = any(${tryIds}::bigint[])`.execute(tx);
}

/** After a wrong code: from 50 in a minute on, by whomever, people are told. @param input.now business time */
export async function watchTries(
  tx: Tx,
  desk: AlarmDesk,
  input: { now: Date; wireNow: Date },
): Promise<void> {
  const { at, withinMs } = tryLimits.alarm;
  const since = addMs(input.wireNow, -withinMs);
  const wrong = await sql<{ tries: number }>`
    select count(*)::int as tries from coupon_code_tries where tried_at > ${since}`.execute(tx);
  const tries = wrong.rows[0]?.tries ?? 0;
  if (tries < at) return;
  const message = `Somebody may be guessing coupon codes: ${tries} wrong ones within a minute`;
  await raiseAlarm(tx, desk, { cause: guessingCause, message, now: input.now });
}

export const guessingCause = 'coupon_guessing';
