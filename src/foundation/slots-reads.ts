import { sql } from 'kysely';
import type { Db } from './db.ts';

export type FailedSlot = { job: string; slot: Date; attempts: number; error: string };

/** Slots whose last try failed and that no later run of the job has made good, newest first. */
export async function listFailedSlots(db: Db, limit: number): Promise<FailedSlot[]> {
  const found = await sql<FailedSlot>`
    select job, slot, attempts, coalesce(error, '') as error from schedule_slots s
    where state = 'failed' and not exists (select 1 from schedule_slots n
                                           where n.job = s.job and n.slot > s.slot and n.state = 'done')
    order by slot desc limit ${limit}`.execute(db);
  return found.rows;
}
