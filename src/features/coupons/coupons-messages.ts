import type { messagingApi } from '@line/bot-sdk';
import { dateInZone } from '#foundation/clock.ts';
import {
  formatClock,
  formatDateInSentence,
  formatDateShort,
  formatEnd,
  formatMoney,
  formatNumber,
  formatPoints,
  type Locale,
} from '#foundation/i18n.ts';
import { neverHappens } from '#foundation/outcome.ts';
import { type FlexKit, flexMessage, textMessage } from '#line/flex.ts';
import { postbackAction } from '#line/flex-actions.ts';
import { drawMoreCard } from '#line/flex-ticket.ts';
import { encodePostback } from '#line/postback.ts';
import type { House, Message } from '#line/turn.ts';
import type { ClaimCouponOutcome } from './claim-coupon.ts';
import type { ClaimableCoupon } from './claimable-reads.ts';
import type { HeldClaim } from './held-claims-reads.ts';
import {
  codeAction,
  couponWords,
  drawClaimable,
  drawHeld,
  drawUsed,
  howAction,
  type TicketSurroundings,
} from './ticket-messages.ts';
import { requiredTier, type TierStanding } from './tier-rules.ts';
import type { UsedClaim } from './used-claims-reads.ts';

/** Cards beside one another; one more place is kept for "see more". */
export const ticketsPerPage = 10;

type Page<Item> = { items: readonly Item[]; total: number; from: number };

/** Q1 (postback `go:coupons` with `from`: the next page). */
export function tellClaimable(
  about: TicketSurroundings,
  page: Page<ClaimableCoupon>,
  tierNames: ReadonlyMap<string, Record<Locale, string>>,
): Message[] {
  const { kit, locale } = about;
  const words = couponWords[locale];
  const first = page.items[0];
  if (!first) return [kit.megaText(words.noneClaimable(), [go(words.myCoupons(), 'go:mine')])];
  const kickers = page.items.map(({ offer }) =>
    offer.tierKeys ? words.tierOnly(offer.tierKeys.map((key) => tierNames.get(key)?.[locale] ?? key)) : null,
  );
  const all = kickers.every((kicker) => kicker !== null);
  const cards = page.items.map((coupon, at) =>
    drawClaimable(about, coupon, all ? (kickers[at] ?? null) : null),
  );
  const count = formatNumber(page.total);
  const altText =
    page.total > 1
      ? words.claimableAlt(count, first.offer.title[locale])
      : words.oneAltOpen(first.offer.title[locale]);
  return [
    textMessage(words.claimable(count, page.total === 1)),
    flexMessage(altText, withMore(about, cards, page, 'go:coupons')),
  ];
}

/** Q9 and the tickets in hand; used ones stay for some days, grey, behind those that can still be used. */
export function tellHeld(
  about: TicketSurroundings,
  page: Page<HeldClaim>,
  used: readonly (UsedClaim & { storeName: string })[],
): Message[] {
  const { kit, locale, today } = about;
  const words = couponWords[locale];
  const first = page.items[0];
  if (!first) {
    const none = kit.megaText(words.noneHeld(), [go(words.coupons(), 'go:coupons')]);
    const last = used[0];
    if (!last) return [none];
    const day = formatDateInSentence(locale, last.usedOn, today);
    return [textMessage(words.used(last.offer.title[locale], day, last.storeName)), none];
  }
  const cards = page.items.map((held) => drawHeld(about, held));
  const isLastPage = page.from + page.items.length >= page.total;
  if (isLastPage) {
    for (const each of used.slice(0, ticketsPerPage - cards.length)) cards.push(drawUsed(about, each));
  }
  const title = first.title[locale];
  const altText =
    page.total > 1
      ? words.heldAlt(formatNumber(page.total), title)
      : words.oneAlt(title, formatDateShort(locale, first.endsOn, today));
  return [flexMessage(altText, withMore(about, cards, page, 'go:mine'))];
}

/** What a claim came to, where there are words of this room for it. */
export type ToldClaim = Exclude<
  ClaimCouponOutcome,
  { reason: 'unknown_coupon' | 'spending_held' | 'spending_locked' }
>;

/** Q2 to Q7. @param tiers null where no tier stands between the member and the coupon */
export function tellClaim(
  at: { house: House; locale: Locale; now: Date },
  outcome: ToldClaim,
  tiers: TierStanding,
): Message {
  const { house, locale, now } = at;
  const { kit, words } = { kit: house.flex, words: couponWords[locale] };
  const zone = house.brand.zone;
  const today = dateInZone(now, zone);
  const title = outcome.title[locale];
  const others = [go(words.coupons(), 'go:coupons')];
  if (outcome.ok) {
    const emoji = house.brand.emoji === 'few' ? '🎁 ' : '';
    const end = formatEnd(locale, outcome.endsOn, today);
    const { pointsPaid } = outcome;
    const sentence =
      pointsPaid === null
        ? words.claimed(title, end, emoji)
        : words.exchanged(title, end, formatPoints(locale, pointsPaid), emoji);
    return kit.megaText(sentence, [codeAction(words), howAction(words)]);
  }
  switch (outcome.reason) {
    case 'sold_out':
      return kit.megaText(words.soldOut(title), others);
    case 'already_claimed':
      return tellTaken(kit, locale, outcome);
    case 'not_yet':
      return kit.megaText(words.notYet(title, formatClock(locale, outcome.from, now, zone)), others);
    case 'claim_ended': {
      const day = outcome.lastMoment ? dateInZone(outcome.lastMoment, zone) : (outcome.validUntil ?? today);
      return kit.megaText(words.claimEnded(title, formatDateInSentence(locale, day, today)), others);
    }
    case 'other_tier': {
      const tier = requiredTier(tiers, outcome.tierKeys);
      const name = tier?.name[locale] ?? outcome.tierKeys.join(', ');
      const sentence = tier?.distanceTwd
        ? words.otherTier(title, name, formatMoney(locale, tier.distanceTwd))
        : words.otherTierOpen(title, name);
      // A lock screen shows nobody's spending.
      const altText = words.otherTierOpen(title, name);
      return kit.megaText(sentence, [go(words.tierHow(), 'go:tier')], { altText });
    }
    case 'other_audience':
      return kit.megaText(words.otherAudience(title), others);
    case 'too_few_points': {
      const price = formatPoints(locale, outcome.pointsPrice);
      const sentence = words.tooFewPoints(title, price, formatPoints(locale, outcome.missing));
      return kit.megaText(sentence, [go(words.points(), 'go:points')], {
        altText: words.costs(title, price),
      });
    }
    case 'price_to_agree':
      return askPrice(kit, locale, outcome);
    default:
      return neverHappens(outcome);
  }
}

/**
 * One button is one claim, however often it is tapped. Where one more is to be had a fresh button says so; one that
 * costs points asks again.
 */
function tellTaken(
  kit: FlexKit,
  locale: Locale,
  taken: Extract<ClaimCouponOutcome, { reason: 'already_claimed' }>,
): Message {
  const words = couponWords[locale];
  const title = taken.title[locale];
  const perMember = formatNumber(taken.perMember);
  const mine = go(words.myCoupons(), 'go:mine');
  if (taken.isLimit) return kit.megaText(words.alreadyClaimed(title, perMember), [mine]);
  const { next } = taken;
  if (!next) return kit.megaText(words.takenBefore(title), [mine, go(words.coupons(), 'go:coupons')]);
  const again = encodePostback('claim', { id: String(next.couponId), n: String(next.seq) });
  return next.isExchange
    ? kit.megaText(words.exchangedMayMore(title, perMember), [
        postbackAction(words.exchangeMore(), again),
        mine,
      ])
    : kit.megaText(words.takenMayMore(title, perMember), [postbackAction(words.claimMore(), again), mine]);
}

/** The exchange is agreed to in words that name the price; the button carries it, so that no other is ever charged. */
function askPrice(
  kit: FlexKit,
  locale: Locale,
  asked: Extract<ClaimCouponOutcome, { reason: 'price_to_agree' }>,
): Message {
  const words = couponWords[locale];
  const { couponId, pointsPrice, seq } = asked;
  const title = asked.title[locale];
  const price = formatPoints(locale, pointsPrice);
  const agree = encodePostback('claim', { id: String(couponId), n: String(seq), p: String(pointsPrice) });
  return kit.megaText(
    words.askPrice(title, price, formatPoints(locale, asked.pointsLeft)),
    [postbackAction(words.agreePrice(), agree), go(words.notNow(), 'go:coupons')],
    // A button that takes points is not the coloured one, and a lock screen shows nobody's points.
    { altText: words.costs(title, price), primary: null },
  );
}

/** Q8. */
export function tellHow(house: House, locale: Locale): Message {
  const words = couponWords[locale];
  return house.flex.megaText(words.howToUse(), [codeAction(words)]);
}

const go = (label: string, name: string) => postbackAction(label, encodePostback(name));

function withMore(
  { kit, locale }: TicketSurroundings,
  cards: messagingApi.FlexBubble[],
  page: Page<unknown>,
  name: string,
): messagingApi.FlexBubble[] {
  const next = page.from + page.items.length;
  if (next >= page.total) return cards;
  const more = encodePostback(name, { from: String(next) });
  return [...cards, drawMoreCard(kit, postbackAction(couponWords[locale].more(), more))];
}
