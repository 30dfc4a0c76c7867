import { dateInZone } from '#foundation/clock.ts';
import { formatDateInSentence, formatMoney, formatNumber, type Locale } from '#foundation/i18n.ts';
import { postbackAction } from '#line/flex-actions.ts';
import { encodePostback } from '#line/postback.ts';
import type { House, Message } from '#line/turn.ts';
import type { TierStanding } from '../tier-reads.ts';
import { keepTwdOf, topPercentOf } from '../tier-rules.ts';
import type { TierCause } from './tier-cause-reads.ts';
import { en } from './words.en.ts';
import { ja } from './words.ja.ts';
import { type WhyTierWords, zhTW } from './words.zh-TW.ts';

const wordsOf: Record<Locale, WhyTierWords> = { 'zh-TW': zhTW, en, ja };

type WhyTier = { locale: Locale; today: string; standing: TierStanding; cause: TierCause | null };

/** Why this tier: since when and by which spending, how it stands today, until when, and what would change it. */
export function tellWhyTier(house: House, input: WhyTier): Message {
  const { locale } = input;
  const words = wordsOf[locale];
  const lines = [
    tellCause(house, words, input),
    tellReceipt(words, input),
    tellToday(words, input),
    tellKeep(words, input),
    tellNext(words, input),
  ];
  const labels = words.buttons();
  return house.flex.megaText(
    lines.filter((line) => line !== null).join('\n'),
    [
      postbackAction(labels.card, encodePostback('go:card')),
      postbackAction(labels.tiers, encodePostback('go:tier')),
    ],
    { altText: words.title() },
  );
}

function tellCause({ brand }: House, words: WhyTierWords, input: WhyTier): string {
  const { locale, cause, standing } = input;
  const name = standing.tier.name[locale];
  if (cause === null) return words.first(name);
  const on = formatDateInSentence(locale, dateInZone(cause.since, brand.zone), input.today);
  const { counted, reason } = cause;
  if (counted === null) return words.since(on, name);
  if (counted.by === 'score') {
    return reason === 'ranked_up'
      ? words.scoredUp(on, counted.score, counted.minScore, name)
      : words.scoredDown(on, counted.score, name);
  }
  const spent = formatMoney(locale, counted.netTwd);
  if (counted.by === 'rank') {
    const { days, place, topPercent } = counted;
    return reason === 'ranked_up'
      ? words.rankedUp(on, days, spent, formatNumber(place), String(topPercent), name)
      : words.rankedDown(on, days, spent, formatNumber(place), name);
  }
  const { months, thresholdTwd } = counted;
  switch (reason) {
    case 'risen':
      return words.risen(on, months, spent, formatMoney(locale, thresholdTwd), name);
    case 'raised':
      return words.raised(on, months, spent, formatMoney(locale, thresholdTwd), name);
    case 'withdrawn':
      return words.withdrawn(on, months, spent, name);
    case 'fallen':
      return words.fallen(on, months, spent, name);
    default:
      return words.since(on, name);
  }
}

function tellReceipt(words: WhyTierWords, { cause }: WhyTier): string | null {
  return cause?.receipt ? words.receipt(cause.receipt.storeName, cause.receipt.receiptNo) : null;
}

function tellToday(words: WhyTierWords, { locale, today, standing }: WhyTier): string | null {
  const { netTwd, policy, place } = standing;
  if (policy.mode === 'threshold') return words.now(policy.windowMonths, formatMoney(locale, netTwd));
  if (place === null) return null;
  const on = formatDateInSentence(locale, place.rankedOn, today);
  const spent = formatMoney(locale, place.netTwd);
  return policy.mode === 'score'
    ? words.nowScore(on, place.score, spent, place.purchases, place.activeDays)
    : words.nowRank(on, spent, formatNumber(place.memberCount), formatNumber(place.place));
}

function tellKeep(words: WhyTierWords, { locale, today, standing }: WhyTier): string | null {
  const { tier, reviewOn, policy } = standing;
  if (reviewOn === null || tier.key === policy.tiers[0]?.key) return null;
  const until = formatDateInSentence(locale, reviewOn, today);
  const name = tier.name[locale];
  if (policy.mode !== 'threshold' || !('thresholdTwd' in tier))
    return reviewOn > today ? words.keepRank(name, until) : words.nowMonthly(name);
  return words.keep(name, until, policy.windowMonths, formatMoney(locale, keepTwdOf(tier)));
}

function tellNext(words: WhyTierWords, { locale, standing }: WhyTier): string {
  const { next, policy, place } = standing;
  if (!next) return words.top();
  const name = next.tier.name[locale];
  if (next.missingTwd !== null) return words.next(formatMoney(locale, next.missingTwd), name);
  if ('minScore' in next.tier) return words.nextScore(next.tier.minScore, name);
  if (policy.mode !== 'percentile') return words.top();
  const cut = place?.nextCutTwd ?? null;
  const percent = String(topPercentOf(policy, next.tier.key));
  return words.nextRank(percent, name, cut === null ? null : formatMoney(locale, cut));
}
