import { sql } from 'kysely';
import type { Tx } from '../foundation/db.ts';
import type { AnyMessageKind } from './kinds.ts';
import { noticeGrowth } from './notice-growth.ts';

/** One of many pushes that are planned at once; as in `enqueuePush`. */
export type PlannedPush = {
  kind: AnyMessageKind;
  lineUserId: string;
  memberId: number | null;
  dedupeKey: string;
  sourceRef: string | null;
  data: unknown;
  dueAt: Date;
  expiresAt: Date | null;
  /** The name under which LINE counts it, from `reserveUnits`. */
  unit?: string | null;
};

/**
 * Plans many pushes in one statement.
 * @returns the row of each key; a key that was planned before is not among them
 */
export async function enqueuePushes(tx: Tx, pushes: readonly PlannedPush[]): Promise<Map<string, number>> {
  if (pushes.length === 0) return new Map();
  const rows = pushes.map((push) => ({
    kind: push.kind.key,
    purpose: push.kind.purpose,
    priority: push.kind.purpose === 'service' ? 3 : 5,
    line_user_id: push.lineUserId,
    member_id: push.memberId,
    dedupe_key: push.dedupeKey,
    source_ref: push.sourceRef,
    data: push.kind.schema.parse(push.data),
    due_at: push.dueAt,
    expires_at: push.expiresAt,
    unit: push.unit ?? null,
  }));
  const inserted = await sql<{ id: number; dedupeKey: string }>`
    with wanted as (
      select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as w (
        kind text, purpose text, priority smallint, line_user_id text, member_id bigint, dedupe_key text,
        source_ref text, data jsonb, due_at timestamptz, expires_at timestamptz, unit text)
    ), fresh as (
      insert into outbox_keys (dedupe_key) select dedupe_key from wanted order by dedupe_key
      on conflict do nothing returning dedupe_key
    )
    insert into outbox_messages (channel, method, state, kind, purpose, line_user_id, member_id, dedupe_key,
                                 source_ref, data, priority, due_at, expires_at, unit)
    select 'line_message', 'push', 'planned', w.kind, w.purpose, w.line_user_id, w.member_id, w.dedupe_key,
           w.source_ref, w.data, w.priority, w.due_at, w.expires_at, w.unit
    from wanted w join fresh using (dedupe_key)
    returning id, dedupe_key as "dedupeKey"`.execute(tx);
  await noticeGrowth(tx);
  return new Map(inserted.rows.map((row) => [row.dedupeKey, row.id]));
}
