import { sha256 } from './secrets.ts';

/** JSON with sorted keys and no undefined members: equal contents give equal texts. */
export function canonicalJson(content: unknown): string {
  return JSON.stringify(content, (_key, value: unknown) =>
    value !== null && typeof value === 'object' && !Array.isArray(value) && !(value instanceof Date)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
      : value,
  );
}

/** SHA-256 of a content without personal data; where it holds some, use a keyed hash (`secrets.lookup`). */
export const hashContent = (content: unknown): Buffer => sha256(canonicalJson(content));
