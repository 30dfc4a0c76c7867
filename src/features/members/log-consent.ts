import { sql, type Tx } from '#foundation/db.ts';

export type ConsentPurpose = 'service' | 'marketing';

/** Which wording of the consent card a person saw; raise it with every change of those sentences. */
export const consentTextVersion = 'chat-1';

/** Writes down that someone agreed; a consent that stands already stays as it was given. */
export async function giveConsent(
  tx: Tx,
  input: { memberId: number; purpose: ConsentPurpose; textVersion: string; source: string; now: Date },
): Promise<void> {
  await sql`
    insert into member_consents (member_id, purpose, text_version, given_at, source)
    values (${input.memberId}, ${input.purpose}, ${input.textVersion}, ${input.now}, ${input.source})
    on conflict (member_id, purpose) where withdrawn_at is null do nothing`.execute(tx);
}

/** Writes down that someone takes a consent back; the entry stays in the log. */
export async function withdrawConsent(
  tx: Tx,
  input: { memberId: number; purpose: ConsentPurpose; now: Date },
): Promise<void> {
  await sql`
    update member_consents set withdrawn_at = greatest(${input.now}::timestamptz, given_at)
    where member_id = ${input.memberId} and purpose = ${input.purpose} and withdrawn_at is null`.execute(tx);
}
