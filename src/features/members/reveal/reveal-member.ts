import '../tables.ts';
import { type Actor, recordAudit } from '#foundation/audit.ts';
import type { Tx } from '#foundation/db.ts';
import { type Refused, refuse } from '#foundation/outcome.ts';
import type { Secrets } from '#foundation/secrets.ts';
import { maskReason } from '../../staff/reason-rules.ts';
import { readPersonByMemberNo } from '../person-reads.ts';

export const revealableFields = ['phone', 'name', 'birthday'] as const;
export type RevealableField = (typeof revealableFields)[number];

/** What was asked for, and null where it is not known. */
export type RevealedMember = {
  /** E.164. */
  phone?: string | null;
  name?: string | null;
  birthday?: { year: number | null; month: number; day: number } | null;
};

/**
 * Shows what is masked elsewhere, to somebody with a reason: that it was looked at, and by whom, is an entry; what
 * was seen is not. @param input.now business time
 */
export async function revealMember(
  tx: Tx,
  secrets: Secrets,
  input: { memberNo: string; fields: readonly RevealableField[]; reason: string; now: Date; actor: Actor },
): Promise<{ ok: true; member: RevealedMember } | Refused<'unknown_member'>> {
  const person = await readPersonByMemberNo(tx, input.memberNo);
  if (!person) return refuse('unknown_member');
  const fields = revealableFields.filter((field) => input.fields.includes(field));
  const member: RevealedMember = {};
  if (fields.includes('phone')) member.phone = await readPhone(tx, secrets, person.memberId);
  if (fields.includes('name')) member.name = await readName(tx, secrets, person.memberId);
  if (fields.includes('birthday')) {
    const { birthYear: year, birthMonth: month, birthDay: day } = person;
    member.birthday = month === null || day === null ? null : { year, month, day };
  }
  await recordAudit(tx, {
    at: input.now,
    actor: input.actor,
    action: 'member.revealed',
    subjectKind: 'member',
    subjectId: String(person.memberId),
    memberId: person.memberId,
    after: { fields, reason: maskReason(input.reason) },
  });
  return { ok: true, member };
}

/** The number that stands for the person now; a proven one before one that the till was told. */
async function readPhone(tx: Tx, secrets: Secrets, memberId: number): Promise<string | null> {
  const row = await tx
    .selectFrom('member_identities')
    .select('value_encrypted')
    .where('member_id', '=', memberId)
    .where('kind', '=', 'phone')
    .where('until', 'is', null)
    .orderBy('verified_at', (order) => order.desc().nullsLast())
    .orderBy('id', 'desc')
    .executeTakeFirst();
  return row?.value_encrypted ? secrets.decrypt(row.value_encrypted) : null;
}

async function readName(tx: Tx, secrets: Secrets, memberId: number): Promise<string | null> {
  const row = await tx
    .selectFrom('members')
    .select('name_encrypted')
    .where('id', '=', memberId)
    .executeTakeFirst();
  return row?.name_encrypted ? secrets.decrypt(row.name_encrypted) : null;
}
