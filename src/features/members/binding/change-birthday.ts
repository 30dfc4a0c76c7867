import { sql, type Tx } from '#foundation/db.ts';
import { recordFact } from '#foundation/facts.ts';
import { type Refused, refuse } from '#foundation/outcome.ts';
import { birthdayChanged } from '../members-facts.ts';
import type { Birthday } from './birthday-rules.ts';

/** Changes a birthday, once in a membership (the first one is no change); one statement decides. A gift of the old date is not given again. */
export async function changeBirthday(
  tx: Tx,
  input: { memberId: number; lineUserId: string; birthday: Birthday; eventKey: string; now: Date },
): Promise<{ ok: true } | Refused<'used_up'>> {
  const { memberId, birthday } = input;
  const changed = await sql`
    update members
    set birth_month = ${birthday.month}, birth_day = ${birthday.day}, birth_year = ${birthday.year},
        birthday_change_count = birthday_change_count + case when birth_month is null then 0 else 1 end
    where id = ${memberId} and birthday_change_count = 0
    returning id`.execute(tx);
  if (changed.rows.length === 0) return refuse('used_up');
  await recordFact(tx, birthdayChanged, {
    memberId,
    lineUserId: input.lineUserId,
    occurredAt: input.now,
    actor: { kind: 'member', id: String(memberId) },
    source: 'chat',
    dedupeKey: input.eventKey,
    data: {},
  });
  return { ok: true };
}

/** Whether a member may still change the birthday. */
export async function mayChangeBirthday(tx: Tx, memberId: number): Promise<boolean> {
  const found = await sql`
    select 1 from members where id = ${memberId} and birthday_change_count = 0`.execute(tx);
  return found.rows.length > 0;
}
