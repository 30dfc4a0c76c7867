import { addMs, dateInZone } from '#foundation/clock.ts';
import { sql, type Tx } from '#foundation/db.ts';
import { randomDigits } from '#foundation/ids.ts';
import { type Refused, refuse } from '#foundation/outcome.ts';
import type { Secrets } from '#foundation/secrets.ts';
import { enqueueSms } from '#outbox/enqueue.ts';

export const codeMinutes = 5;
const sendsADay = { phone: 5, line_user: 20 };

/**
 * Sends a fresh six-digit code to a phone; an earlier code of this LINE user is void from here on. What happens and
 * how long it takes does not depend on whether anybody knows the number.
 * @param input.wireNow codes live on the wire clock; `now` (business) only dates the message
 */
export async function sendPhoneCode(
  tx: Tx,
  secrets: Secrets,
  input: {
    lineUserId: string;
    /** E.164 */
    phone: string;
    writeSms: (code: string) => string;
    eventKey: string;
    zone: string;
    wireNow: Date;
    now: Date;
  },
): Promise<{ ok: true } | Refused<'sends_used'>> {
  const phoneHmac = secrets.lookup('phone', input.phone);
  const sentOn = dateInZone(input.wireNow, input.zone);
  const user = { scope: 'line_user' as const, hmac: secrets.lookup('line_user', input.lineUserId), sentOn };
  if (!(await countSend(tx, user))) return refuse('sends_used');
  if (!(await countSend(tx, { scope: 'phone', hmac: phoneHmac, sentOn }))) return refuse('sends_used');
  const code = randomDigits(6);
  await sql`
    insert into member_phone_codes (line_user_id, phone_hmac, code_hmac, sent_at, expires_at)
    values (${input.lineUserId}, ${phoneHmac}, ${sealCode(secrets, input, code)}, ${input.wireNow},
            ${addMs(input.wireNow, codeMinutes * 60_000)})
    on conflict (line_user_id) where consumed_at is null do update
      set phone_hmac = excluded.phone_hmac, code_hmac = excluded.code_hmac, tries = 0,
          sent_at = excluded.sent_at, expires_at = excluded.expires_at`.execute(tx);
  await enqueueSms(tx, secrets, {
    to: input.phone,
    text: input.writeSms(code),
    dedupeKey: `sms:code:${input.eventKey}`,
    dueAt: input.now,
    expiresAt: addMs(input.now, codeMinutes * 60_000),
  });
  return { ok: true };
}

/** A code means something only for its LINE user and its phone. */
export const sealCode = (
  secrets: Secrets,
  holder: { lineUserId: string; phone: string },
  code: string,
): Buffer => secrets.mac('code', `${holder.lineUserId}\u0000${holder.phone}\u0000${code}`);

/** Counts one send of the day unless the limit is reached; the row decides, however many ask at once. */
async function countSend(
  tx: Tx,
  input: { scope: 'phone' | 'line_user'; hmac: Buffer; sentOn: string },
): Promise<boolean> {
  const counted = await sql`
    insert into member_phone_code_sends as sends (scope, subject_hmac, sent_on, send_count)
    values (${input.scope}, ${input.hmac}, ${input.sentOn}, 1)
    on conflict (scope, subject_hmac, sent_on) do update set send_count = sends.send_count + 1
      where sends.send_count < ${sendsADay[input.scope]}
    returning send_count`.execute(tx);
  return counted.rows.length > 0;
}
