import { sql, type Tx } from '#foundation/db.ts';
import type { Secrets } from '#foundation/secrets.ts';
import { sealCode } from './send-phone-code.ts';

export type TryPhoneCodeOutcome =
  | { kind: 'right' }
  | { kind: 'wrong'; triesLeft: number }
  | { kind: 'tries_used' }
  | { kind: 'expired' };

const maxTries = 5;

/**
 * Tries a code. One statement counts the try, judges it and spends a code that was right, so that any number of
 * tries at once is five tries and one success.
 * @param input.at LINE's timestamp of the message: a slow inbox takes no time away from anybody
 */
export async function tryPhoneCode(
  tx: Tx,
  secrets: Secrets,
  input: { lineUserId: string; phone: string; code: string; at: Date },
): Promise<TryPhoneCodeOutcome> {
  const tried = await sql<{ isRight: boolean; tries: number }>`
    update member_phone_codes
    set tries = tries + 1,
        consumed_at = case when code_hmac = ${sealCode(secrets, input, input.code)}
                           then ${input.at}::timestamptz end
    where line_user_id = ${input.lineUserId} and consumed_at is null and tries < ${maxTries}
      and expires_at > ${input.at}
    returning consumed_at is not null as "isRight", tries`.execute(tx);
  const counted = tried.rows[0];
  if (counted?.isRight) return { kind: 'right' };
  if (counted) {
    const triesLeft = maxTries - counted.tries;
    return triesLeft > 0 ? { kind: 'wrong', triesLeft } : { kind: 'tries_used' };
  }
  const void_ = await sql<{ tries: number }>`
    select tries from member_phone_codes
    where line_user_id = ${input.lineUserId} and consumed_at is null`.execute(tx);
  return (void_.rows[0]?.tries ?? 0) >= maxTries ? { kind: 'tries_used' } : { kind: 'expired' };
}

/** Whether the code that was sent last to this LINE user at this phone can still be tried. */
export async function isCodeGood(
  tx: Tx,
  secrets: Secrets,
  input: { lineUserId: string; phone: string; at: Date },
): Promise<boolean> {
  const found = await sql`
    select 1 from member_phone_codes
    where line_user_id = ${input.lineUserId} and phone_hmac = ${secrets.lookup('phone', input.phone)}
      and consumed_at is null and tries < ${maxTries} and expires_at > ${input.at}`.execute(tx);
  return found.rows.length > 0;
}
