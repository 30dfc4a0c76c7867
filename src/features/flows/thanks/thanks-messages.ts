import { z } from 'zod';
import { dateInZone } from '#foundation/clock.ts';
import { formatDateShort, formatEnd, formatEndOnCard } from '#foundation/i18n.ts';
import { flexMessage } from '#line/flex.ts';
import { postbackAction } from '#line/flex-actions.ts';
import { encodePostback } from '#line/postback.ts';
import { readHeldClaims } from '../../coupons/held-claims-reads.ts';
import { type Composed, declareFlowKind } from '../composed-kind.ts';
import { createFiller, drawCondition, drawOffer, flowWordsOf } from '../flow-messages.ts';
import { readFlowWords } from '../flow-reads.ts';

/** Thanks for an order on the internet, with what is waiting in a store. */
export const flowOnlineThanks = declareFlowKind({
  key: 'flow_online_thanks',
  flow: 'online_thanks',
  schema: z.object({ occasion: z.string(), claimId: z.int() }),
  async compose(tx, row): Promise<Composed> {
    const { data, house, locale } = row;
    const today = dateInZone(row.now, house.brand.zone);
    const held = await readHeldClaims(tx, row.memberId, today);
    const claim = held.find((one) => one.claimId === data.claimId);
    if (!claim) return { ok: false, reason: 'coupon_gone' };
    const gift = claim.title[locale];
    const words = await readFlowWords(tx, { flow: 'online_thanks', step: 'thanks', locale });
    const filler = createFiller(row);
    const headline = filler.fill(words.headline, {});
    const text = filler.fill(words.text, { gift, end: formatEnd(locale, claim.endsOn, today) });
    const reason = filler.missing();
    if (reason) return { ok: false, reason };

    const condition = await drawCondition(tx, row, claim.offer);
    const kit = house.flex;
    const own = flowWordsOf(locale);
    const card = kit.bubble('mega', {
      body: kit.body([
        kit.text(headline, { bold: true, maxLines: 3 }),
        kit.text(text, { size: 'sm' }),
        drawOffer(kit, gift, formatEndOnCard(locale, claim.endsOn)),
        ...condition,
      ]),
      footer: kit.footer(
        kit.buttons([
          postbackAction(own.seeOffer, encodePostback('go:mine')),
          postbackAction(own.stores, encodePostback('go:stores')),
        ]),
      ),
    });
    return {
      ok: true,
      message: flexMessage(own.thanksAlt(gift, formatDateShort(locale, claim.endsOn, today)), card),
    };
  },
});
