import type { Db } from '#foundation/db.ts';
import { sql } from '#foundation/db.ts';
import { isMemberNo, luhnCheckDigit } from '#foundation/ids.ts';
import { type Refused, refuse } from '#foundation/outcome.ts';
import type { Secrets } from '#foundation/secrets.ts';
import { readMemberCode } from './member-code-rules.ts';
import { type Person, readPerson, readPersonByMemberNo } from './person-reads.ts';
import { parsePhone } from './phone-rules.ts';

export type FoundBy = { phone: string } | { memberNo: string } | { memberCode: string };

export type FindPersonOutcome =
  | { ok: true; person: Person; codeNonce: string | null }
  | Refused<'unknown_member' | 'bad_phone' | 'bad_code' | 'code_expired' | 'code_used'>;

/**
 * Finds a person as a till names them. A look-up by member code does not spend the code: the first writing call
 * hands `codeNonce` to `spendMemberCode`.
 * @param wireNow member codes live on the wire clock
 */
export async function findPerson(
  db: Db,
  secrets: Secrets,
  by: FoundBy,
  wireNow: Date,
): Promise<FindPersonOutcome> {
  if ('phone' in by) return findByPhone(db, secrets, by.phone);
  if ('memberNo' in by) {
    const person = isMemberNo(by.memberNo) ? await readPersonByMemberNo(db, by.memberNo) : null;
    return person ? { ok: true, person, codeNonce: null } : refuse('unknown_member');
  }
  const code = readMemberCode(secrets, by.memberCode, wireNow);
  if (!code.ok) return refuse(code.reason);
  const person = await readPersonByNoBody(db, code.memberNoBody);
  if (!person) return refuse('unknown_member');
  const used = await sql`select 1 from member_code_uses where nonce = ${code.nonce}`.execute(db);
  return used.rows.length > 0 ? refuse('code_used') : { ok: true, person, codeNonce: code.nonce };
}

/**
 * Whom a till names, where nothing is to be done for them: a member code tells so after it was spent, and for an hour
 * after it ran out. Null for codes that we never wrote, and for nobody.
 * @param wireNow member codes live on the wire clock
 */
export async function recognisePerson(
  db: Db,
  secrets: Secrets,
  by: FoundBy,
  wireNow: Date,
): Promise<Person | null> {
  if ('memberCode' in by) {
    const code = readMemberCode(secrets, by.memberCode, wireNow);
    return 'memberNoBody' in code ? readPersonByNoBody(db, code.memberNoBody) : null;
  }
  const found = await findPerson(db, secrets, by, wireNow);
  return found.ok ? found.person : null;
}

/** @param body a member number without its check digit */
const readPersonByNoBody = (db: Db, body: string): Promise<Person | null> =>
  readPersonByMemberNo(db, body + luhnCheckDigit(body));

async function findByPhone(db: Db, secrets: Secrets, text: string): Promise<FindPersonOutcome> {
  const phone = parsePhone(text, { acceptsForeign: true });
  if (!phone.ok) return refuse('bad_phone');
  const found = await sql<{ memberId: number }>`
    select member_id as "memberId" from member_identities
    where kind = 'phone' and value_hmac = ${secrets.lookup('phone', phone.e164)} and until is null`.execute(
    db,
  );
  const row = found.rows[0];
  const person = row ? await readPerson(db, row.memberId) : null;
  return person ? { ok: true, person, codeNonce: null } : refuse('unknown_member');
}
