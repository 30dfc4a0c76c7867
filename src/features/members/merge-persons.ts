import type { Actor } from '#foundation/audit.ts';
import { recordAudit } from '#foundation/audit.ts';
import { sql, type Tx } from '#foundation/db.ts';
import { recordFact } from '#foundation/facts.ts';
import { membersMerged } from './members-facts.ts';

/**
 * Makes two persons one: `fromId` goes into `intoId` with its identities, consents and timeline. What other rooms
 * keep moves in their reactions to the fact. Where both have a LINE account, that of `intoId` stays.
 * @param input.now business time
 * @returns false when they were one already, or one of them is gone
 */
export async function mergePersons(
  tx: Tx,
  input: { fromId: number; intoId: number; now: Date; actor: Actor; source: string },
): Promise<boolean> {
  const { fromId, intoId, now } = input;
  if (fromId === intoId) return false;
  const locked = await sql<{ id: number }>`
    select id from members where id in (${fromId}, ${intoId}) and merged_into_id is null and erased_at is null
    order by id for update`.execute(tx);
  if (locked.rows.length < 2) return false;
  await sql`
    update members into_m set
      joined_at = least(into_m.joined_at, from_m.joined_at),
      imported_at = greatest(into_m.imported_at, from_m.imported_at),
      language = coalesce(into_m.language, from_m.language),
      name_encrypted = coalesce(into_m.name_encrypted, from_m.name_encrypted),
      birth_year = case when into_m.birth_month is null then from_m.birth_year else into_m.birth_year end,
      birth_day = coalesce(into_m.birth_day, from_m.birth_day),
      birth_month = coalesce(into_m.birth_month, from_m.birth_month),
      birthday_change_count = greatest(into_m.birthday_change_count, from_m.birthday_change_count),
      spending_held_until = greatest(into_m.spending_held_until, from_m.spending_held_until),
      spending_locked_at = least(into_m.spending_locked_at, from_m.spending_locked_at),
      created_at = least(into_m.created_at, from_m.created_at)
    from members from_m where into_m.id = ${intoId} and from_m.id = ${fromId}`.execute(tx);
  await sql`
    update member_identities set until = greatest(${now}::timestamptz, since)
    where member_id = ${fromId} and kind = 'line' and until is null and exists (
      select 1 from member_identities
      where member_id = ${intoId} and kind = 'line' and until is null)`.execute(tx);
  await sql`update member_identities set member_id = ${intoId} where member_id = ${fromId}`.execute(tx);
  await sql`
    update member_consents c set withdrawn_at = greatest(${now}::timestamptz, c.given_at)
    where c.member_id = ${fromId} and c.withdrawn_at is null and exists (
      select 1 from member_consents
      where member_id = ${intoId} and purpose = c.purpose and withdrawn_at is null)`.execute(tx);
  await sql`update member_consents set member_id = ${intoId} where member_id = ${fromId}`.execute(tx);
  await sql`
    update members set merged_into_id = ${intoId} where id = ${fromId} or merged_into_id = ${fromId}`.execute(
    tx,
  );
  await sql`update facts set member_id = ${intoId} where member_id = ${fromId}`.execute(tx);
  await recordAudit(tx, {
    at: now,
    actor: input.actor,
    action: 'member.merge',
    subjectKind: 'member',
    subjectId: String(intoId),
    memberId: intoId,
    before: { memberId: fromId },
    after: { memberId: intoId },
  });
  await recordFact(tx, membersMerged, {
    memberId: intoId,
    occurredAt: now,
    actor: input.actor,
    source: input.source,
    dedupeKey: String(fromId),
    data: { fromId, intoId },
  });
  return true;
}
