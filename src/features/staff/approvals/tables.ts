import type { ColumnType, Generated } from 'kysely';

type StaffApprovalsTable = {
  id: Generated<number>;
  kind: string;
  store_id: number | null;
  /** What it does, by language, as it stood when it was asked or decided. */
  summary: ColumnType<unknown, string, string>;
  request: ColumnType<unknown, string, never>;
  reason: string;
  asked_by_id: number;
  asked_at: Date;
  expires_at: Date;
  state: Generated<'waiting' | 'approved' | 'rejected' | 'withdrawn' | 'expired'>;
  decided_by_id: number | null;
  decided_at: Date | null;
  note: string | null;
};

declare module '#foundation/db.ts' {
  interface Database {
    staff_approvals: StaffApprovalsTable;
  }
}
