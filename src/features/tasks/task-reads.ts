import type { Db } from '#foundation/db.ts';

export type OpenTask = { id: number; kind: string; memberId: number | null; createdAt: Date; data: object };

/** What waits for the staff, oldest first. */
export async function readOpenTasks(db: Db, limit: number): Promise<OpenTask[]> {
  return db
    .selectFrom('tasks')
    .select(['id', 'kind', 'member_id as memberId', 'created_at as createdAt', 'data'])
    .where('state', '=', 'open')
    .orderBy('created_at')
    .orderBy('id')
    .limit(limit)
    .execute();
}
