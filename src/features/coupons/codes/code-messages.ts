import { addMs, dateInZone } from '#foundation/clock.ts';
import { formatClock, formatEnd, type Locale } from '#foundation/i18n.ts';
import { flexMessage } from '#line/flex.ts';
import { clipboardAction, type LabelledAction, postbackAction } from '#line/flex-actions.ts';
import { encodePostback } from '#line/postback.ts';
import type { House, Message } from '#line/turn.ts';
import { groupCode } from './code-rules.ts';
import type { ShownCode } from './show-code.ts';
import { en } from './words.en.ts';
import { ja } from './words.ja.ts';
import { type CodeWords, zhTW } from './words.zh-TW.ts';

const wordsOf: Record<Locale, CodeWords> = { 'zh-TW': zhTW, en, ja };

/** A moment of the wire clock as people read it from the business clock, which the demo moves. */
const onBusinessClock = (wire: Date, at: { now: Date; wireNow: Date }): Date =>
  addMs(at.now, wire.getTime() - at.wireNow.getTime());

/** The button of a ticket that leads to its code. @param kind 'counter' is what a button without it shows */
export function showCodeAction(
  locale: Locale,
  claimId: number,
  kind: 'counter' | 'online' = 'counter',
): LabelledAction {
  const words = wordsOf[locale];
  const args = { id: String(claimId), ...(kind === 'online' && { k: 'online' }) };
  const label = kind === 'online' ? words.showOnline() : words.show();
  return postbackAction(label, encodePostback('coupon:code', args));
}

/**
 * The code of one coupon as a card, with its end. A lock screen shows no code.
 * @param at.now business time, at.wireNow the wire clock, by which a counter's code runs out
 */
export function tellShownCode(
  at: { house: House; locale: Locale; now: Date; wireNow: Date },
  shown: ShownCode,
): Message {
  const { house, locale } = at;
  const { kit, zone, words } = { kit: house.flex, zone: house.brand.zone, words: wordsOf[locale] };
  const title = shown.title[locale];
  const code = groupCode(shown.code);
  const sentence =
    shown.expiresAt === null
      ? words.online(formatEnd(locale, shown.endsOn, dateInZone(at.now, zone)))
      : words.counter(formatClock(locale, onBusinessClock(shown.expiresAt, at), at.now, zone));
  const actions =
    shown.kind === 'online'
      ? [clipboardAction(words.copy(), shown.code)]
      : [
          ...(shown.kinds.includes('online') ? [showCodeAction(locale, shown.claimId, 'online')] : []),
          postbackAction(words.memberCode(), encodePostback('code')),
        ];
  const card = kit.bubble('mega', {
    body: kit.body([
      kit.text(title, { bold: true, maxLines: 2 }),
      kit.tintBox([
        kit.text(code, {
          size: shown.kind === 'online' ? 'lg' : 'xxl',
          bold: true,
          shrink: true,
          align: 'center',
          tone: 'brandInk',
        }),
      ]),
      kit.text(sentence, { size: 'sm', margin: 16 }),
    ]),
    footer: kit.footer(kit.buttons(actions, shown.kind === 'online' ? 0 : null)),
  });
  return flexMessage(words.alt(title), card);
}
