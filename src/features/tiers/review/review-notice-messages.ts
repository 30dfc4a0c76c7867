import { z } from 'zod';
import { dateInZone, daysBetween } from '#foundation/clock.ts';
import type { Tx } from '#foundation/db.ts';
import { formatDateInSentence, formatMoney, type Locale } from '#foundation/i18n.ts';
import { postbackAction } from '#line/flex-actions.ts';
import { encodePostback } from '#line/postback.ts';
import type { House, Message } from '#line/turn.ts';
import { declareMessageKind, type LeasedRow } from '#outbox/kinds.ts';
import type { Tier } from '../tier-rules.ts';
import { tierByKey } from '../tier-rules.ts';
import { type Forecast, readForecasts, readReviewed } from './forecast-reads.ts';
import { dueNotice } from './review-rules.ts';
import { en } from './words.en.ts';
import { ja } from './words.ja.ts';
import { type ReviewWords, zhTW } from './words.zh-TW.ts';

const wordsOf: Record<Locale, ReviewWords> = { 'zh-TW': zhTW, en, ja };

const schema = z.object({ membershipId: z.int().positive(), reviewOn: z.string(), daysBefore: z.int() });
type ReviewNotice = z.infer<typeof schema>;

/** What the notice would say now, or why it is not due any more. */
async function look(
  tx: Tx,
  row: LeasedRow<ReviewNotice>,
): Promise<{ tier: Tier; forecast: Forecast } | string> {
  const { zone } = row.house.brand;
  const { reviewOn, daysBefore } = row.data;
  const reviewed = await readReviewed(tx, row.data);
  if (!reviewed) return 'tier_changed';
  const daysLeft = daysBetween(dateInZone(row.now, zone), reviewOn);
  if (daysLeft < 1) return 'review_passed';
  if (dueNotice(daysLeft) !== daysBefore) return 'later_notice_due';
  const forecast = (await readForecasts(tx, [reviewed], zone)).get(reviewed.membershipId);
  if (!forecast) return 'kept_meanwhile';
  return { tier: tierByKey(forecast.policy, reviewed.tierKey), forecast };
}

/** Some days before a review at which the member would fall: when, and what keeps the tier. */
export const tierReviewKind = declareMessageKind<ReviewNotice>({
  key: 'tier_review',
  purpose: 'service',
  schema,
  async stillDue(tx, row) {
    const found = await look(tx, row);
    return typeof found === 'string' ? found : null;
  },
  async render(tx, row) {
    const found = await look(tx, row);
    if (typeof found === 'string') return [];
    const { locale, house } = row;
    const today = dateInZone(row.now, house.brand.zone);
    return [tellReview(house, { locale, today, reviewOn: row.data.reviewOn, ...found })];
  },
});

/** The day of the review, what counts by then, and what is missing. */
export function tellReview(
  house: House,
  input: { locale: Locale; today: string; reviewOn: string; tier: Tier; forecast: Forecast },
): Message {
  const { locale, forecast } = input;
  const words = wordsOf[locale];
  const text = words.review({
    on: formatDateInSentence(locale, input.reviewOn, input.today),
    months: forecast.policy.windowMonths,
    spent: formatMoney(locale, forecast.netTwd),
    missing: formatMoney(locale, forecast.missingTwd),
    tier: input.tier.name[locale],
  });
  return house.flex.megaText(text, [postbackAction(words.buttons().card, encodePostback('go:card'))], {
    altText: words.title(),
  });
}
