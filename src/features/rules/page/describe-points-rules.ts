import { formatMoney, formatNumber } from '#foundation/i18n.ts';
import type { RulesOf } from '../section-rules.ts';
import { describeActivities, describeMemberDays } from './describe-bonuses-rules.ts';
import type { RuleGroup, Telling } from './rule-text-rules.ts';

type Points = RulesOf<'points'>;

/** How points are earned, what they are worth, when they can be used, when they end, and what a return does. */
export function describePoints(points: Points, telling: Telling): { groups: RuleGroup[]; brief: string[] } {
  const { words, locale } = telling;
  const earn = words.earn(formatMoney(locale, points.twdPerPoint));
  const worth = words.worth(formatMoney(locale, points.pointValueTwd));
  const usable = (['store', 'online'] as const).map((channel) => {
    const days = points.returnWindowDays[channel];
    return days === 0 ? words.usableAtOnce[channel] : words.usableAfter[channel](formatNumber(days));
  });
  const end = describeEnd(points, telling);
  const days = describeMemberDays(points, telling);
  const lines = [
    earn,
    worth,
    ...days,
    ...describeActivities(points, telling),
    ...usable,
    end,
    words.soonestFirst(),
    words.pointsBack(),
    words.pointsOwed(),
  ];
  return { groups: [{ heading: null, lines }], brief: [earn, worth, ...days.slice(0, 1), end] };
}

function describeEnd({ ends }: Points, { words }: Telling): string {
  switch (ends.kind) {
    case 'end_of_next_year':
      return words.endsNextYear();
    case 'months':
      return words.endsAfterMonths(formatNumber(ends.months));
    case 'never':
      return words.endsNever();
  }
}
