import { cutGraphemes, type Locale } from '#foundation/i18n.ts';

/** The longest that a value may be in a sentence, in graphemes. */
const longest: Record<string, number> = { name: 10, category: 8, store: 10 };

export type Filled = { ok: true; text: string } | { ok: false; variable: string };

/**
 * Fills a marketer's sentence. Without a name, the name goes with its comma (`lead`, such as "{name}, "); any other
 * variable that is empty or unknown refuses the sentence.
 * @param lead how the language of the sentence addresses someone at its beginning
 */
export function fillSentence(
  sentence: string,
  values: Readonly<Record<string, string | null>>,
  language: { locale: Locale; lead: string },
): Filled {
  if (!sentence.includes('{')) return { ok: true, text: sentence };
  const name = values.name?.trim() || null;
  let missing: string | null = null;
  const addressed = name === null ? capitalise(sentence.replace(language.lead, '')) : sentence;
  const marked = addressed.replace(/\{([A-Za-z]+)\}/g, (_, variable: string) => {
    const value = values[variable]?.trim();
    if (!value) missing ??= variable;
    return `\uE000${cutGraphemes(value ?? '', longest[variable] ?? 60)}\uE001`;
  });
  if (missing !== null) return { ok: false, variable: missing };
  return { ok: true, text: language.locale === 'zh-TW' ? spaceValues(marked) : unmark(marked) };
}

/** One space between Han and Latin or digits, none between Han and Han, whatever the sentence had around a value. */
function spaceValues(marked: string): string {
  const spaced = marked
    .replace(/(\p{Script=Han}) ?\uE000(?=\p{Script=Han})/gu, '$1\uE000')
    .replace(/(\p{Script=Han})\uE000(?=[A-Za-z0-9])/gu, '$1 \uE000')
    .replace(/(?<=\p{Script=Han})\uE001 ?(?=\p{Script=Han})/gu, '\uE001')
    .replace(/(?<=[A-Za-z0-9%])\uE001(?=\p{Script=Han})/gu, '\uE001 ');
  return unmark(spaced);
}

/** Puts an emoji after the first sentence. */
export function addEmoji(text: string, emoji: string): string {
  const end = /[。！？]|[!?.](?=\s|$)/u.exec(text);
  if (!end) return text;
  const at = end.index + 1;
  const gap = /[!?.]/.test(end[0]) ? ' ' : '';
  const rest = text.slice(at).trimStart();
  return `${text.slice(0, at)}${gap}${emoji}${rest && ` ${rest}`}`;
}

const unmark = (text: string) => text.replaceAll('\uE000', '').replaceAll('\uE001', '');

const capitalise = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
