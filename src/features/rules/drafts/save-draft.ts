import '../tables.ts';
import type { Tx } from '#foundation/db.ts';
import { type Refused, refuse } from '#foundation/outcome.ts';
import { readNewestVersion } from '#foundation/policy-versions.ts';
import { type DataProblem, type RuleSection, readRules, sectionOf } from '../section-rules.ts';

type Saved = { ok: true; draftId: number };
type BadData = Refused<'bad_data', { problems: DataProblem[] }>;

/** Begins a draft on the newest version of its section, in force or not. */
export async function createDraft(
  tx: Tx,
  input: { section: RuleSection; data: unknown; comment: string | null; staffId: number; now: Date },
): Promise<Saved | BadData> {
  const read = readRules(input.section, input.data);
  if (!read.ok) return refuse('bad_data', { problems: read.problems });
  const made = await tx
    .insertInto('rule_drafts')
    .values({
      section: input.section,
      data: JSON.stringify(read.rules.data),
      based_on_version: await readNewestVersion(tx, sectionOf(input.section)),
      comment: input.comment,
      author_id: input.staffId,
      changed_by_id: input.staffId,
      created_at: input.now,
      changed_at: input.now,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return { ok: true, draftId: made.id };
}

export type ChangeDraftOutcome =
  | Saved
  | BadData
  | Refused<'unknown_draft'>
  | Refused<'not_open', { state: string }>
  | Refused<'changed_meanwhile', { revision: number }>
  | Refused<'unknown_version', { newest: number }>;

/**
 * Writes a draft anew.
 * @param input.revision what the writer saw: of two who write at once, the second is told
 * @param input.basedOnVersion says that the writer has looked at this version; left out, the basis stays
 */
export async function changeDraft(
  tx: Tx,
  input: {
    draftId: number;
    data: unknown;
    comment: string | null;
    revision: number;
    basedOnVersion?: number | undefined;
    staffId: number;
    now: Date;
  },
): Promise<ChangeDraftOutcome> {
  const draft = await lockDraft(tx, input.draftId);
  if (!draft) return refuse('unknown_draft');
  if (draft.state !== 'open') return refuse('not_open', { state: draft.state });
  if (draft.revision !== input.revision) return refuse('changed_meanwhile', { revision: draft.revision });
  const read = readRules(draft.section, input.data);
  if (!read.ok) return refuse('bad_data', { problems: read.problems });
  const newest = await readNewestVersion(tx, sectionOf(draft.section));
  const basis = input.basedOnVersion ?? draft.basedOnVersion;
  if (basis > newest) return refuse('unknown_version', { newest });
  await tx
    .updateTable('rule_drafts')
    .set({
      data: JSON.stringify(read.rules.data),
      comment: input.comment,
      based_on_version: basis,
      revision: draft.revision + 1,
      changed_by_id: input.staffId,
      changed_at: input.now,
    })
    .where('id', '=', draft.draftId)
    .execute();
  return { ok: true, draftId: draft.draftId };
}

/** Lays a draft aside for good; it stays readable. */
export async function dropDraft(
  tx: Tx,
  input: { draftId: number; staffId: number; now: Date },
): Promise<Saved | Refused<'unknown_draft'> | Refused<'not_open', { state: string }>> {
  const draft = await lockDraft(tx, input.draftId);
  if (!draft) return refuse('unknown_draft');
  if (draft.state !== 'open') return refuse('not_open', { state: draft.state });
  await tx
    .updateTable('rule_drafts')
    .set({ state: 'dropped', closed_by_id: input.staffId, closed_at: input.now })
    .where('id', '=', draft.draftId)
    .execute();
  return { ok: true, draftId: draft.draftId };
}

/** The draft as it stands, with its row locked until the transaction ends. */
export async function lockDraft(tx: Tx, draftId: number) {
  const row = await tx
    .selectFrom('rule_drafts')
    .select(['id as draftId', 'section', 'data', 'based_on_version as basedOnVersion', 'state', 'revision'])
    .where('id', '=', draftId)
    .forUpdate()
    .executeTakeFirst();
  return row ? { ...row, section: row.section as RuleSection } : null;
}
