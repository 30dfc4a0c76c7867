import { sql, type Tx } from '#foundation/db.ts';

/** What the staff can be asked to look at. */
export type TaskKind = 'agent_wanted' | 'find_points' | 'binding_mismatch' | 'spending_locked';

/**
 * Puts something on the staff's list: ids only, once per `dedupeKey`, and nothing while the same kind stands open
 * for that member unless `always`.
 * @param input.now business time
 * @returns whether a task was opened
 */
export async function openTask(
  tx: Tx,
  input: {
    kind: TaskKind;
    memberId: number;
    data?: Record<string, number>;
    dedupeKey: string;
    now: Date;
    always?: boolean;
  },
): Promise<boolean> {
  const opened = await sql`
    insert into tasks (kind, member_id, data, dedupe_key, created_at)
    select ${input.kind}, ${input.memberId}, ${JSON.stringify(input.data ?? {})}::jsonb,
           ${`${input.kind}:${input.dedupeKey}`}, ${input.now}
    where ${input.always ?? false} or not exists (
      select 1 from tasks where kind = ${input.kind} and member_id = ${input.memberId} and state = 'open')
    on conflict (dedupe_key) do nothing
    returning id`.execute(tx);
  return opened.rows.length > 0;
}
