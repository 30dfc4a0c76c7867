import { formatDateInSentence, formatPoints } from '#foundation/i18n.ts';
import { activityKinds } from '../../points/activities/activity-rules.ts';
import type { MemberDay } from '../../points/earning/member-day-rules.ts';
import type { RulesOf } from '../section-rules.ts';
import { formatTimes, type Telling } from './rule-text-rules.ts';

type Points = RulesOf<'points'>;

/** On which days purchases earn more, where, and on what. Days that are over are not told any more. */
export function describeMemberDays({ memberDays }: Points, telling: Telling): string[] {
  const { words, locale, today, things } = telling;
  const coming = memberDays.filter(({ when }) => when.kind !== 'dates' || when.to >= today);
  const lines = coming.flatMap(({ name, when, storeCodes, categories, earnPercent }) => [
    words.memberDay(name[locale], sayWhen(when, telling), formatTimes(earnPercent)),
    ...(storeCodes
      ? [
          words.onlyStores(
            name[locale],
            listed(
              storeCodes.map((code) => things.storeNames.get(code) ?? code),
              telling,
            ),
          ),
        ]
      : []),
    ...(categories ? [words.onlyCategories(name[locale], listed(categories, telling))] : []),
  ]);
  return coming.length === 0 ? [] : [...lines, words.daysDoNotAdd()];
}

function sayWhen(when: MemberDay['when'], telling: Telling): string {
  const { words, locale, today } = telling;
  const day = (on: string) => formatDateInSentence(locale, on, today);
  switch (when.kind) {
    case 'dates':
      return when.from === when.to ? day(when.from) : words.when.dates(day(when.from), day(when.to));
    case 'weekdays':
      return words.when.weekdays(
        listed(
          when.weekdays.map((weekday) => nameWeekday(weekday, telling)),
          telling,
        ),
      );
    case 'month_days':
      return words.when.monthDays(listed(when.monthDays.map(String), telling));
  }
}

/** @param weekday 1 (Monday) to 7 (Sunday) */
function nameWeekday(weekday: number, { locale }: Telling): string {
  // The first of January 2024 was a Monday.
  const day = new Date(Date.UTC(2024, 0, weekday));
  return new Intl.DateTimeFormat(locale, { weekday: 'long', timeZone: 'UTC' }).format(day);
}

const listed = (items: readonly string[], { locale }: Telling): string =>
  locale === 'en' ? new Intl.ListFormat(locale, { type: 'conjunction' }).format(items) : items.join('、');

/** What earns points beside buying, and how much of it at most. */
export function describeActivities({ activities }: Points, { words, locale }: Telling): string[] {
  return activityKinds.flatMap((kind) => {
    const { points, perDay, perMonth } = activities[kind];
    if (points === 0) return [];
    const activity = words.activities[kind];
    return [
      words.activityEarns(activity, formatPoints(locale, points)),
      ...(perDay === null ? [] : [words.activityPerDay(activity, formatPoints(locale, perDay))]),
      ...(perMonth === null ? [] : [words.activityPerMonth(activity, formatPoints(locale, perMonth))]),
    ];
  });
}
