import { sql } from 'kysely';
import type { Tx } from './db.ts';

/** Who acts: every writing use case and every fact has one. */
export type Actor = { kind: 'member' | 'staff' | 'api_key' | 'job' | 'system'; id: string };

/** Appends to the audit log; `before` and `after` hold ids and masked values only. */
export async function recordAudit(
  tx: Tx,
  entry: {
    at: Date;
    actor: Actor;
    action: string;
    subjectKind: string;
    subjectId: string;
    before?: object;
    after?: object;
  },
): Promise<void> {
  await sql`
    insert into audit_entries (at, actor_kind, actor_id, action, subject_kind, subject_id, before, after)
    values (${entry.at}, ${entry.actor.kind}, ${entry.actor.id}, ${entry.action}, ${entry.subjectKind},
            ${entry.subjectId}, ${entry.before ? JSON.stringify(entry.before) : null}::jsonb,
            ${entry.after ? JSON.stringify(entry.after) : null}::jsonb)`.execute(tx);
}
