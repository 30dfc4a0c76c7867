import type { ColumnType, Generated } from 'kysely';
import type { Locale } from '#foundation/i18n.ts';
import type { FlowKey } from './flow-rules.ts';

type FlowsTable = {
  key: FlowKey;
  is_on: Generated<boolean>;
  switched_on_at: Date | null;
  rank: number;
  settings: ColumnType<unknown, string, string>;
};

type FlowWordsTable = {
  flow_key: FlowKey;
  step: string;
  locale: Locale;
  words: ColumnType<Record<string, string>, string, string>;
};

type FlowEntriesTable = {
  id: Generated<number>;
  flow_key: FlowKey;
  member_id: number;
  occasion: string;
  step: string;
  planned_for: string;
  state: 'planned' | 'skipped';
  reason: string | null;
  coupon_claim_id: number | null;
  outbox_id: number | null;
  created_at: Date;
};

declare module '#foundation/db.ts' {
  interface Database {
    flows: FlowsTable;
    flow_words: FlowWordsTable;
    flow_entries: FlowEntriesTable;
  }
}
