import type { messagingApi } from '@line/bot-sdk';
import { daysBetween } from '#foundation/clock.ts';
import {
  cutGraphemes,
  formatDiscount,
  formatEndOnCard,
  formatMoney,
  formatNumber,
  formatPoints,
  type Locale,
} from '#foundation/i18n.ts';
import type { FlexKit } from '#line/flex.ts';
import { type LabelledAction, postbackAction } from '#line/flex-actions.ts';
import { drawTicket } from '#line/flex-ticket.ts';
import { encodePostback } from '#line/postback.ts';
import type { ClaimableCoupon } from './claimable-reads.ts';
import { showCodeAction } from './codes/code-messages.ts';
import { codeKindsOf } from './codes/code-rules.ts';
import type { Offer } from './coupon-reads.ts';
import { en } from './words.en.ts';
import { ja } from './words.ja.ts';
import { type CouponWords, zhTW } from './words.zh-TW.ts';

export const couponWords: Record<Locale, CouponWords> = { 'zh-TW': zhTW, en, ja };

/** What a ticket needs beside its offer; `storeNames` by code, `tierNames` by key. */
export type TicketSurroundings = {
  kit: FlexKit;
  locale: Locale;
  today: string;
  storeNames: ReadonlyMap<string, string>;
};

const soonDays = 7;
const maxPlaces = 3;
const maxStoreName = 10;

export function drawClaimable(
  about: TicketSurroundings,
  coupon: ClaimableCoupon,
  kicker: string | null,
): messagingApi.FlexBubble {
  const words = couponWords[about.locale];
  const id = String(coupon.offer.couponId);
  const claim = encodePostback('claim', { id, n: String(coupon.nextSeq) });
  const { pointsPrice } = coupon.offer;
  const price = pointsPrice === null ? null : formatPoints(about.locale, pointsPrice);
  return drawTicket(about.kit, {
    ...(kicker !== null && { kicker }),
    ...tellOffer(about, coupon.offer, price === null ? [] : [words.price(price)]),
    ...('on' in coupon.ends
      ? tellEnd(about, coupon.ends.on)
      : { end: words.afterClaim(formatNumber(coupon.ends.afterDays)) }),
    actions: [
      postbackAction(price === null ? words.claim() : words.exchange(price), claim),
      howAction(words),
    ],
  });
}

export function drawHeld(
  about: TicketSurroundings,
  held: { claimId: number; offer: Offer; endsOn: string },
): messagingApi.FlexBubble {
  const words = couponWords[about.locale];
  // What is for online shops alone is used by its code; in shops the member code comes first.
  const isOnlineOnly = !codeKindsOf(held.offer.channels).includes('counter');
  const byCode = showCodeAction(about.locale, held.claimId, isOnlineOnly ? 'online' : 'counter');
  return drawTicket(about.kit, {
    ...tellOffer(about, held.offer),
    ...tellEnd(about, held.endsOn),
    actions: isOnlineOnly ? [byCode, howAction(words)] : [codeAction(words), byCode, howAction(words)],
  });
}

export function drawUsed(
  about: TicketSurroundings,
  used: { offer: Offer; endsOn: string },
): messagingApi.FlexBubble {
  return drawTicket(about.kit, {
    ...tellOffer(about, used.offer),
    end: formatEndOnCard(about.locale, used.endsOn),
    spent: couponWords[about.locale].usedMark(),
    actions: [],
  });
}

export const codeAction = (words: CouponWords): LabelledAction =>
  postbackAction(words.showCode(), encodePostback('code'));

export const howAction = (words: CouponWords): LabelledAction =>
  postbackAction(words.how(), encodePostback('coupon:how'));

function tellOffer(about: TicketSurroundings, offer: Offer, before: readonly string[] = []) {
  const condition = tellCondition(about, offer, before);
  return {
    value: tellValue(about.locale, offer),
    title: offer.title[about.locale],
    ...(condition !== '' && { condition }),
  };
}

function tellValue(locale: Locale, { reward }: Offer): string {
  switch (reward.kind) {
    case 'amount_off':
      return formatMoney(locale, reward.amountTwd);
    case 'percent_off':
      return formatDiscount(locale, reward.percent);
    case 'gift':
      return couponWords[locale].gift();
    case 'free_shipping':
      return couponWords[locale].freeShipping();
  }
}

/**
 * "滿 NT$1,000，限信義店": what the coupon asks for, the most important first.
 * @param before what stands in front of it
 */
export function tellCondition(
  { locale, storeNames }: Pick<TicketSurroundings, 'locale' | 'storeNames'>,
  offer: Offer,
  before: readonly string[] = [],
): string {
  const words = couponWords[locale];
  const parts = [...before];
  if (offer.minSpendTwd > 0) parts.push(words.minSpend(formatMoney(locale, offer.minSpendTwd)));
  if (offer.reward.kind === 'percent_off' && offer.reward.maxTwd !== null) {
    parts.push(words.atMostOff(formatMoney(locale, offer.reward.maxTwd)));
  }
  if (offer.reward.kind === 'gift' && offer.reward.name[locale] !== offer.title[locale]) {
    parts.push(offer.reward.name[locale]);
  }
  if (offer.channels?.length === 1) {
    parts.push(words.only([offer.channels[0] === 'online' ? words.online() : words.inStores()]));
  }
  if (offer.categories) parts.push(words.only(few(offer.categories, words.named)));
  if (offer.storeCodes) {
    const stores = offer.storeCodes.map((code) => storeNames.get(code) ?? code);
    parts.push(words.only(few(stores, words.named)));
  }
  return words.join(parts);
}

function few(names: readonly string[], say: (name: string) => string): string[] {
  const said = names.slice(0, maxPlaces).map((name) => say(cutGraphemes(name, maxStoreName)));
  return names.length > maxPlaces ? [...said, '…'] : said;
}

function tellEnd({ locale, today }: TicketSurroundings, endsOn: string) {
  const left = daysBetween(today, endsOn);
  return {
    end: formatEndOnCard(locale, endsOn),
    ...(left <= soonDays && { endsSoon: couponWords[locale].daysLeft(left) }),
  };
}
