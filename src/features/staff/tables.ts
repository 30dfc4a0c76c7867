import type { Generated } from 'kysely';
import type { Locale } from '#foundation/i18n.ts';
import type { StaffRole } from './permission-rules.ts';

type StaffAccountsTable = {
  id: Generated<number>;
  name: string;
  role: StaffRole;
  language: Generated<Locale>;
  password_hash: string | null;
  totp_secret_encrypted: Buffer | null;
  totp_confirmed_at: Date | null;
  totp_last_step: number | null;
  pin_hash: string | null;
  line_user_hmac: Buffer | null;
  joined_at: Date | null;
  created_at: Date;
  created_by_id: number | null;
  disabled_at: Date | null;
};

type StaffStoresTable = { staff_id: number; store_id: number };

type StaffInvitationsTable = {
  id: Generated<number>;
  token_hash: Buffer;
  staff_id: number;
  created_at: Date;
  expires_at: Date;
  used_at: Date | null;
  revoked_at: Date | null;
};

type StaffDevicesTable = {
  id: Generated<number>;
  name: string;
  store_id: number;
  code_hash: Buffer | null;
  code_expires_at: Date | null;
  token_hash: Buffer | null;
  created_at: Date;
  created_by_id: number;
  paired_at: Date | null;
  last_seen_at: Date | null;
  revoked_at: Date | null;
};

export type SessionEnd =
  | 'signed_out'
  | 'locked'
  | 'replaced'
  | 'revoked'
  | 'credentials_changed'
  | 'device_revoked'
  | 'disabled';

type StaffSessionsTable = {
  id: Generated<number>;
  token_hash: Buffer;
  staff_id: number;
  device_id: number | null;
  stage: 'second_factor' | 'enrolment' | 'full';
  language: Locale | null;
  address: string | null;
  browser: string | null;
  started_at: Date;
  last_seen_at: Date;
  idle_seconds: number;
  ends_at: Date;
  ended_at: Date | null;
  ended_because: SessionEnd | null;
};

type StaffLineLoginsTable = {
  state_hash: Buffer;
  nonce: string;
  verifier_encrypted: Buffer;
  staff_id: number | null;
  return_to: string;
  expires_at: Date;
};

export type ApiKeysTable = {
  id: Generated<number>;
  name: string;
  key_hash: Buffer;
  scopes: string[];
  created_at: Date;
  last_used_at: Date | null;
  revoked_at: Date | null;
};

declare module '#foundation/db.ts' {
  interface Database {
    api_keys: ApiKeysTable;
    staff_accounts: StaffAccountsTable;
    staff_stores: StaffStoresTable;
    staff_invitations: StaffInvitationsTable;
    staff_devices: StaffDevicesTable;
    staff_sessions: StaffSessionsTable;
    staff_line_logins: StaffLineLoginsTable;
  }
}
