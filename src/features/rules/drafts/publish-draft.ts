import '../tables.ts';
import type { Actor } from '#foundation/audit.ts';
import type { Tx } from '#foundation/db.ts';
import { type Refused, refuse } from '#foundation/outcome.ts';
import { publishPolicy } from '#foundation/policy.ts';
import { lockSection, readPolicyVersions } from '#foundation/policy-versions.ts';
import type { Finding } from '../lint/finding-rules.ts';
import { lintRules } from '../lint/lint-section-rules.ts';
import { readLintSurroundings } from '../lint/lint-surroundings-reads.ts';
import {
  type Change,
  type DataProblem,
  fillRules,
  listRuleChanges,
  readRules,
  sectionOf,
} from '../section-rules.ts';
import { lockDraft } from './save-draft.ts';

export type PublishDraftOutcome =
  | { ok: true; version: number; effectiveFrom: Date; warnings: Finding[] }
  | Refused<'unknown_draft'>
  | Refused<'not_open', { state: string }>
  | Refused<'in_past'>
  | Refused<'basis_outdated', { basedOnVersion: number; newestVersion: number; changes: Change[] }>
  | Refused<'before_scheduled', { version: number; effectiveFrom: Date }>
  | Refused<'bad_data', { problems: DataProblem[] }>
  | Refused<'faulty', { findings: Finding[] }>;

/**
 * Makes a draft the newest version of its section. Two who publish at once are put in a row by the section's lock,
 * and the second, whose basis is no longer the newest version, is told what the first one changed.
 * @param input.effectiveFrom business time; null = from now on
 * @param input.isInterim a version that begins later is scheduled already and takes over from this one: meant so
 */
export async function publishDraft(
  tx: Tx,
  input: {
    draftId: number;
    effectiveFrom: Date | null;
    isInterim: boolean;
    staffId: number;
    now: Date;
    actor: Actor;
  },
): Promise<PublishDraftOutcome> {
  const draft = await lockDraft(tx, input.draftId);
  if (!draft) return refuse('unknown_draft');
  if (draft.state !== 'open') return refuse('not_open', { state: draft.state });
  const effectiveFrom = input.effectiveFrom ?? input.now;
  if (effectiveFrom < input.now) return refuse('in_past');
  const section = sectionOf(draft.section);
  await lockSection(tx, draft.section);
  const versions = await readPolicyVersions(tx, section, { limit: 1_000 });
  const [newest] = versions;
  if (newest && newest.version !== draft.basedOnVersion) {
    const basis = versions.find(({ version }) => version === draft.basedOnVersion);
    return refuse('basis_outdated', {
      basedOnVersion: draft.basedOnVersion,
      newestVersion: newest.version,
      changes: listRuleChanges(
        fillRules(draft.section, basis?.data ?? {}),
        fillRules(draft.section, newest.data),
      ),
    });
  }
  const later = versions.find((version) => version.effectiveFrom > effectiveFrom);
  if (later && !input.isInterim)
    return refuse('before_scheduled', { version: later.version, effectiveFrom: later.effectiveFrom });

  const read = readRules(draft.section, draft.data);
  if (!read.ok) return refuse('bad_data', { problems: read.problems });
  const findings = lintRules(read.rules, await readLintSurroundings(tx, { now: input.now, effectiveFrom }));
  if (findings.some(({ severity }) => severity === 'error')) return refuse('faulty', { findings });

  const { now, actor } = input;
  const version = await publishPolicy(tx, section, { data: read.rules.data, effectiveFrom, now, actor });
  await tx
    .updateTable('rule_drafts')
    .set({ state: 'published', published_version: version, closed_by_id: input.staffId, closed_at: now })
    .where('id', '=', draft.draftId)
    .execute();
  return { ok: true, version, effectiveFrom, warnings: findings };
}
