import { z } from 'zod';
import { dateInZone } from '#foundation/clock.ts';
import type { Tx } from '#foundation/db.ts';
import { formatDateInSentence, formatMoney, type Locale } from '#foundation/i18n.ts';
import { postbackAction } from '#line/flex-actions.ts';
import { encodePostback } from '#line/postback.ts';
import type { House, Message } from '#line/turn.ts';
import { declareMessageKind, type LeasedRow } from '#outbox/kinds.ts';
import { formatPercent } from '../describe-ways-rules.ts';
import { readTierStanding, type TierStanding } from '../tier-reads.ts';
import { topPercentOf } from '../tier-rules.ts';
import { fallingDay } from './ranking-rules.ts';
import { en } from './words.en.ts';
import { ja } from './words.ja.ts';
import { type RankingWords, zhTW } from './words.zh-TW.ts';

const wordsOf: Record<Locale, RankingWords> = { 'zh-TW': zhTW, en, ja };

const schema = z.object({ membershipId: z.int().positive(), belowSince: z.iso.date() });
type BelowNotice = z.infer<typeof schema>;

async function isStillBelow(tx: Tx, row: LeasedRow<BelowNotice>): Promise<boolean> {
  const found = await tx
    .selectFrom('tier_memberships')
    .select('id')
    .where('id', '=', row.data.membershipId)
    .where('below_since', '=', row.data.belowSince)
    .where('until', 'is', null)
    .executeTakeFirst();
  return found !== undefined;
}

/** A ranking found the member below the tier: what counted, and until when the tier stays. */
export const tierBelowKind = declareMessageKind<BelowNotice>({
  key: 'tier_below',
  purpose: 'service',
  schema,
  async stillDue(tx, row) {
    return row.memberId !== null && (await isStillBelow(tx, row)) ? null : 'not_below_any_more';
  },
  async render(tx, row) {
    if (row.memberId === null) return [];
    const { locale, house, data } = row;
    const standing = await readTierStanding(tx, row.memberId, row.now);
    const today = dateInZone(row.now, house.brand.zone);
    const message = tellBelow(house, { locale, today, belowSince: data.belowSince, standing });
    return message ? [message] : [];
  },
});

/** What the ranking counted, what the tier takes, and the ranking that decides; null where rules have changed since. */
export function tellBelow(
  house: House,
  input: { locale: Locale; today: string; belowSince: string; standing: TierStanding },
): Message | null {
  const { locale, standing } = input;
  const { policy, tier, place } = standing;
  if (policy.mode === 'threshold' || !place) return null;
  const words = wordsOf[locale];
  const day = (on: string) => formatDateInSentence(locale, on, input.today);
  const found =
    'minScore' in tier
      ? words.belowScore(day(place.rankedOn), place.score, tier.minScore)
      : words.belowRank(
          day(place.rankedOn),
          formatMoney(locale, place.netTwd),
          policy.mode === 'percentile' ? formatPercent(topPercentOf(policy, tier.key)) : '',
        );
  const decides = words.decides(tier.name[locale], day(fallingDay(input.belowSince, policy.graceDays)));
  return house.flex.megaText(
    `${found}\n${decides}`,
    [postbackAction(words.buttons().card, encodePostback('go:card'))],
    { altText: words.title() },
  );
}
