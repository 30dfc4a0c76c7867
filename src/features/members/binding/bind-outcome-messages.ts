import { dateInZone } from '#foundation/clock.ts';
import { formatClock, formatEnd, formatPoints, type Locale } from '#foundation/i18n.ts';
import { textMessage } from '#line/flex.ts';
import { type LabelledAction, messageAction, postbackAction, uriAction } from '#line/flex-actions.ts';
import { encodePostback } from '#line/postback.ts';
import type { Message, Turn } from '#line/turn.ts';
import type { BindStep } from './bind-step-rules.ts';
import { bindingWords } from './binding-locale.ts';
import { bindAction, notNowAction, stepCard, typed } from './dialog-cards.ts';
import type { BindingWords } from './words.zh-TW.ts';

/** What a new member was given: the coupon's title and its last business day. */
export type IssuedGift = { title: Record<Locale, string>; endsOn: string };

const wordsFor = (turn: Turn): BindingWords => bindingWords(turn.locale);
const cardAction = (labels: BindingWords['labels']): LabelledAction =>
  postbackAction(labels.card, encodePostback('go:card'));
const mineAction = (labels: BindingWords['labels']): LabelledAction =>
  postbackAction(labels.mine, encodePostback('go:mine'));

/** B15: a new member, and word for word somebody with a reissued number. */
export function joinedMessage(turn: Turn, gift: IssuedGift | null): Message {
  const words = wordsFor(turn);
  return turn.house.flex.megaText(words.joined(shownGift(turn, gift)), [
    cardAction(words.labels),
    mineAction(words.labels),
    postbackAction(words.labels.findPoints, encodePostback('task:merge')),
  ]);
}

/** B16: known to the tills. */
export function foundMessage(turn: Turn, points: number, gift: IssuedGift | null): Message {
  const words = wordsFor(turn);
  const shown = points > 0 ? formatPoints(turn.locale, points) : null;
  const given = shownGift(turn, gift);
  const actions = [cardAction(words.labels), mineAction(words.labels)];
  // A lock screen shows no points.
  return turn.house.flex.megaText(words.found(shown, given), actions, { altText: words.found(null, given) });
}

function shownGift(turn: Turn, gift: IssuedGift | null) {
  const today = dateInZone(turn.now, turn.house.brand.zone);
  return gift && { title: gift.title[turn.locale], end: formatEnd(turn.locale, gift.endsOn, today) };
}

/** B18. */
export function movedMessage(turn: Turn, heldUntil: Date): Message {
  const words = wordsFor(turn);
  return turn.house.flex.megaText(words.moved(clockOf(turn, heldUntil)), [cardAction(words.labels)]);
}

/** B18, when spending is tried within the hold. */
export function spendingHeldMessage(turn: Turn, heldUntil: Date): Message {
  return textMessage(wordsFor(turn).held(clockOf(turn, heldUntil)));
}

const clockOf = (turn: Turn, instant: Date) =>
  formatClock(turn.locale, instant, turn.now, turn.house.brand.zone);

/** B13. */
export function bindCancelledMessage(turn: Turn): Message {
  const { labels, cancelled } = wordsFor(turn);
  return textMessage(cancelled(), [
    bindAction(labels),
    postbackAction(labels.coupons, encodePostback('go:coupons')),
  ]);
}

/** B20: how far the binding came. */
export function resumeMessage(turn: Turn, step: BindStep): Message {
  const words = wordsFor(turn);
  const shown = words.steps[step === 'echo' ? 'birthday' : step];
  const goOn = postbackAction(words.labels.resume, encodePostback('bind:resume'), undefined, typed);
  return stepCard(turn, words.resume(shown), [goOn, notNowAction(words.labels)], 0);
}

/** 重寄 or 改生日, typed at a step that has nothing of the kind; B20 follows. */
export function notNowNeededMessage(
  turn: Turn,
  why: 'nothingToResend' | 'phoneProven' | 'birthdayLater',
): Message {
  return textMessage(wordsFor(turn)[why]());
}

/** B20, after 30 minutes. */
export function startAnewMessage(turn: Turn): Message {
  const words = wordsFor(turn);
  return turn.house.flex.megaText(words.startAnew(), [bindAction(words.labels)]);
}

/** B21. */
export function alreadyBoundMessage(turn: Turn, memberNo: string): Message {
  const words = wordsFor(turn);
  return turn.house.flex.megaText(words.alreadyBound(memberNo.slice(-4)), [cardAction(words.labels)]);
}

/** C0: what was asked for needs a membership. */
export function needsBindingMessage(turn: Turn): Message {
  const words = wordsFor(turn);
  return turn.house.flex.megaText(words.needsBinding(), [bindAction(words.labels)]);
}

/** The way through the brand's own member site, and the way by phone beside it. */
export function offerSiteMessage(turn: Turn, link: string): Message {
  const words = wordsFor(turn);
  return turn.house.flex.megaText(words.offerSite(), [
    uriAction(words.labels.site, link),
    postbackAction(words.labels.byPhone, encodePostback('bind:phone'), undefined, typed),
    notNowAction(words.labels),
  ]);
}

/** Who came by the brand's own site has agreed to no offers; how to get them. */
export function offersOffMessage(turn: Turn): Message {
  const { labels, offersOff } = wordsFor(turn);
  return textMessage(offersOff(), [messageAction(labels.offersOn)]);
}

/** A link of the member site that was used before or too late. */
export function linkRanOutMessage(turn: Turn): Message {
  const words = wordsFor(turn);
  return turn.house.flex.megaText(words.linkRanOut(), [bindAction(words.labels)]);
}
