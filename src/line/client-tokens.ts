import { z } from 'zod';
import type { Clock } from '#foundation/clock.ts';
import { Fault } from '#foundation/errors.ts';

/** Where the channel access token comes from. Tokens are never logged. */
export type TokenSource = {
  read(): Promise<string>;
  /** A fresh token after LINE answered 401 to `refused`; null when there is no other. */
  renew(refused: string): Promise<string | null>;
};

export function fixedToken(token: string): TokenSource {
  return { read: async () => token, renew: async () => null };
}

const issued = z.object({ access_token: z.string().min(1) });

/** LINE's stateless tokens live 15 minutes; there is no limit on how many are issued. */
const lifeMs = 12 * 60_000;

/**
 * Stateless tokens (POST /oauth2/v3/token): cached for 12 minutes, asked for once at a time.
 * `read` throws Fault 'no_line_token' while LINE gives none.
 */
export function createStatelessTokens(options: {
  apiBaseUrl: string;
  channelId: string;
  channelSecret: string;
  wire: Clock;
  fetch?: typeof fetch;
}): TokenSource {
  let held: { token: string; until: number } | null = null;
  let asking: Promise<string> | null = null;

  async function issue(): Promise<string> {
    const call = options.fetch ?? fetch;
    const answer = await call(`${options.apiBaseUrl}/oauth2/v3/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: options.channelId,
        client_secret: options.channelSecret,
      }),
      signal: AbortSignal.timeout(10_000),
    });
    if (!answer.ok) throw new Fault('no_line_token', `LINE gave no access token (${answer.status})`);
    const token = issued.parse(await answer.json()).access_token;
    held = { token, until: options.wire.now().getTime() + lifeMs };
    return token;
  }

  function askOnce(): Promise<string> {
    asking ??= issue().finally(() => {
      asking = null;
    });
    return asking;
  }

  return {
    read: async () => (held && options.wire.now().getTime() < held.until ? held.token : askOnce()),
    async renew(refused) {
      if (held && held.token !== refused) return held.token;
      held = null;
      return askOnce();
    },
  };
}
