import type { ColumnType, Generated } from 'kysely';

type TasksTable = {
  id: Generated<number>;
  kind: string;
  member_id: number | null;
  data: ColumnType<object, string, string>;
  dedupe_key: string;
  state: Generated<'open' | 'done' | 'dropped'>;
  created_at: Date;
  closed_at: Date | null;
};

declare module '#foundation/db.ts' {
  interface Database {
    tasks: TasksTable;
  }
}
