import type { Locale } from '#foundation/i18n.ts';
import { type FlexKit, flexMessage } from '#line/flex.ts';
import { postbackAction, uriAction } from '#line/flex-actions.ts';
import { encodePostback } from '#line/postback.ts';
import type { House, Message } from '#line/turn.ts';
import { type RuleText, rulesWordsOf } from './page/rule-text-rules.ts';

/** Where the whole page is. */
const rulesPageUrl = (publicUrl: string, locale: Locale): string => `${publicUrl}/rules?lang=${locale}`;

/** The rules on one card: what matters most of each section, what is about to change, and the way to the page. */
export function tellRules(house: House, input: { locale: Locale; texts: readonly RuleText[] }): Message {
  const { flex: kit, publicUrl } = house;
  const words = rulesWordsOf[input.locale];
  const card = kit.bubble('mega', {
    body: kit.body([
      kit.text(words.title(), { size: 'lg', bold: true }),
      ...input.texts.flatMap((text) => drawSection(kit, text)),
    ]),
    footer: kit.footer(
      kit.buttons([
        uriAction(words.labels.whole, rulesPageUrl(publicUrl, input.locale)),
        postbackAction(words.labels.card, encodePostback('go:card')),
      ]),
    ),
  });
  return flexMessage(words.cardAlt(), card);
}

function drawSection(kit: FlexKit, text: RuleText) {
  const changes = text.changes.map(({ heading }) => heading).filter((heading) => heading !== null);
  if (text.brief.length === 0 && changes.length === 0) return [];
  return [
    kit.separator(),
    kit.text(text.title, { bold: true, margin: 16 }),
    ...text.brief.map((line) => kit.text(line, { size: 'sm' })),
    ...changes.map((line) => kit.text(line, { size: 'sm', tone: 'alert' })),
  ];
}
