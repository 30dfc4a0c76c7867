import { sql, type Tx } from '#foundation/db.ts';
import { Fault } from '#foundation/errors.ts';
import { createPerson } from './create-person.ts';
import { holdLine } from './hold-identity.ts';
import { type Person, readPerson, readPersonByLine } from './person-reads.ts';

/** The person behind a LINE account, made at the first contact; safe against two first contacts at once. */
export async function touchPersonByLine(tx: Tx, input: { lineUserId: string; now: Date }): Promise<Person> {
  const known = await readPersonByLine(tx, input.lineUserId);
  if (known) return known;
  await sql`select pg_advisory_xact_lock(hashtextextended(${`line:${input.lineUserId}`}, 0))`.execute(tx);
  const met = await readPersonByLine(tx, input.lineUserId);
  if (met) return met;
  const memberId = await createPerson(tx, {
    lineUserId: input.lineUserId,
    now: input.now,
    actor: null,
    source: 'chat',
  });
  await holdLine(tx, { memberId, lineUserId: input.lineUserId, now: input.now });
  const person = await readPerson(tx, memberId);
  if (!person) throw new Fault('person_lost', 'A person was made and cannot be read');
  return person;
}
