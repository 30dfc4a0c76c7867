import { dateInZone } from '#foundation/clock.ts';
import { formatCount, formatDateInSentence, formatNumber } from '#foundation/i18n.ts';
import { capWindows } from '#outbox/reach-rules.ts';
import type { RuleSection, RulesOf, SectionRules } from '../section-rules.ts';
import { describePoints } from './describe-points-rules.ts';
import { describeReferrals } from './describe-referrals-rules.ts';
import { describeTiers } from './describe-tiers-rules.ts';
import type { RuleGroup, RuleText, Telling } from './rule-text-rules.ts';

/** A version of a section with rules that were read. */
export type RuleVersion = { version: number; effectiveFrom: Date; rules: SectionRules };
/** What is in force and what comes after it, of every section that shoppers read. */
export type RuleSchedule = { live: RuleVersion; scheduled: RuleVersion[] };

/**
 * The rules in plain sentences, in the order in which shoppers ask for them. Nothing is said but what the versions
 * hold; what later versions change is told as the sentences that come and those that go.
 */
export const describeRules = (schedules: readonly RuleSchedule[], telling: Telling): RuleText[] =>
  schedules.map((schedule) => describeSchedule(schedule, telling));

function describeSchedule({ live, scheduled }: RuleSchedule, telling: Telling): RuleText {
  const { words } = telling;
  const { section } = live.rules;
  const told = describeSection(live.rules, telling);
  const changes: RuleGroup[] = [];
  let before = told.groups;
  for (const version of scheduled) {
    const after = describeSection(version.rules, telling).groups;
    const lines = listNews(before, after, telling);
    if (lines.length > 0) changes.push({ heading: words.changesOn(dayOf(version, telling)), lines });
    before = after;
  }
  return {
    section,
    title: words.sections[section],
    since: live.version === 1 ? null : words.since(dayOf(live, telling)),
    ...told,
    changes,
  };
}

/** Sentences of `after` that `before` lacks, then those that are gone. A sentence under a heading carries it. */
function listNews(before: readonly RuleGroup[], after: readonly RuleGroup[], { words }: Telling): string[] {
  const flat = (groups: readonly RuleGroup[]) =>
    groups.flatMap(({ heading, lines }) =>
      lines.map((line) => (heading === null ? line : words.tierLine(heading, line))),
    );
  const [old, fresh] = [flat(before), flat(after)];
  return [
    ...fresh.filter((line) => !old.includes(line)),
    ...old.filter((line) => !fresh.includes(line)).map((line) => words.noLonger(line)),
  ];
}

const dayOf = ({ effectiveFrom }: RuleVersion, { locale, today, zone }: Telling): string =>
  formatDateInSentence(locale, dateInZone(effectiveFrom, zone), today);

function describeSection(rules: SectionRules, telling: Telling): { groups: RuleGroup[]; brief: string[] } {
  switch (rules.section) {
    case 'points':
      return describePoints(rules.data, telling);
    case 'tiers':
      return describeTiers(rules.data, telling);
    case 'referrals':
      return describeReferrals(rules.data, telling);
    case 'returns':
      return describeReturns(rules.data, telling);
    case 'reach':
      return describeReach(rules.data, telling);
  }
}

function describeReturns({ storeDays, onlineDays }: RulesOf<'returns'>, { words }: Telling) {
  const lines = [
    storeDays === 0 ? words.returnsNoStore() : words.returnsStore(formatNumber(storeDays)),
    onlineDays === 0 ? words.returnsNoOnline() : words.returnsOnline(formatNumber(onlineDays)),
  ];
  return { groups: [{ heading: null, lines }], brief: [] };
}

function describeReach({ caps, lessDays, quietHours }: RulesOf<'reach'>, { words, locale }: Telling) {
  const messages = (count: number) => formatCount(locale, count, 'message');
  const { from, until } = quietHours;
  const lines = [
    words.reachCaps(messages(caps.perDay), messages(caps.perSevenDays)),
    ...(['perFourteenDays', 'perThirtyDays'] as const).flatMap((window) => {
      const cap = caps[window];
      return cap === null ? [] : [words.reachCapOver(messages(cap), formatNumber(capWindows[window]))];
    }),
    ...(from === until ? [] : [words.reachQuiet(from, until)]),
    words.reachLess(formatNumber(lessDays)),
    words.reachStop(),
  ];
  return { groups: [{ heading: null, lines }], brief: [] };
}

/** The sections that shoppers read, in the order in which they ask for them. */
export const toldSections: readonly RuleSection[] = ['points', 'tiers', 'referrals', 'returns', 'reach'];
