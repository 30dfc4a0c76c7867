import { recordAudit } from '#foundation/audit.ts';
import { sql, type Tx } from '#foundation/db.ts';
import { recordFact } from '#foundation/facts.ts';
import { type Refused, refuse } from '#foundation/outcome.ts';
import { spendingLocked } from '../members-facts.ts';
import { formerLineDays, spendingHoldHours } from '../spending-rules.ts';

/**
 * The LINE account that a card was taken from says that it was not its holder: points and coupons are locked until
 * the staff has spoken with them. Only an account that had the card in the days before the hold can, and only while
 * spending is held; also one that the card left by way of a third account, or by unbinding.
 * @param input.now business time
 */
export async function lockSpending(
  tx: Tx,
  input: { lineUserId: string; eventKey: string; now: Date },
): Promise<{ ok: true; memberId: number } | Refused<'too_late'>> {
  const { lineUserId, now } = input;
  const locked = await sql<{ memberId: number; wasLocked: boolean }>`
    with taken as (
      select m.id, m.spending_locked_at is not null as was_locked
      from member_identities i join members m on m.id = i.member_id
      where i.kind = 'line' and i.line_user_id = ${lineUserId} and i.until is not null
        and m.spending_held_until > ${now}
        and i.until >= m.spending_held_until - make_interval(days => ${formerLineDays}, hours => ${spendingHoldHours})
        and not exists (select 1 from member_identities now_held
                        where now_held.member_id = m.id and now_held.kind = 'line' and now_held.until is null
                          and now_held.line_user_id = i.line_user_id)
      order by i.until desc limit 1
      for update of m
    )
    update members set spending_locked_at = coalesce(spending_locked_at, ${now})
    from taken where members.id = taken.id
    returning members.id as "memberId", taken.was_locked as "wasLocked"`.execute(tx);
  const row = locked.rows[0];
  if (!row) return refuse('too_late');
  if (row.wasLocked) return { ok: true, memberId: row.memberId };
  const actor = { kind: 'member', id: String(row.memberId) } as const;
  await recordAudit(tx, {
    at: now,
    actor,
    action: 'member.lock_spending',
    subjectKind: 'member',
    subjectId: String(row.memberId),
    memberId: row.memberId,
  });
  await recordFact(tx, spendingLocked, {
    memberId: row.memberId,
    lineUserId,
    occurredAt: now,
    actor,
    source: 'chat',
    dedupeKey: input.eventKey,
    data: {},
  });
  return { ok: true, memberId: row.memberId };
}
