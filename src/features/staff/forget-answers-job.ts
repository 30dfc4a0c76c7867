import './tables.ts';
import { type Db, sql } from '#foundation/db.ts';

/** Answers under an Idempotency-Key are kept for 90 days: no till repeats a call after that. */
export async function forgetOldAnswers(db: Db): Promise<void> {
  await sql`delete from api_idempotency_keys where created_at < now() - interval '90 days'`.execute(db);
}
