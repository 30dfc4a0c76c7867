import type { messagingApi } from '@line/bot-sdk';
import { cutGraphemes } from '#foundation/i18n.ts';
import { checkGraphemes, type LabelledAction, LineLimitError, quickReplies } from './flex-actions.ts';
import type { Palette } from './palette-rules.ts';

type Box = messagingApi.FlexBox;
type Bubble = messagingApi.FlexBubble;
type Component = messagingApi.FlexComponent;

/** Colours that a text may take; the sheets it may stand on are the caller's care. */
export type Tone = 'text' | 'muted' | 'brandInk' | 'alert' | 'onBrand' | 'white';
export type TextSize = 'xs' | 'sm' | 'md' | 'lg' | 'xl' | 'xxl' | '3xl';

export type TextStyle = {
  size?: TextSize;
  tone?: Tone;
  bold?: boolean;
  /** false for a number, a code, a name: one line, cut by LINE where it does not fit */
  wrap?: boolean;
  maxLines?: number;
  /** Shrink rather than cut, for a figure in one line. */
  shrink?: boolean;
  align?: 'start' | 'center' | 'end';
  flex?: number;
  /** px above (or before, in a row) */
  margin?: number;
};

export type BoxStyle = {
  /** px between the parts */
  spacing?: number;
  margin?: number;
  padding?: number;
  background?: string;
  corner?: number;
  flex?: number;
  /** px; a text has no width of its own, its box has */
  width?: number;
};

/** LINE refuses larger ones; both count the JSON in UTF-8. */
const maxBubbleBytes = 30_000;
const maxCarouselBytes = 50_000;
const maxBubbles = 12;
const altTextGraphemes = 60;

/**
 * Parts of cards in a brand's colours. Nothing relies on LINE's own defaults: every text has a colour and
 * grows with the reader's font size, every block a background, so that a card reads the same in the dark.
 */
export function createFlexKit(palette: Palette) {
  function text(words: string, style: TextStyle = {}): messagingApi.FlexText {
    if (words.trim() === '') throw new LineLimitError('LINE refuses a text without words');
    const { size = 'md', tone = 'text', bold, wrap = true, maxLines, shrink, align, flex, margin } = style;
    return {
      type: 'text',
      text: words,
      size,
      color: palette[tone],
      scaling: true,
      wrap: wrap && !shrink,
      ...(bold && { weight: 'bold' as const }),
      ...(maxLines !== undefined && { maxLines }),
      ...(shrink && { adjustMode: 'shrink-to-fit' as const, maxLines: 1 }),
      ...(align && { align }),
      ...(flex !== undefined && { flex }),
      ...(margin !== undefined && { margin: `${margin}px` }),
    };
  }

  function box(layout: Box['layout'], contents: Component[], style: BoxStyle = {}): Box {
    const { spacing, margin, padding, background, corner, flex, width } = style;
    return {
      type: 'box',
      layout,
      contents,
      ...(spacing !== undefined && { spacing: `${spacing}px` }),
      ...(margin !== undefined && { margin: `${margin}px` }),
      ...(padding !== undefined && { paddingAll: `${padding}px` }),
      ...(background && { backgroundColor: background }),
      ...(corner !== undefined && { cornerRadius: `${corner}px` }),
      ...(flex !== undefined && { flex }),
      ...(width !== undefined && { width: `${width}px` }),
    };
  }

  const column = (contents: Component[], style: BoxStyle = {}) =>
    box('vertical', contents, { spacing: 8, ...style });
  const row = (contents: Component[], style: BoxStyle = {}) =>
    box('horizontal', contents, { spacing: 8, ...style });
  /** Texts of different sizes on one line; LINE takes nothing but texts and icons here. */
  const baseline = (contents: messagingApi.FlexText[], style: BoxStyle = {}) =>
    box('baseline', contents, { spacing: 8, ...style });

  /** A muted caption at the start, its value at the end. */
  const labelledRow = (label: string, value: string, style: TextStyle = {}) =>
    baseline([
      text(label, { size: 'sm', tone: 'muted', flex: 1 }),
      text(value, { size: 'sm', wrap: false, flex: 0, align: 'end', ...style }),
    ]);

  const separator = (margin = 16): messagingApi.FlexSeparator => ({
    type: 'separator',
    margin: `${margin}px`,
    color: palette.line,
  });

  /** A track filled to `share` (0 to 1); a little always shows. */
  function progressBar(share: number, margin = 8): Box {
    const percent = Math.round(Math.min(1, Math.max(0.02, Number.isFinite(share) ? share : 0)) * 100);
    const fill: Box = {
      ...box('vertical', [], { background: palette.brandInk, corner: 4 }),
      width: `${percent}%`,
      height: '8px',
    };
    return { ...box('vertical', [fill], { background: palette.track, corner: 4, margin }), height: '8px' };
  }

  /** The likeliest thing to do, in the brand's ink; at most one a bubble, never one that takes away. */
  const primaryButton = (action: LabelledAction): messagingApi.FlexButton => ({
    type: 'button',
    style: 'primary',
    color: palette.brandInk,
    height: 'md',
    adjustMode: 'shrink-to-fit',
    scaling: true,
    action,
  });
  const linkButton = (action: LabelledAction): messagingApi.FlexButton => ({
    ...primaryButton(action),
    style: 'link',
    height: 'sm',
  });

  /**
   * Buttons one a row.
   * @param primary which one is coloured; null for none, as where two answers must weigh the same
   */
  const buttons = (
    actions: readonly LabelledAction[],
    primary: number | null = 0,
  ): messagingApi.FlexButton[] =>
    actions.map((action, at) => (at === primary ? primaryButton(action) : linkButton(action)));

  const header = (contents: Component[], background = palette.brand, padding = 20) =>
    column(contents, { background, padding });
  const body = (contents: Component[], background = palette.white) =>
    column(contents, { background, padding: 20 });
  const footer = (contents: Component[], background = palette.white): Box => ({
    ...column(contents, { background }),
    paddingTop: '12px',
    paddingBottom: '16px',
    paddingStart: '20px',
    paddingEnd: '20px',
  });

  /** A picture over a card, 20:13. It has no alternative text in LINE: the card must read well without it. */
  const hero = (httpsUrl: string): messagingApi.FlexImage => ({
    type: 'image',
    url: httpsUrl,
    size: 'full',
    aspectRatio: '20:13',
    aspectMode: 'cover',
    backgroundColor: palette.brandTint,
  });

  /** A box in the brand's tint: a gift, a code, an offer. */
  const tintBox = (contents: Component[], margin = 16) =>
    column(contents, { background: palette.brandTint, padding: 16, corner: 12, margin });

  /** LINE gives cards 260 px (kilo, one fact and carousels) or 300 px (mega). */
  const bubble = (
    size: 'kilo' | 'mega',
    blocks: Pick<Bubble, 'header' | 'hero' | 'body' | 'footer'>,
  ): Bubble => ({
    type: 'bubble',
    size,
    ...blocks,
  });

  /**
   * A sentence with buttons that stay in the chat.
   * @param options.altText for notifications, instead of the sentence: where it holds figures of the person
   */
  function megaText(
    words: string,
    actions: readonly LabelledAction[],
    options: { altText?: string; primary?: number | null; quickReplies?: readonly LabelledAction[] } = {},
  ): messagingApi.FlexMessage {
    const card = bubble('mega', {
      body: body([text(words)]),
      ...(actions.length > 0 && { footer: footer(buttons(actions, options.primary)) }),
    });
    return flexMessage(options.altText ?? words, card, options.quickReplies);
  }

  return {
    palette,
    text,
    column,
    row,
    baseline,
    labelledRow,
    separator,
    progressBar,
    primaryButton,
    linkButton,
    buttons,
    header,
    body,
    footer,
    hero,
    tintBox,
    bubble,
    megaText,
  };
}

export type FlexKit = ReturnType<typeof createFlexKit>;

/**
 * One card, or several side by side (all of one size). The altText shows on lock screens: it is cut at a full
 * stop within 60 signs, and emoji are left out.
 * @throws LineLimitError when LINE would refuse the card
 */
export function flexMessage(
  altText: string,
  card: Bubble | readonly Bubble[],
  replies?: readonly LabelledAction[],
): messagingApi.FlexMessage {
  const cards: readonly Bubble[] = Array.isArray(card) ? card : [card];
  const [first] = cards;
  if (first === undefined || cards.length > maxBubbles) {
    throw new LineLimitError(`a carousel takes 1 to ${maxBubbles} cards, not ${cards.length}`);
  }
  if (cards.some((each) => each.size !== first.size)) {
    throw new LineLimitError('the cards of a carousel must all have the same size');
  }
  for (const each of cards) written.set(each, writeWithin('card', each, maxBubbleBytes));
  const contents: messagingApi.FlexContainer = Array.isArray(card)
    ? { type: 'carousel', contents: [...cards] }
    : first;
  if (contents !== first) written.set(contents, writeWithin('carousel', contents, maxCarouselBytes));
  return {
    type: 'flex',
    altText: checkGraphemes('altText', cutAltText(altText), altTextGraphemes),
    contents,
    ...(replies && replies.length > 0 && { quickReply: quickReplies(replies) }),
  };
}

/** A plain bubble; with quick replies they must be on the last message of a turn, LINE shows no others. */
export function textMessage(words: string, replies?: readonly LabelledAction[]): messagingApi.TextMessage {
  if (words.trim() === '' || words.length > 5000) {
    throw new LineLimitError(`a text must have 1 to 5000 characters, not ${words.length}`);
  }
  return {
    type: 'text',
    text: words,
    ...(replies && replies.length > 0 && { quickReply: quickReplies(replies) }),
  };
}

function cutAltText(altText: string): string {
  const plain = altText
    .replace(/\p{Extended_Pictographic}(?:\uFE0F|\u200D\p{Extended_Pictographic}|\p{Emoji_Modifier})*/gu, '')
    .replace(/\s+/g, ' ')
    .trim();
  const cut = cutGraphemes(plain, altTextGraphemes);
  if (cut === plain) return plain;
  const sentences = /^.*(?:[。！？]|[.!?](?= ))/su.exec(cut.slice(0, -1));
  // Without one, at the end of a Latin word rather than within it.
  return sentences?.[0] ?? cut.replace(/[,;:]?\s[\w'’-]{1,15}…$/, '…');
}

function writeWithin(what: string, contents: messagingApi.FlexContainer, limit: number): string {
  const json = JSON.stringify(contents);
  const bytes = Buffer.byteLength(json);
  if (bytes > limit) throw new LineLimitError(`the ${what} has ${bytes} bytes, LINE takes ${limit}`);
  return json;
}

/** Cards as they were measured: a campaign need not write each a second time. */
const written = new WeakMap<messagingApi.FlexContainer, string>();

/** Messages as JSON for LINE. A card must not be changed once `flexMessage` has taken it. */
export const writeMessages = (messages: readonly messagingApi.Message[]): string =>
  `[${messages.map(writeMessage).join()}]`;

function writeMessage(message: messagingApi.Message): string {
  if (message.type !== 'flex') return JSON.stringify(message);
  const { contents, ...around } = message as messagingApi.FlexMessage;
  const json = written.get(contents) ?? JSON.stringify(contents);
  return `${JSON.stringify(around).slice(0, -1)},"contents":${json}}`;
}
