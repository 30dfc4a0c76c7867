const linkSchemes = new Set(['http:', 'https:', 'line:', 'tel:']);

function parseUrl(value: unknown): URL | null {
  return typeof value === 'string' && URL.canParse(value) ? new URL(value) : null;
}

/**
 * The address if a tap may follow it (http, https, line, tel), else null. What the parser made of it is given
 * back, not what was written: control characters inside a scheme cannot hide another one.
 */
export function safeLink(value: unknown): string | null {
  const url = parseUrl(value);
  return url && linkSchemes.has(url.protocol) ? url.href : null;
}

/** The address if a picture may be loaded from it (http, https), else null. */
export function safePicture(value: unknown): string | null {
  const url = parseUrl(value);
  return url && (url.protocol === 'https:' || url.protocol === 'http:') ? url.href : null;
}

export type TextPart = { text: string; href: string | null };

/** A text cut into plain parts and http(s) links, as LINE's own chat shows them. */
export function splitLinks(text: string): TextPart[] {
  const parts: TextPart[] = [];
  let end = 0;
  for (const match of text.matchAll(/https?:\/\/[^\s<>"'`\u3000-\u303f\uff00-\uffef]+/giu)) {
    const written = match[0].replace(/[.,;:!?)\]}]+$/u, '');
    const href = safePicture(written);
    if (!href) continue;
    if (match.index > end) parts.push({ text: text.slice(end, match.index), href: null });
    parts.push({ text: written, href });
    end = match.index + written.length;
  }
  if (end < text.length) parts.push({ text: text.slice(end), href: null });
  return parts;
}
