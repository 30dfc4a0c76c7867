import '../tables.ts';
import './tables.ts';
import { type Db, sql } from '#foundation/db.ts';
import type { Locale } from '#foundation/i18n.ts';
import { reachOf } from '../permission-rules.ts';
import {
  type ApprovalKinds,
  type ApprovalSummary,
  type Decider,
  findApprovalKind,
  mayDecide,
} from './approval-kind-rules.ts';

export type Approval = {
  id: number;
  kind: string;
  /** Where it is about; null = no store of its own. */
  store: { id: number; name: string } | null;
  summary: ApprovalSummary;
  reason: string;
  askedBy: { id: number; name: string };
  askedAt: Date;
  expiresAt: Date;
  state: 'waiting' | 'approved' | 'rejected' | 'withdrawn' | 'expired';
  decidedBy: { id: number; name: string } | null;
  decidedAt: Date | null;
  note: string | null;
  mayDecide: boolean;
  isMine: boolean;
};

type Reader = { who: Decider; locale: Locale; now: Date };

/**
 * What somebody asked for, or may decide; newest first. What is past its time no longer waits, also before the job
 * has said so. @param input.before only older ones than this id
 */
export async function readApprovals(
  db: Db,
  kinds: ApprovalKinds,
  reader: Reader,
  input: { state: 'waiting' | 'decided'; before: number | null; limit: number },
): Promise<Approval[]> {
  const waits = sql<boolean>`(approval.state = 'waiting' and approval.expires_at > ${reader.now}
    and asker.disabled_at is null)`;
  const found = await rowsOf(db)
    .where(input.state === 'waiting' ? waits : sql<boolean>`not ${waits}`)
    .where('approval.id', '<', input.before ?? Number.MAX_SAFE_INTEGER)
    .where(seenBy(kinds, reader.who))
    .orderBy('approval.id', 'desc')
    .limit(input.limit)
    .execute();
  const approvals: Approval[] = [];
  for (const row of found) approvals.push(await toApproval(db, kinds, reader, row));
  return approvals;
}

/** One approval, as far as the reader has to do with it; null else. */
export async function readApproval(
  db: Db,
  kinds: ApprovalKinds,
  reader: Reader,
  approvalId: number,
): Promise<Approval | null> {
  const row = await rowsOf(db)
    .where('approval.id', '=', approvalId)
    .where(seenBy(kinds, reader.who))
    .executeTakeFirst();
  return row ? toApproval(db, kinds, reader, row) : null;
}

const rowsOf = (db: Db) =>
  db
    .selectFrom('staff_approvals as approval')
    .innerJoin('staff_accounts as asker', 'asker.id', 'approval.asked_by_id')
    .leftJoin('stores as store', 'store.id', 'approval.store_id')
    .leftJoin('staff_accounts as decider', 'decider.id', 'approval.decided_by_id')
    .selectAll('approval')
    .select([
      'asker.name as asker_name',
      'asker.disabled_at as asker_disabled_at',
      'decider.name as decider_name',
      'store.name as store_name',
    ]);

type Row = Awaited<ReturnType<ReturnType<typeof rowsOf>['execute']>>[number];

/** The same rule as `mayDecide`, for a whole list; and what somebody asked for themselves. */
function seenBy(kinds: ApprovalKinds, who: Decider) {
  const known = [...kinds.keys()];
  const decidable = [...kinds.values()].flatMap(({ kind, permission }) => {
    const reaches = [reachOf(who.role, 'approvals.decide'), reachOf(who.role, permission)];
    if (reaches.includes('none')) return [];
    const device = who.deviceStoreId;
    if (reaches.every((reach) => reach === 'every')) {
      return device === null
        ? [sql`approval.kind = ${kind}`]
        : [sql`(approval.kind = ${kind} and (approval.store_id is null or approval.store_id = ${device}))`];
    }
    const stores = who.storeIds.filter((store) => device === null || store === device);
    return [sql`(approval.kind = ${kind} and approval.store_id = any(${stores}::bigint[]))`];
  });
  const mine = sql`(approval.asked_by_id = ${who.staffId} and approval.kind = any(${known}::text[]))`;
  return sql<boolean>`(${sql.join([mine, ...decidable], sql` or `)})`;
}

async function toApproval(db: Db, kinds: ApprovalKinds, reader: Reader, row: Row): Promise<Approval> {
  const kind = findApprovalKind(kinds, row.kind);
  const { who, locale, now } = reader;
  const isOver = row.state === 'waiting' && (row.expires_at <= now || row.asker_disabled_at !== null);
  const state = isOver ? 'expired' : row.state;
  const summary =
    state === 'waiting'
      ? await kind.describe(db, kind.schema.parse(row.request), { locale, now })
      : (row.summary as Record<Locale, ApprovalSummary>)[locale];
  const of = { askedById: row.asked_by_id, storeId: row.store_id, permission: kind.permission };
  return {
    id: row.id,
    kind: row.kind,
    store:
      row.store_id === null || row.store_name === null ? null : { id: row.store_id, name: row.store_name },
    summary,
    reason: row.reason,
    askedBy: { id: row.asked_by_id, name: row.asker_name },
    askedAt: row.asked_at,
    expiresAt: row.expires_at,
    state,
    decidedBy:
      row.decided_by_id === null || row.decider_name === null
        ? null
        : { id: row.decided_by_id, name: row.decider_name },
    decidedAt: row.decided_at,
    note: row.note,
    mayDecide: state === 'waiting' && mayDecide(who, of),
    isMine: row.asked_by_id === who.staffId,
  };
}
