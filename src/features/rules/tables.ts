import type { ColumnType, Generated } from 'kysely';

export type DraftState = 'open' | 'published' | 'dropped';

export type RuleDraftsTable = {
  id: Generated<number>;
  section: string;
  data: ColumnType<Record<string, unknown>, string, string>;
  based_on_version: number;
  comment: string | null;
  state: Generated<DraftState>;
  revision: Generated<number>;
  author_id: number;
  changed_by_id: number;
  created_at: Date;
  changed_at: Date;
  closed_by_id: number | null;
  closed_at: Date | null;
  published_version: number | null;
};

declare module '#foundation/db.ts' {
  interface Database {
    rule_drafts: RuleDraftsTable;
  }
}
