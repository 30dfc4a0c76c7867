import { formatNumber } from '#foundation/i18n.ts';
import { type Caps, capWindowKeys } from '#outbox/reach-rules.ts';
import type { RulesOf } from '../section-rules.ts';
import { type Finding, find } from './finding-rules.ts';

/** Caps that can never be reached, because one over more days, or over all kinds together, is tighter. */
export function lintReach({ caps }: RulesOf<'reach'>): Finding[] {
  return [
    ...lintWindows(caps, 'caps'),
    ...Object.entries(caps.byKind).flatMap(([kind, own]) => [
      ...lintWindows(own, `caps.byKind.${kind}`),
      ...capWindowKeys.flatMap((window) =>
        neverReached(own[window], caps[window], `caps.byKind.${kind}.${window}`),
      ),
    ]),
  ];
}

/** Each window against the tightest of the longer ones. */
function lintWindows(caps: Caps, path: string): Finding[] {
  return capWindowKeys.flatMap((window, nth) => {
    const longer = capWindowKeys.slice(nth + 1).map((other) => caps[other] ?? Number.POSITIVE_INFINITY);
    const tightest = Math.min(...longer);
    return neverReached(caps[window], Number.isFinite(tightest) ? tightest : null, `${path}.${window}`);
  });
}

function neverReached(cap: number | null, tighter: number | null, path: string): Finding[] {
  if (cap === null || tighter === null || cap <= tighter) return [];
  return [
    find('warning', 'cap_never_reached', path, (words) =>
      words.capNeverReached(formatNumber(cap), formatNumber(tighter)),
    ),
  ];
}
