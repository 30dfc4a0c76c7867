import { formatMoney, formatNumber } from '#foundation/i18n.ts';
import { activityKinds } from '../../points/activities/activity-rules.ts';
import type { RulesOf } from '../section-rules.ts';
import { type Finding, find, type Surroundings } from './finding-rules.ts';

type Points = RulesOf<'points'>;

/** Common in Taiwan is 1 percent; from here on a slip of the finger is likelier than a gift. */
const generousPercent = 20;
const shortestMonthDays = 28;

/** Points that give everything back or end before anybody can use them, days and caps that nothing comes of. */
export function lintPoints(data: Points, around: Surroundings): Finding[] {
  return [...lintWorth(data), ...lintMemberDays(data, around), ...lintActivities(data)];
}

function lintWorth(data: Points): Finding[] {
  const findings: Finding[] = [];
  const percent = Math.floor((data.pointValueTwd * 100) / data.twdPerPoint);
  if (percent >= 100)
    findings.push(
      find('error', 'pays_back_all', 'pointValueTwd', (words, locale) =>
        words.paysBackAll(formatMoney(locale, data.twdPerPoint)),
      ),
    );
  else if (percent >= generousPercent)
    findings.push(
      find('warning', 'pays_back_much', 'pointValueTwd', (words) =>
        words.paysBackMuch(formatNumber(percent)),
      ),
    );
  const { ends } = data;
  for (const channel of ['store', 'online'] as const) {
    const days = data.returnWindowDays[channel];
    if (ends.kind === 'months' && days >= ends.months * shortestMonthDays)
      findings.push(
        find('error', 'ends_before_usable', `returnWindowDays.${channel}`, (words) =>
          words.endsBeforeUsable(formatNumber(days)),
        ),
      );
  }
  return findings;
}

function lintMemberDays({ memberDays }: Points, around: Surroundings): Finding[] {
  return memberDays.flatMap((day, at) => {
    const { when, storeCodes, name } = day;
    const isOver = when.kind === 'dates' && when.to < around.effectiveOn;
    const path = `memberDays.${at}`;
    return [
      ...(isOver
        ? [
            find('warning', 'day_in_past', `${path}.when.to`, (words, locale) =>
              words.dayInPast(name[locale]),
            ),
          ]
        : []),
      ...(storeCodes ?? []).flatMap((code, nth) =>
        around.storeCodes.has(code)
          ? []
          : [
              find('error', 'unknown_store', `${path}.storeCodes.${nth}`, (words) =>
                words.unknownStore(code),
              ),
            ],
      ),
    ];
  });
}

function lintActivities({ activities }: Points): Finding[] {
  return activityKinds.flatMap((kind) => {
    const { points, perDay, perMonth } = activities[kind];
    const findings: Finding[] = [];
    for (const [cap, most] of Object.entries({ perDay, perMonth }))
      if (most !== null && most < points)
        findings.push(
          find('error', 'cap_below_one', `activities.${kind}.${cap}`, (words) =>
            words.capBelowOne(formatNumber(most), formatNumber(points)),
          ),
        );
    if (perDay !== null && perMonth !== null && perDay > perMonth)
      findings.push(
        find('warning', 'cap_never_reached', `activities.${kind}.perDay`, (words) =>
          words.capNeverReached(formatNumber(perDay), formatNumber(perMonth)),
        ),
      );
    return findings;
  });
}
