import { type RuleGroup, type RuleText, rulesWordsOf } from '#features/rules/page/rule-text-rules.ts';
import { formatDateOnCard, htmlLang, type Locale, locales } from '#foundation/i18n.ts';
import { chatLink, type House } from '#line/turn.ts';

/** A language is named in itself, whoever reads. */
const languageNames: Record<Locale, string> = {
  'zh-TW': languageNameOf('zh-TW'),
  en: languageNameOf('en'),
  ja: languageNameOf('ja'),
};

function languageNameOf(locale: Locale): string {
  return new Intl.DisplayNames(locale, { type: 'language' }).of(locale.slice(0, 2)) ?? locale;
}

/** The rules of the brand on one page, whole without a script, on a phone, at a desk and on paper. */
export function drawRulesPage(
  house: House,
  input: { locale: Locale; today: string; texts: readonly RuleText[] },
): string {
  const { locale, texts } = input;
  const words = rulesWordsOf[locale];
  return `<!doctype html>
<html lang="${htmlLang(locale)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light">
<title>${escapeHtml(words.title())} · ${escapeHtml(house.brandName)}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/rules/rules.css">
</head>
<body>
<header>
<p>${escapeHtml(house.brandName)}</p>
<h1>${escapeHtml(words.title())}</h1>
<nav aria-label="${escapeHtml(words.labels.language)}">${locales.map((each) => drawLanguage(each, locale)).join('')}</nav>
</header>
<main>
<p class="lead">${escapeHtml(words.lead(house.brandName))}</p>
${texts.map(drawSection).join('\n')}
<p class="ask"><a class="button" href="${escapeHtml(chatLink(house, words.keyword()))}">${escapeHtml(words.labels.chat)}</a></p>
<p class="day">${escapeHtml(words.asOf(formatDateOnCard(locale, input.today)))}</p>
</main>
</body>
</html>
`;
}

function drawLanguage(locale: Locale, shown: Locale): string {
  const current = locale === shown ? ' aria-current="page"' : '';
  return `<a href="/rules?lang=${locale}" lang="${htmlLang(locale)}" hreflang="${htmlLang(locale)}"${current}>${escapeHtml(languageNames[locale])}</a>`;
}

function drawSection({ section, title, since, groups, changes }: RuleText): string {
  return `<section id="${section}">
<h2>${escapeHtml(title)}</h2>
${since === null ? '' : `<p class="since">${escapeHtml(since)}</p>`}
${groups.map((group) => drawGroup(group, 'group')).join('\n')}
${changes.map((group) => drawGroup(group, 'change')).join('\n')}
</section>`;
}

function drawGroup({ heading, lines }: RuleGroup, kind: 'group' | 'change'): string {
  const head = heading === null ? '' : `<h3>${escapeHtml(heading)}</h3>`;
  const kinds = [kind, ...(heading === null ? [] : ['named'])].join(' ');
  return `<div class="${kinds}">${head}<ul>${lines.map((line) => `<li>${escapeHtml(line)}</li>`).join('')}</ul></div>`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
