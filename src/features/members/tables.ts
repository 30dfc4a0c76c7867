import type { Generated } from 'kysely';
import type { Locale } from '#foundation/i18n.ts';

type MembersTable = {
  id: Generated<number>;
  member_no: string;
  joined_at: Date | null;
  merged_into_id: number | null;
  erased_at: Date | null;
  language: Locale | null;
  name_encrypted: Buffer | null;
  birth_month: number | null;
  birth_day: number | null;
  birth_year: number | null;
  birthday_change_count: Generated<number>;
  spending_held_until: Date | null;
  spending_locked_at: Date | null;
  imported_at: Date | null;
  created_at: Date;
};

type MemberIdentitiesTable = {
  id: Generated<number>;
  member_id: number;
  kind: 'line' | 'phone' | 'email' | 'till' | 'web';
  value_hmac: Buffer;
  value_encrypted: Buffer | null;
  line_user_id: string | null;
  verified_at: Date | null;
  since: Date;
  until: Date | null;
};

type MemberConsentsTable = {
  id: Generated<number>;
  member_id: number;
  purpose: 'service' | 'marketing';
  text_version: string;
  given_at: Date;
  withdrawn_at: Date | null;
  source: string;
};

type MemberPhoneCodesTable = {
  id: Generated<number>;
  line_user_id: string;
  phone_hmac: Buffer;
  code_hmac: Buffer;
  tries: Generated<number>;
  sent_at: Date;
  expires_at: Date;
  consumed_at: Date | null;
};

type MemberPhoneCodeSendsTable = {
  scope: 'phone' | 'line_user';
  subject_hmac: Buffer;
  sent_on: string;
  send_count: number;
};

type MemberCodeLinksTable = {
  token_hmac: Buffer;
  member_id: number;
  line_user_id: string;
  created_at: Date;
  expires_at: Date;
  exchanged_at: Date | null;
  session_hmac: Buffer | null;
  session_expires_at: Date | null;
};

type MemberCodeUsesTable = { nonce: string; member_id: number; used_at: Generated<Date> };

type MemberAccountLinksTable = {
  nonce_hmac: Buffer;
  member_id: number;
  created_at: Date;
  expires_at: Date;
  used_at: Date | null;
};

declare module '#foundation/db.ts' {
  interface Database {
    members: MembersTable;
    member_identities: MemberIdentitiesTable;
    member_consents: MemberConsentsTable;
    member_phone_codes: MemberPhoneCodesTable;
    member_phone_code_sends: MemberPhoneCodeSendsTable;
    member_code_links: MemberCodeLinksTable;
    member_code_uses: MemberCodeUsesTable;
    member_account_links: MemberAccountLinksTable;
  }
}
