import { z } from 'zod';
import type { BrandPolicy } from '#foundation/brand.ts';
import { formatClock, type Locale } from '#foundation/i18n.ts';
import { postbackAction } from '#line/flex-actions.ts';
import { encodePostback } from '#line/postback.ts';
import { declareMessageKind } from '#outbox/kinds.ts';
import { bindingWords } from './binding-locale.ts';

/** B19: tells the LINE account that a card has left, while its holder can still say "not me". */
export const cardMovedKind = declareMessageKind({
  key: 'card_moved',
  purpose: 'service',
  schema: z.object({ heldUntil: z.iso.datetime() }),
  stillDue: async (_tx, row) => (row.now >= new Date(row.data.heldUntil) ? 'expired' : null),
  render: async (_tx, row) => {
    const words = bindingWords(row.locale);
    const until = formatClock(row.locale, new Date(row.data.heldUntil), row.now, row.house.brand.zone);
    const actions = [
      postbackAction(words.labels.notMe, encodePostback('guard:deny')),
      postbackAction(words.labels.wasMe, encodePostback('guard:ok')),
    ];
    return [
      row.house.flex.megaText(words.cardMoved(row.house.brand.address, until), actions, { primary: null }),
    ];
  },
});

/** The same, to the phone: the old LINE account may have blocked us. One part, no link. */
export const cardMovedSms = (locale: Locale, brandName: string, address: BrandPolicy['address']): string =>
  bindingWords(locale).cardMovedSms(brandName, address);
