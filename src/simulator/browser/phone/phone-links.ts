/** The demo's PUBLIC_URL: an address that only the simulator's phone knows, mapped to this very server. */
const publicHost = 'shuke.example';

export type LinkMeaning =
  | { kind: 'page'; url: string }
  | { kind: 'draft'; text: string }
  | { kind: 'forward'; text: string }
  | { kind: 'this-chat' }
  | { kind: 'call'; number: string }
  | { kind: 'elsewhere'; url: string };

/** Where this browser finds an address of a message. */
export function resolveUrl(url: string): string {
  if (!URL.canParse(url)) return url;
  const { protocol, host, pathname, search, hash } = new URL(url);
  const isOurs = (protocol === 'https:' || protocol === 'http:') && host === publicHost;
  return isOurs ? `${location.origin}${pathname}${search}${hash}` : url;
}

/** What a phone with LINE on it does with a safe address. */
export function readLink(address: string): LinkMeaning {
  const url = new URL(address.replace(/^line:\/\//i, 'https://line.me/R/'));
  if (url.protocol === 'tel:') return { kind: 'call', number: decodeText(url.pathname) };
  if (url.host === 'line.me' && url.pathname.startsWith('/R/')) return readLineLink(url);
  const resolved = resolveUrl(url.href);
  return new URL(resolved).origin === location.origin
    ? { kind: 'page', url: resolved }
    : { kind: 'elsewhere', url: resolved };
}

/** LINE's URL scheme: the text of oaMessage and msg/text is the whole query, not a parameter. */
function readLineLink(url: URL): LinkMeaning {
  const words = decodeText(url.search.replace(/^\?/, ''));
  if (url.pathname.startsWith('/R/oaMessage/')) return { kind: 'draft', text: words };
  if (url.pathname.startsWith('/R/share')) {
    return { kind: 'forward', text: url.searchParams.get('text') ?? '' };
  }
  if (url.pathname.startsWith('/R/msg/text')) return { kind: 'forward', text: words };
  if (url.pathname.startsWith('/R/ti/p/')) return { kind: 'this-chat' };
  return { kind: 'elsewhere', url: url.href };
}

function decodeText(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
