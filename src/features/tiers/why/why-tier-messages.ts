import { dateInZone } from '#foundation/clock.ts';
import { formatDateInSentence, formatMoney, type Locale } from '#foundation/i18n.ts';
import { postbackAction } from '#line/flex-actions.ts';
import { encodePostback } from '#line/postback.ts';
import type { House, Message } from '#line/turn.ts';
import type { TierStanding } from '../tier-reads.ts';
import type { TierCause } from './tier-cause-reads.ts';
import { en } from './words.en.ts';
import { ja } from './words.ja.ts';
import { type WhyTierWords, zhTW } from './words.zh-TW.ts';

const wordsOf: Record<Locale, WhyTierWords> = { 'zh-TW': zhTW, en, ja };

type WhyTier = { locale: Locale; today: string; standing: TierStanding; cause: TierCause | null };

/** Why this tier: since when and by which spending, how it stands today, until when, and what would change it. */
export function tellWhyTier(house: House, input: WhyTier): Message {
  const { locale, today, standing } = input;
  const words = wordsOf[locale];
  const { tier, netTwd, next, reviewOn, policy } = standing;
  const money = (twd: number) => formatMoney(locale, twd);
  const lines = [tellCause(house, words, input), words.now(policy.windowMonths, money(netTwd))];
  if (reviewOn !== null && tier.thresholdTwd > 0) {
    const until = formatDateInSentence(locale, reviewOn, today);
    lines.push(words.keep(tier.name[locale], until, policy.windowMonths, money(tier.thresholdTwd)));
  }
  lines.push(next ? words.next(money(next.missingTwd), next.tier.name[locale]) : words.top());
  const labels = words.buttons();
  return house.flex.megaText(
    lines.join('\n'),
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
  const spent = formatMoney(locale, counted.netTwd);
  switch (reason) {
    case 'risen':
      return words.risen(on, counted.months, spent, formatMoney(locale, counted.thresholdTwd), name);
    case 'withdrawn':
      return words.withdrawn(on, counted.months, spent, name);
    case 'fallen':
      return words.fallen(on, counted.months, spent, name);
    default:
      return words.since(on, name);
  }
}
