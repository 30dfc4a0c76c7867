import { type ApiScope, apiScopes } from '#foundation/http.ts';
import { type Refused, refuse } from '#foundation/outcome.ts';
import { randomToken } from '#foundation/secrets.ts';

/** 256 random bits behind a prefix by which secret scanners and people know it. */
export const newApiKey = (): string => `shk_${randomToken(32)}`;

/** The scopes that were named, once each. */
export function readScopes(
  names: readonly string[],
): { ok: true; scopes: ApiScope[] } | Refused<'no_scope'> | Refused<'unknown_scope', { name: string }> {
  if (names.length === 0) return refuse('no_scope');
  for (const name of names) if (!isScope(name)) return refuse('unknown_scope', { name });
  return { ok: true, scopes: [...new Set(names.filter(isScope))] };
}

/** The key in an `Authorization: Bearer …` header, or null for anything else. */
export function readBearer(header: string | undefined): string | null {
  return /^Bearer ([A-Za-z0-9_-]{20,200})$/i.exec(header ?? '')?.[1] ?? null;
}

const isScope = (name: string): name is ApiScope => (apiScopes as readonly string[]).includes(name);
