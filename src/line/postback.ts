/**
 * What our buttons carry: "v1:bind:month?m=2". The version stands first because a button lives in the chat for
 * years: a handler can tell an old one from garbage and answer it kindly.
 */
export type Postback = { version: number; name: string; args: Readonly<Record<string, string>> };

/** LINE's limit for `data`, in UTF-16 code units. */
const maxLength = 300;
const currentVersion = 1;

const namePattern = /^[a-z][a-z0-9-]*(?::[a-z0-9][a-z0-9-]*)*$/;
const keyPattern = /^[a-z][a-zA-Z0-9]{0,19}$/;
const dataPattern = /^v(\d{1,4}):([^?]+)(?:\?(.*))?$/s;

/**
 * The `data` of a postback, date picker or rich-menu switch.
 * @param name words joined by colons, such as `go:bind`, `why:points`, `menu:tab`
 * @throws RangeError when a name or key is misspelt or the whole is over 300 characters
 */
export function encodePostback(name: string, args: Record<string, string> = {}): string {
  if (!namePattern.test(name)) throw new RangeError(`not a postback name: ${JSON.stringify(name)}`);
  const pairs = Object.entries(args).map(([key, value]) => {
    if (!keyPattern.test(key))
      throw new RangeError(`not a postback argument of ${name}: ${JSON.stringify(key)}`);
    return `${key}=${encodeURIComponent(value.toWellFormed())}`;
  });
  const data = `v${currentVersion}:${name}${pairs.length > 0 ? `?${pairs.join('&')}` : ''}`;
  if (data.length > maxLength)
    throw new RangeError(`postback ${name} is longer than ${maxLength} characters`);
  return data;
}

/** What `encodePostback` of any version wrote, or null for everything else: the data comes from outside. */
export function parsePostback(data: unknown): Postback | null {
  if (typeof data !== 'string' || data.length > maxLength) return null;
  const [, version, name, query] = dataPattern.exec(data) ?? [];
  if (version === undefined || name === undefined || !namePattern.test(name)) return null;
  const args: Record<string, string> = Object.create(null);
  for (const pair of query ? query.split('&') : []) {
    const equals = pair.indexOf('=');
    const key = pair.slice(0, Math.max(0, equals));
    if (!keyPattern.test(key) || key in args) return null;
    const value = decode(pair.slice(equals + 1));
    if (value === null) return null;
    args[key] = value;
  }
  return { version: Number(version), name, args };
}

function decode(escaped: string): string | null {
  try {
    return decodeURIComponent(escaped);
  } catch {
    return null;
  }
}
