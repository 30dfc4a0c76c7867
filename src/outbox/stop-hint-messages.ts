import type { messagingApi } from '@line/bot-sdk';
import type { Locale } from '#foundation/i18n.ts';
import { type FlexKit, flexMessage } from '#line/flex.ts';
import { messageAction } from '#line/flex-actions.ts';
import type { Message } from '#line/turn.ts';
import { en } from './words.en.ts';
import { ja } from './words.ja.ts';
import { type OutboxWords, zhTW } from './words.zh-TW.ts';

const wordsOf: Record<Locale, OutboxWords> = { 'zh-TW': zhTW, en, ja };

/** LINE takes five messages in one call. */
export const maxMessages = 5;

/**
 * The messages with how to stop as their last line: everyone's first marketing push must say it. In the foot of
 * the last card where it has one, else as a small card of its own.
 */
export function withStopHint(messages: readonly Message[], kit: FlexKit, locale: Locale): Message[] {
  // Kinds whose words name nobody give the same object for everybody, and so it stays.
  const known = hinted.get(messages);
  if (known?.kit === kit && known.locale === locale) return known.messages;
  const fresh = addStopHint(messages, kit, locale);
  hinted.set(messages, { kit, locale, messages: fresh });
  return fresh;
}

const hinted = new WeakMap<readonly Message[], { kit: FlexKit; locale: Locale; messages: Message[] }>();

function addStopHint(messages: readonly Message[], kit: FlexKit, locale: Locale): Message[] {
  const { hint, card } = drawHint(kit, locale);
  const last = messages.at(-1);
  if (
    last?.type === 'flex' &&
    last.contents.type === 'bubble' &&
    last.contents.footer?.layout === 'vertical'
  ) {
    const { footer } = last.contents;
    const contents = [...(footer.contents ?? []), hint];
    return [
      ...messages.slice(0, -1),
      { ...last, contents: { ...last.contents, footer: { ...footer, contents } } },
    ];
  }
  return joinMessages(messages, [card]);
}

type Hint = { hint: messagingApi.FlexText; card: Message };

/** Drawn once per look and language: a campaign asks for it with every person. */
const drawn = new WeakMap<FlexKit, Map<Locale, Hint>>();

function drawHint(kit: FlexKit, locale: Locale): Hint {
  const ofKit = drawn.get(kit) ?? new Map<Locale, Hint>();
  drawn.set(kit, ofKit);
  const known = ofKit.get(locale);
  if (known) return known;
  const words = wordsOf[locale];
  const hint = kit.text(words.stopHint(), { size: 'sm', tone: 'muted' });
  const buttons = [words.less(), words.stop()].map((label) => kit.linkButton(messageAction(label)));
  const bubble = kit.bubble('kilo', { body: kit.body([hint]), footer: kit.footer(buttons) });
  const fresh = { hint, card: flexMessage(words.stopHintAlt(), bubble) };
  ofKit.set(locale, fresh);
  return fresh;
}

/** Both one after the other; LINE shows quick replies only under the last message, so those of `first` move there. */
export function joinMessages(first: readonly Message[], then: readonly Message[]): Message[] {
  const all = [...first, ...then].map((message) => ({ ...message }));
  const replies = [...then, ...first].findLast((message) => message.quickReply)?.quickReply;
  for (const message of all) delete message.quickReply;
  const last = all.at(-1);
  if (last && replies) last.quickReply = replies;
  return all;
}
