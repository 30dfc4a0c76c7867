import type { Generated } from 'kysely';

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
  }
}
