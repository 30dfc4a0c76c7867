export type LinkTokens = {
  issue(token: string, userId: string, now: number): void;
  /** The user that the token was made for; null when it is unknown, used or older than 10 minutes. */
  use(token: string, now: number): string | null;
};

const lifeMs = 10 * 60_000;

/** Tokens of the account-link dialog: one use, ten minutes. */
export function createLinkTokens(): LinkTokens {
  const tokens = new Map<string, { userId: string; at: number }>();
  return {
    issue(token, userId, now) {
      tokens.set(token, { userId, at: now });
      for (const [old, { at }] of tokens) {
        if (now - at <= lifeMs) break;
        tokens.delete(old);
      }
    },
    use(token, now) {
      const found = tokens.get(token);
      tokens.delete(token);
      return found !== undefined && now - found.at <= lifeMs ? found.userId : null;
    },
  };
}
