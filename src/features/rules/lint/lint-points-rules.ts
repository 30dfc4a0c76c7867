import { formatMoney, formatNumber } from '#foundation/i18n.ts';
import type { RulesOf } from '../section-rules.ts';
import { type Finding, find } from './finding-rules.ts';

type Points = RulesOf<'points'>;

/** Common in Taiwan is 1 percent; from here on a slip of the finger is likelier than a gift. */
const generousPercent = 20;
const shortestMonthDays = 28;

/** Points that give everything back, or that end before anybody can use them. */
export function lintPoints(data: Points): Finding[] {
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
