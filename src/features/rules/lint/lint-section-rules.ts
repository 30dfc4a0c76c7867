import type { SectionRules } from '../section-rules.ts';
import type { Finding, Surroundings } from './finding-rules.ts';
import { lintPoints } from './lint-points-rules.ts';
import { lintReach } from './lint-reach-rules.ts';
import { lintReferrals } from './lint-referrals-rules.ts';
import { lintTiers } from './lint-tiers-rules.ts';

/** What is wrong with rules that fit their section: errors first, each with the place where it stands. */
export function lintRules(rules: SectionRules, around: Surroundings): Finding[] {
  const findings = lintSection(rules, around);
  return findings.toSorted((a, b) => Number(a.severity === 'warning') - Number(b.severity === 'warning'));
}

function lintSection(rules: SectionRules, around: Surroundings): Finding[] {
  switch (rules.section) {
    case 'tiers':
      return lintTiers(rules.data, around);
    case 'points':
      return lintPoints(rules.data, around);
    case 'referrals':
      return lintReferrals(rules.data, around);
    case 'reach':
      return lintReach(rules.data);
    case 'returns':
      return [];
  }
}
