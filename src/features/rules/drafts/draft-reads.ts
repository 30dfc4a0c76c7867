import '../tables.ts';
import type { Db } from '#foundation/db.ts';
import { readStaffNames } from '../../staff/accounts/account-reads.ts';
import type { RuleSection } from '../section-rules.ts';
import type { DraftState } from '../tables.ts';

/** Rules that somebody works on; `author`, `changedBy` and `closedBy` are people who work here, by name. */
export type RuleDraft = {
  draftId: number;
  section: RuleSection;
  data: Record<string, unknown>;
  basedOnVersion: number;
  comment: string | null;
  state: DraftState;
  revision: number;
  author: string;
  changedBy: string;
  createdAt: Date;
  changedAt: Date;
  closedBy: string | null;
  closedAt: Date | null;
  publishedVersion: number | null;
};

/** Drafts, the newest first. @param input.before the id before which the page begins */
export async function readDrafts(
  db: Db,
  input: {
    draftId?: number;
    section?: RuleSection | undefined;
    state?: DraftState | undefined;
    before?: number | undefined;
    limit: number;
  },
): Promise<RuleDraft[]> {
  let query = db.selectFrom('rule_drafts').selectAll().orderBy('id', 'desc').limit(input.limit);
  if (input.draftId !== undefined) query = query.where('id', '=', input.draftId);
  if (input.section !== undefined) query = query.where('section', '=', input.section);
  if (input.state !== undefined) query = query.where('state', '=', input.state);
  if (input.before !== undefined) query = query.where('id', '<', input.before);
  const rows = await query.execute();
  const people = rows.flatMap((row) => [row.author_id, row.changed_by_id, row.closed_by_id ?? row.author_id]);
  const names = await readStaffNames(db, [...new Set(people)]);
  const nameOf = (id: number) => names.get(id) ?? '';
  return rows.map((row) => ({
    draftId: row.id,
    section: row.section as RuleSection,
    data: row.data,
    basedOnVersion: row.based_on_version,
    comment: row.comment,
    state: row.state,
    revision: row.revision,
    author: nameOf(row.author_id),
    changedBy: nameOf(row.changed_by_id),
    createdAt: row.created_at,
    changedAt: row.changed_at,
    closedBy: row.closed_by_id === null ? null : nameOf(row.closed_by_id),
    closedAt: row.closed_at,
    publishedVersion: row.published_version,
  }));
}

export async function readDraft(db: Db, draftId: number): Promise<RuleDraft | null> {
  const [draft] = await readDrafts(db, { draftId, limit: 1 });
  return draft ?? null;
}
