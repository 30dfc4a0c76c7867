import './tables.ts';
import type { Actor } from '#foundation/audit.ts';
import { sql, type Tx } from '#foundation/db.ts';
import { Fault } from '#foundation/errors.ts';
import { recordHistory } from '#foundation/facts.ts';
import type { Locale } from '#foundation/i18n.ts';
import { type Secrets, sha256 } from '#foundation/secrets.ts';
import { drawMemberNos } from './draw-member-nos.ts';
import { memberFirstSeen } from './members-facts.ts';
import { parsePhone } from './phone-rules.ts';

/** A person whom another system knew. */
export type PastMember = {
  /** As written there; a mobile number, or the whole import is refused. */
  phone: string;
  name: string | null;
  language: Locale | null;
  birthday: { month: number; day: number } | null;
  knownSince: Date;
  /** Set when the person is bound already; the LINE account then follows and is known to `friends`. */
  bound: { lineUserId: string; at: Date; acceptsMarketing: boolean } | null;
  memberNo?: string;
};

const consentVersion = 'import-1';

/**
 * Brings persons of another system, in sets and as history: nobody is told, no gift is due, and flows never reach
 * back before `by.now`. All phones and LINE accounts must be new here.
 * @param by.now business time of the import
 * @returns their ids, in the order given
 * @throws Fault 'import_bad_phone' with the position, before anything is written
 */
export async function importMembers(
  tx: Tx,
  secrets: Secrets,
  people: readonly PastMember[],
  by: { now: Date; actor: Actor; source: string },
): Promise<number[]> {
  const brought = people.flatMap(({ memberNo }) => memberNo ?? []);
  const drawn = await drawMemberNos(tx, { count: people.length - brought.length, except: brought });
  const rows = people.map((person, at) => {
    const phone = parsePhone(person.phone, { acceptsForeign: true });
    if (!phone.ok) throw new Fault('import_bad_phone', `Person ${at + 1} has no mobile number`);
    return {
      at,
      member_no: person.memberNo ?? drawn.pop(),
      joined_at: person.bound?.at ?? null,
      language: person.language,
      name: person.name === null ? null : hex(secrets.encrypt(person.name)),
      birth_month: person.birthday?.month ?? null,
      birth_day: person.birthday?.day ?? null,
      created_at: person.knownSince,
      phone_hmac: hex(secrets.lookup('phone', phone.e164)),
      phone_sealed: hex(secrets.encrypt(phone.e164)),
      line_user_id: person.bound?.lineUserId ?? null,
      line_hash: person.bound ? hex(sha256(`line:${person.bound.lineUserId}`)) : null,
      purposes: person.bound ? ['service', ...(person.bound.acceptsMarketing ? ['marketing'] : [])] : [],
    };
  });
  const made = await sql<{ at: number; id: number }>`
    with told as (
      select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r (at integer, member_no text,
        joined_at timestamptz, language text, name text, birth_month smallint, birth_day smallint,
        created_at timestamptz, phone_hmac text, phone_sealed text, line_user_id text, line_hash text, purposes jsonb)
    ), made as (
      insert into members (member_no, joined_at, language, name_encrypted, birth_month, birth_day, imported_at,
                           created_at)
      select member_no, joined_at, language, decode(name, 'hex'), birth_month, birth_day, ${by.now}, created_at
      from told order by at
      returning id, member_no
    ), known as (
      select made.id, told.* from made join told using (member_no)
    ), phones as (
      insert into member_identities (member_id, kind, value_hmac, value_encrypted, verified_at, since)
      select id, 'phone', decode(phone_hmac, 'hex'), decode(phone_sealed, 'hex'), joined_at, created_at from known
    ), lines as (
      insert into member_identities (member_id, kind, value_hmac, line_user_id, verified_at, since)
      select id, 'line', decode(line_hash, 'hex'), line_user_id, joined_at, joined_at
      from known where line_user_id is not null
    ), consents as (
      insert into member_consents (member_id, purpose, text_version, given_at, source)
      select id, purpose, ${consentVersion}, joined_at, ${by.source}
      from known, jsonb_array_elements_text(purposes) as purpose
    )
    select at, id from known order by at`.execute(tx);
  await recordHistory(
    tx,
    memberFirstSeen,
    made.rows.map(({ at, id }) => ({
      memberId: id,
      occurredAt: people[at]?.knownSince ?? by.now,
      actor: by.actor,
      source: by.source,
      dedupeKey: String(id),
      data: {},
    })),
  );
  return made.rows.map((row) => row.id);
}

const hex = (bytes: Buffer): string => bytes.toString('hex');
