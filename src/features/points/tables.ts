import type { Generated, GeneratedAlways } from 'kysely';
import type { ActivityKind, NoPointsReason } from './activities/activity-rules.ts';

type PointsAccountsTable = {
  id: Generated<number>;
  member_id: number | null;
  kind: 'active' | 'pending' | 'debt' | 'issued' | 'spent' | 'ended' | 'owed' | 'adjusted';
  balance: number | null;
};

type PointsTransactionsTable = {
  id: Generated<number>;
  idem_key: string;
  request_hash: Buffer;
  reason: string;
  source_kind: string;
  source_id: string;
  member_id: number;
  actor_kind: string;
  actor_id: string;
  occurred_at: Date;
  data: unknown;
  created_at: Generated<Date>;
};

type PointsEntriesTable = {
  transaction_id: number;
  account_id: number;
  amount: number;
};

type PointsLotsTable = {
  id: Generated<number>;
  account_id: number;
  transaction_id: number;
  earned: number;
  remaining: number;
  available_on: string | null;
  ends_on: string | null;
  purchase_id: number | null;
  is_open: GeneratedAlways<boolean>;
};

type PointsLotUsesTable = { transaction_id: number; lot_id: number; amount: number };

type PointsActivitiesTable = {
  id: Generated<number>;
  kind: ActivityKind;
  source_ref: string;
  member_id: number;
  store_id: number | null;
  occurred_at: Date;
  occurred_on: string;
  points: number;
  no_points_reason: NoPointsReason | null;
  policy_version: number;
  transaction_id: number | null;
  request_hash: Buffer;
  answer: unknown;
  recorded_at: Generated<Date>;
};

declare module '#foundation/db.ts' {
  interface Database {
    points_accounts: PointsAccountsTable;
    points_transactions: PointsTransactionsTable;
    points_entries: PointsEntriesTable;
    points_lots: PointsLotsTable;
    points_lot_uses: PointsLotUsesTable;
    points_activities: PointsActivitiesTable;
  }
}
