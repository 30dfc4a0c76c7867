import { htmlLang, type Locale } from '#foundation/i18n.ts';
import { drawQr } from '#foundation/qr-rules.ts';
import { chatLink, type House } from '#line/turn.ts';

import { en } from './words.en.ts';
import { ja } from './words.ja.ts';
import { type MemberCodeWords, zhTW } from './words.zh-TW.ts';

const wordsOf: Record<Locale, MemberCodeWords> = { 'zh-TW': zhTW, en, ja };

/** What one look at the page shows; `refreshInMs` until the next code. */
export type ShownCode = { code: string; refreshInMs: number };

/** The page at the till: QR code and digits, whole without a script. */
export function drawCodePage(
  house: House,
  input: ShownCode & { locale: Locale; memberNo: string; codeSeconds: number },
): string {
  const words = wordsOf[input.locale];
  const { size, path } = drawQr(input.code);
  return drawPage(
    house,
    input.locale,
    `<main>
<p class="on-phone">${escapeHtml(words.onPhone())}</p>
<section class="ticket" data-refresh-in="${input.refreshInMs}">
<svg id="qr" viewBox="0 0 ${size} ${size}" role="img" aria-label="${escapeHtml(words.qr())}" shape-rendering="crispEdges"><path d="${path}"/></svg>
<p class="show">${escapeHtml(words.show())}</p>
<output id="digits" class="digits" data-member-code="${escapeHtml(input.code)}">${escapeHtml(groupDigits(input.code))}</output>
</section>
<p class="note">${escapeHtml(words.renewed(input.codeSeconds))}</p>
<p class="note" id="offline" role="status" data-text="${escapeHtml(words.offline())}"></p>
<noscript><p class="note">${escapeHtml(words.needsScript())}</p></noscript>
<p class="holder">${escapeHtml(words.holder(input.memberNo.slice(-4)))}</p>
</main>
<script src="/m/member-code.js" defer></script>`,
  );
}

/** A page that ran out, or a link that was used: says so and leads back into the chat. */
export function drawExpiredPage(house: House, locale: Locale): string {
  const words = wordsOf[locale];
  return drawPage(
    house,
    locale,
    `<main>
<section class="ticket expired">
<p>${escapeHtml(words.expired())}</p>
<a class="button" href="${escapeHtml(chatLink(house, words.keyword()))}">${escapeHtml(words.back())}</a>
</section>
<p class="on-phone">${escapeHtml(words.onPhone())}</p>
</main>`,
  );
}

/** In fours, as it is read out. */
export const groupDigits = (code: string): string => code.replace(/(.{4})(?=.)/g, '$1 ');

function drawPage(house: House, locale: Locale, content: string): string {
  const words = wordsOf[locale];
  return `<!doctype html>
<html lang="${htmlLang(locale)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta name="color-scheme" content="light">
<title>${escapeHtml(words.title())} · ${escapeHtml(house.brandName)}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/m/member-code.css">
</head>
<body>
<header><p>${escapeHtml(house.brandName)}</p><h1>${escapeHtml(words.title())}</h1></header>
${content}
</body>
</html>
`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
