import type { z } from 'zod';
import { returnsPolicy } from '#features/purchases/purchase-rules.ts';
import type { PolicySection } from '#foundation/policy.ts';
import { reachPolicy } from '#outbox/reach-rules.ts';
import { pointsPolicy } from '../points/points-rules.ts';
import { referralsPolicy } from '../referrals/referral-rules.ts';
import { tiersPolicy } from '../tiers/tier-rules.ts';

/**
 * The sections that the brand decides by draft and publication. Who the brand is (`brand`) and what people who work
 * here may decide alone (`staff`) are settings of the installation, not rules that shoppers live by.
 */
export const ruleSections = {
  points: pointsPolicy,
  tiers: tiersPolicy,
  referrals: referralsPolicy,
  returns: returnsPolicy,
  reach: reachPolicy,
} as const;

export type RuleSection = keyof typeof ruleSections;
export type RulesOf<Section extends RuleSection> = z.infer<(typeof ruleSections)[Section]['schema']>;
/** What one moment's rules say, section by section. */
export type Rules = { [Section in RuleSection]: RulesOf<Section> };
/** A section with rules that fit it. */
export type SectionRules = {
  [Section in RuleSection]: { section: Section; data: RulesOf<Section> };
}[RuleSection];

export const ruleSectionKeys = Object.keys(ruleSections) as [RuleSection, ...RuleSection[]];

/** The declaration of a section, for what treats all alike. */
export const sectionOf = (section: RuleSection): PolicySection<object> =>
  ruleSections[section] as PolicySection<object>;

/** What is wrong with one place of the data; `path` is dotted and begins at the data: `tiers.1.thresholdTwd`. */
export type DataProblem = { path: string; code: string; message: string };

export type ReadRules = { ok: true; rules: SectionRules } | { ok: false; problems: DataProblem[] };

/**
 * Reads rules of a section as somebody wrote them. Defaults are filled in; a name that the section does not know is a
 * problem, because what is ignored in silence is a rule that never comes into force.
 */
export function readRules(section: RuleSection, data: unknown): ReadRules {
  const parsed = sectionOf(section).schema.safeParse(data);
  if (!parsed.success)
    return {
      ok: false,
      problems: parsed.error.issues.map((issue) => ({
        path: issue.path.map(String).join('.'),
        code: issue.code,
        message: issue.message,
      })),
    };
  const unknown = findUnknown(data, parsed.data);
  if (unknown.length > 0)
    return {
      ok: false,
      problems: unknown.map((path) => ({ path, code: 'unknown_field', message: 'Unknown field' })),
    };
  const big = findBig(parsed.data);
  if (big.length > 0)
    return {
      ok: false,
      problems: big.map((path) => ({ path, code: 'too_big', message: `At most ${biggest}` })),
    };
  return { ok: true, rules: { section, data: parsed.data } as SectionRules };
}

/** The most that one amount of the ledger may be: no rule needs more, and sums stay exact. */
const biggest = 100_000_000;

function findBig(read: unknown, path: string[] = []): string[] {
  if (typeof read === 'number') return Math.abs(read) > biggest ? [path.join('.')] : [];
  if (typeof read !== 'object' || read === null) return [];
  return Object.entries(read).flatMap(([key, value]) => findBig(value, [...path, key]));
}

/** Fields that were given and are in nothing that was read. */
function findUnknown(given: unknown, read: unknown, path: string[] = []): string[] {
  if (typeof given !== 'object' || given === null || typeof read !== 'object' || read === null) return [];
  return Object.entries(given).flatMap(([key, value]) =>
    Object.hasOwn(read, key)
      ? findUnknown(value, (read as Record<string, unknown>)[key], [...path, key])
      : [[...path, key].join('.')],
  );
}

/** What was published, with the defaults that a section has learned since; as it stands where it fits no longer. */
export function fillRules(section: RuleSection, stored: Record<string, unknown>): Record<string, unknown> {
  const parsed = sectionOf(section).schema.safeParse(stored);
  return parsed.success ? { ...parsed.data } : stored;
}

export type Change = { path: string; before: unknown; after: unknown };

/** Every place at which two rules differ, deepest first named: `tiers.1.thresholdTwd`; absent is null. */
export function listRuleChanges(before: unknown, after: unknown, path: string[] = []): Change[] {
  if (isBranch(before) && isBranch(after) && Array.isArray(before) === Array.isArray(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return keys.flatMap((key) => listRuleChanges(before[key], after[key], [...path, key]));
  }
  const same = JSON.stringify(before ?? null) === JSON.stringify(after ?? null);
  return same ? [] : [{ path: path.join('.'), before: before ?? null, after: after ?? null }];
}

const isBranch = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;
