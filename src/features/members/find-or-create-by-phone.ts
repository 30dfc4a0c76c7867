import type { Actor } from '#foundation/audit.ts';
import { brandPolicy } from '#foundation/brand.ts';
import type { Tx } from '#foundation/db.ts';
import { Fault } from '#foundation/errors.ts';
import { type Refused, refuse } from '#foundation/outcome.ts';
import { readPolicy } from '#foundation/policy.ts';
import type { Secrets } from '#foundation/secrets.ts';
import { createPerson } from './create-person.ts';
import { holdPhone, lockPhoneHolder } from './hold-identity.ts';
import { type Person, readPerson } from './person-reads.ts';
import { parsePhone } from './phone-rules.ts';

export type FindOrCreateByPhoneOutcome = { ok: true; person: Person; isNew: boolean } | Refused<'bad_phone'>;

/**
 * The person a phone stands for at the till. An unknown phone makes an unbound member, who is found again when
 * that phone binds.
 * @param input.now business time
 */
export async function findOrCreateByPhone(
  tx: Tx,
  secrets: Secrets,
  input: { phone: string; now: Date; actor: Actor; source?: string },
): Promise<FindOrCreateByPhoneOutcome> {
  const { acceptsForeignPhones } = await readPolicy(tx, brandPolicy, input.now);
  const phone = parsePhone(input.phone, { acceptsForeign: acceptsForeignPhones });
  if (!phone.ok) return refuse('bad_phone');
  const holder = await lockPhoneHolder(tx, secrets, phone.e164);
  const known = holder === null ? null : await readPerson(tx, holder);
  if (known) return { ok: true, person: known, isNew: false };
  const memberId = await createPerson(tx, {
    lineUserId: null,
    now: input.now,
    actor: input.actor,
    source: input.source ?? 'api',
  });
  await holdPhone(tx, secrets, { memberId, phone: phone.e164, verifiedAt: null, now: input.now });
  const person = await readPerson(tx, memberId);
  if (!person) throw new Fault('person_lost', 'A person was made and cannot be read');
  return { ok: true, person, isNew: true };
}
