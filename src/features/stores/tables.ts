import type { Generated } from 'kysely';

type StoresTable = {
  id: Generated<number>;
  code: string;
  name: string;
  address: string;
  phone: string;
  opening_hours: string | null;
  closed_days: string | null;
  created_at: Date;
  closed_at: Date | null;
};

declare module '#foundation/db.ts' {
  interface Database {
    stores: StoresTable;
  }
}
