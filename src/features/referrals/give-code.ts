import type { Tx } from '#foundation/db.ts';
import { Fault } from '#foundation/errors.ts';
import { randomUnmistakable } from '#foundation/ids.ts';
import { looksMade } from './invite-code-rules.ts';

/** A member's invitation code, made at its first use and the same for ever. */
export async function giveCode(tx: Tx, input: { memberId: number; now: Date }): Promise<string> {
  for (let tries = 0; tries < 20; tries++) {
    const own = await tx
      .selectFrom('referral_codes')
      .select('code')
      .where('member_id', '=', input.memberId)
      .executeTakeFirst();
    if (own) return own.code;
    const code = randomUnmistakable(8);
    if (!looksMade(code)) continue;
    const made = await tx
      .insertInto('referral_codes')
      .values({ member_id: input.memberId, code, created_at: input.now })
      .onConflict((conflict) => conflict.doNothing())
      .returning('code')
      .executeTakeFirst();
    if (made) return made.code;
  }
  throw new Fault('no_free_code', 'Twenty random invitation codes in a row were taken');
}
