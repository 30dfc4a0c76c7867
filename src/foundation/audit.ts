import { sql } from 'kysely';
import type { Tx } from './db.ts';

/** Where it was done; the network address is cut to its network. */
export type Place = { storeId?: number; deviceId?: number; address?: string };

/** Who acts, and where: every writing use case and every fact has one. */
export type Actor = { kind: 'member' | 'staff' | 'api_key' | 'job' | 'system'; id: string; place?: Place };

/** Appends to the audit log; `before` and `after` hold ids and masked values only. */
export async function recordAudit(
  tx: Tx,
  entry: {
    at: Date;
    actor: Actor;
    action: string;
    subjectKind: string;
    subjectId: string;
    /** Whose data or balance it touches, where it is somebody's. */
    memberId?: number;
    before?: object;
    after?: object;
  },
): Promise<void> {
  await sql`
    insert into audit_entries (at, actor_kind, actor_id, action, subject_kind, subject_id, member_id, before, after, place)
    values (${entry.at}, ${entry.actor.kind}, ${entry.actor.id}, ${entry.action}, ${entry.subjectKind},
            ${entry.subjectId}, ${entry.memberId ?? null}, ${toJson(entry.before)}::jsonb,
            ${toJson(entry.after)}::jsonb, ${toJson(entry.actor.place)}::jsonb)`.execute(tx);
}

const toJson = (value: object | undefined): string | null => (value ? JSON.stringify(value) : null);
