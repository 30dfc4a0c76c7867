import { z } from 'zod';
import { addDays, dateInZone } from '#foundation/clock.ts';
import type { Tx } from '#foundation/db.ts';
import { formatDateShort, formatEnd, formatEndOnCard, formatNumber } from '#foundation/i18n.ts';
import { flexMessage } from '#line/flex.ts';
import { messageAction, postbackAction } from '#line/flex-actions.ts';
import { encodePostback } from '#line/postback.ts';
import { readHeldClaims } from '../coupons/held-claims-reads.ts';
import { readFavouriteCategories, readPurchaseHabit } from '../insights/napl-reads.ts';
import { readPoints } from '../points/points-reads.ts';
import { type Composed, declareFlowKind } from './composed-kind.ts';
import { createFiller, drawOffer, flowWordsOf } from './flow-messages.ts';
import { readFlowWords } from './flow-reads.ts';

/** Someone has not bought for long: a question and an offer for one-timers, another for repeat buyers. */
export const flowWinBack = declareFlowKind({
  key: 'flow_win_back',
  flow: 'win_back',
  schema: z.object({
    occasion: z.string(),
    step: z.enum(['one_time', 'repeat']),
    claimId: z.int(),
    lastPurchaseOn: z.iso.date(),
    /** Points that end within so many days are named. */
    pointsWithinDays: z.int().positive(),
  }),
  async compose(tx, row): Promise<Composed> {
    const { data, house, locale, memberId } = row;
    const today = dateInZone(row.now, house.brand.zone);
    const habit = await readPurchaseHabit(tx, memberId, today);
    if (habit.lastPurchaseOn !== null && habit.lastPurchaseOn > data.lastPurchaseOn) {
      return { ok: false, reason: 'bought_since' };
    }
    const claim = (await readHeldClaims(tx, memberId, today)).find((one) => one.claimId === data.claimId);
    if (!claim) return { ok: false, reason: 'coupon_gone' };

    const own = flowWordsOf(locale);
    const categories = await readFavouriteCategories(tx, memberId);
    const category = (data.step === 'one_time' ? categories.last : categories.usual) ?? own.anyCategory;
    const offer = claim.title[locale];
    const values = { category, offer, end: formatEnd(locale, claim.endsOn, today) };
    const words = await readFlowWords(tx, { flow: 'win_back', step: data.step, locale });
    const filler = createFiller(row);
    const headline = filler.fill(words.headline, values);
    const text = filler.fill(words.text, values);
    const points = words.pointsText
      ? await readPointsValues(tx, { ...row, today, within: data.pointsWithinDays })
      : null;
    const pointsLine = points ? filler.fill(words.pointsText, points) : null;
    const reason = filler.missing();
    if (reason) return { ok: false, reason };

    const kit = house.flex;
    const card = kit.bubble('mega', {
      body: kit.body([
        kit.text(headline, { bold: true, maxLines: 3 }),
        kit.text(text, { size: 'sm' }),
        drawOffer(kit, offer, formatEndOnCard(locale, claim.endsOn)),
        ...(pointsLine ? [kit.text(pointsLine, { size: 'sm', tone: 'alert' })] : []),
      ]),
      footer: kit.footer(
        kit.buttons([
          postbackAction(own.seeOffer, encodePostback('go:mine')),
          data.step === 'one_time'
            ? messageAction(own.agent)
            : postbackAction(own.stores, encodePostback('go:stores')),
        ]),
      ),
    });
    const until = formatDateShort(locale, claim.endsOn, today);
    const altText = own.address(own.winBackAlt(offer, until), house.brand.address);
    return { ok: true, message: flexMessage(altText, card) };
  },
});

async function readPointsValues(
  tx: Tx,
  of: { memberId: number; locale: Parameters<typeof formatEnd>[0]; today: string; within: number },
): Promise<{ points: string; pointsEnd: string } | null> {
  const { ending } = await readPoints(tx, of.memberId, of.today);
  if (!ending || ending.amount <= 0 || ending.on > addDays(of.today, of.within)) return null;
  return { points: formatNumber(ending.amount), pointsEnd: formatEnd(of.locale, ending.on, of.today) };
}
