import { type Db, sql } from '#foundation/db.ts';
import type { FlowKey } from './flow-rules.ts';

/**
 * Why a planned message of a flow may not go any more, whatever it says: the flow was switched off since it was
 * planned (also when it is on again), the person let go of this LINE account, or took back the consent.
 */
export async function refuseFlowRow(
  db: Db,
  of: { flow: FlowKey; memberId: number; lineUserId: string; occasion: string },
): Promise<'flow_off' | 'unbound' | 'no_consent' | null> {
  const found = await sql<{ isOn: boolean; isBound: boolean; hasConsent: boolean }>`
    select exists (
             select 1 from flows f join flow_entries e on e.flow_key = f.key
             where f.key = ${of.flow} and f.is_on and e.member_id = ${of.memberId} and e.occasion = ${of.occasion}
               and e.state = 'planned' and e.created_at >= f.switched_on_at) as "isOn",
           exists (
             select 1 from members_published_members m
             where m.id = ${of.memberId} and m.joined_at is not null and m.line_user_id = ${of.lineUserId}) as "isBound",
           exists (
             select 1 from members_published_consents c
             where c.member_id = ${of.memberId} and c.purpose = 'marketing') as "hasConsent"`.execute(db);
  const row = found.rows[0];
  if (!row?.isOn) return 'flow_off';
  if (!row.isBound) return 'unbound';
  return row.hasConsent ? null : 'no_consent';
}

/** The gift of a birthday year that was given before, if any. */
export async function readGiftClaimId(
  db: Db,
  of: { memberId: number; year: string },
): Promise<number | null> {
  const row = await db
    .selectFrom('flow_entries')
    .select('coupon_claim_id')
    .where('flow_key', '=', 'birthday')
    .where('member_id', '=', of.memberId)
    .where('occasion', '=', `gift:${of.year}`)
    .where('state', '=', 'planned')
    .executeTakeFirst();
  return row?.coupon_claim_id ?? null;
}
