import { z } from 'zod';
import { dateInZone, daysBetween } from '#foundation/clock.ts';
import { formatDateShort, formatEnd, formatEndOnCard } from '#foundation/i18n.ts';
import { flexMessage } from '#line/flex.ts';
import { postbackAction } from '#line/flex-actions.ts';
import { encodePostback } from '#line/postback.ts';
import { readHeldClaims } from '../coupons/held-claims-reads.ts';
import { type Composed, declareFlowKind } from './composed-kind.ts';
import { createFiller, drawCondition, flowWordsOf } from './flow-messages.ts';
import { readFlowWords } from './flow-reads.ts';

const day = z.iso.date();

/** A held coupon ends soon; the card names the soonest and counts the others. */
export const flowCouponReminder = declareFlowKind({
  key: 'flow_coupon_reminder',
  flow: 'coupon_reminder',
  schema: z.object({
    occasion: z.string(),
    plannedFor: day,
    claimId: z.int(),
    endsOn: day,
    daysLeft: z.int().positive(),
    /** Other coupons that end within so many days are counted. */
    withinDays: z.int().positive(),
  }),
  async compose(tx, row): Promise<Composed> {
    const { data, house, locale } = row;
    const today = dateInZone(row.now, house.brand.zone);
    if (today !== data.plannedFor) return { ok: false, reason: 'too_late' };
    const held = await readHeldClaims(tx, row.memberId, today);
    const claim = held.find((one) => one.claimId === data.claimId);
    if (!claim) return { ok: false, reason: 'coupon_gone' };
    if (claim.endsOn !== data.endsOn) return { ok: false, reason: 'end_moved' };
    const others = held.filter(
      (one) => one !== claim && daysBetween(today, one.endsOn) <= data.withinDays,
    ).length;

    const words = await readFlowWords(tx, { flow: 'coupon_reminder', step: `days_${data.daysLeft}`, locale });
    const filler = createFiller(row);
    const title = claim.title[locale];
    const formatLast = data.daysLeft === 1 ? formatDateShort : formatEnd;
    const headline = filler.fill(words.headline, {});
    const text = filler.fill(words.text, { title, end: formatLast(locale, claim.endsOn, today) });
    const reason = filler.missing();
    if (reason) return { ok: false, reason };

    const condition = await drawCondition(tx, row, claim.offer);
    const kit = house.flex;
    const own = flowWordsOf(locale);
    const card = kit.bubble('kilo', {
      header: kit.header(
        [kit.text(headline, { size: 'lg', bold: true, tone: 'alert' })],
        kit.palette.alertTint,
        16,
      ),
      body: kit.body([
        kit.text(title, { bold: true, maxLines: 2 }),
        ...condition,
        kit.text(text, { size: 'sm' }),
        kit.text(formatEndOnCard(locale, claim.endsOn), { size: 'sm' }),
        ...(others > 0 ? [kit.text(own.alsoEnding(others), { size: 'sm' })] : []),
      ]),
      footer: kit.footer(
        kit.buttons([
          postbackAction(own.showCode, encodePostback('code')),
          postbackAction(own.stores, encodePostback('go:stores')),
        ]),
      ),
    });
    return { ok: true, message: flexMessage(own.reminderAlt(title, data.daysLeft), card) };
  },
});
