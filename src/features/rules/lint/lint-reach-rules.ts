import { formatNumber } from '#foundation/i18n.ts';
import type { RulesOf } from '../section-rules.ts';
import { type Finding, find } from './finding-rules.ts';

/** Caps of which one can never be reached. */
export function lintReach({ caps }: RulesOf<'reach'>): Finding[] {
  if (caps.perDay <= caps.perSevenDays) return [];
  return [
    find('warning', 'cap_never_reached', 'caps.perDay', (words) =>
      words.capNeverReached(formatNumber(caps.perDay), formatNumber(caps.perSevenDays)),
    ),
  ];
}
