import { cleanDisplayName, type Locale, locales } from '#foundation/i18n.ts';
import type { MarketingLevel } from '#friends/tables.ts';
import { flexMessage, textMessage } from '#line/flex.ts';
import { type LabelledAction, messageAction, postbackAction } from '#line/flex-actions.ts';
import { encodePostback } from '#line/postback.ts';
import type { Message, Turn } from '#line/turn.ts';
import type { ReachPolicy } from '#outbox/reach-rules.ts';
import { en } from './words.en.ts';
import { ja } from './words.ja.ts';
import { type GreetingWords, languageWords, zhTW } from './words.zh-TW.ts';

const wordsOf: Record<Locale, GreetingWords> = { 'zh-TW': zhTW, en, ja };

const goTo = (label: string, place: string): LabelledAction =>
  postbackAction(label, encodePostback(`go:${place}`), label, place === 'bind' ? { openKeyboard: true } : {});

/** W1: three bubbles, the gift before anything is asked for; @param gift the coupon's title, null for none */
export function welcomeMessages(turn: Turn, gift: string | null): Message[] {
  const words = wordsOf[turn.locale];
  const { labels } = words;
  const { brand, brandName, flex: kit } = turn.house;
  const emoji = brand.emoji === 'few' ? '🎁 ' : '';
  const hello = words.welcome(cleanDisplayName(turn.displayName), brand.address, brandName, gift, emoji);
  const ways = [goTo(labels.bind, 'bind'), goTo(labels.browse, 'coupons')];
  const others = locales.filter((locale) => locale !== turn.locale);
  const last = textMessage(words.whatWeDo(brand.assistantName), [
    goTo(labels.bind, 'bind'),
    goTo(labels.coupons, 'coupons'),
    goTo(labels.stores, 'stores'),
    ...others.map((locale) => messageAction(languageWords[locale])),
  ]);
  if (gift === null) return [kit.megaText(hello, ways), last];
  const card = kit.bubble('kilo', {
    body: kit.body([
      kit.text(gift, { size: 'xl', bold: true, maxLines: 2 }),
      kit.text(words.giftCondition(), { size: 'sm', tone: 'muted' }),
    ]),
    footer: kit.footer(kit.buttons(ways)),
  });
  return [textMessage(hello), flexMessage(words.giftAlt(gift), card), last];
}

/** W2. */
export function welcomeBackMessage(turn: Turn, level: MarketingLevel): Message {
  const words = wordsOf[turn.locale];
  const hello = words.welcomeBack(cleanDisplayName(turn.displayName));
  const joint = turn.locale === 'en' ? ' ' : '';
  const sentence = level === 'stopped' ? `${hello}${joint}${words.stillStopped()}` : hello;
  return turn.house.flex.megaText(sentence, [
    goTo(words.labels.card, 'card'),
    goTo(words.labels.mine, 'mine'),
  ]);
}

/** W3; @param gift null when it was had before, or there is none */
export function welcomeBackGuestMessage(turn: Turn, gift: string | null): Message {
  const words = wordsOf[turn.locale];
  const sentence = gift === null ? words.welcomeBackGuest() : words.welcomeBackWithGift(gift);
  return turn.house.flex.megaText(sentence, [goTo(words.labels.bind, 'bind')]);
}

function shownLevel(turn: Turn, level: MarketingLevel, reach: ReachPolicy): string {
  const { levels } = wordsOf[turn.locale];
  switch (level) {
    case 'all':
      return levels.all(reach.caps.perDay, reach.caps.perSevenDays);
    case 'less':
      return levels.less(reach.lessDays);
    case 'stopped':
      return levels.stopped();
  }
}

/** The buttons that still change something at a level. */
function changes(turn: Turn, level: MarketingLevel): LabelledAction[] {
  const { labels } = wordsOf[turn.locale];
  const [less, stop, resume] = [labels.less, labels.stop, labels.resume].map((label) => messageAction(label));
  const all = { all: [less, stop], less: [stop, resume], stopped: [resume] }[level];
  return all.filter((action) => action !== undefined);
}

/** S0. */
export function settingsMessage(
  turn: Turn,
  level: MarketingLevel,
  reach: ReachPolicy,
  isBound: boolean,
): Message {
  const words = wordsOf[turn.locale];
  const { labels } = words;
  const actions = [
    messageAction(labels.less),
    messageAction(labels.stop),
    messageAction(labels.resume),
    ...(isBound
      ? [
          postbackAction(labels.birthday, encodePostback('birthday')),
          postbackAction(labels.unbind, encodePostback('unbind')),
        ]
      : []),
  ];
  return turn.house.flex.megaText(words.settings(shownLevel(turn, level, reach)), actions, { primary: null });
}

/** S1, S2, S3: what was set, and what can be set from here. */
export function levelMessage(
  turn: Turn,
  level: MarketingLevel,
  reach: ReachPolicy,
  change: { changed: boolean },
): Message {
  const words = wordsOf[turn.locale];
  const shown = shownLevel(turn, level, reach);
  const said = {
    all: () => words.resumed(shown),
    less: () => words.less(reach.lessDays),
    stopped: () => words.stopped(turn.house.brand.address),
  };
  const sentence = change.changed ? said[level]() : words.unchanged(shown);
  const actions = level === 'all' ? changes(turn, level).slice(0, 1) : changes(turn, level);
  return turn.house.flex.megaText(sentence, actions, { primary: null });
}
