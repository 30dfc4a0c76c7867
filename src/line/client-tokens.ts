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

/** LINE gave no access token: it does not know the channel or its secret, or (`isRefusal` false) it is out of order. */
export class NoLineToken extends Fault {
  readonly isRefusal: boolean;

  constructor(status: number) {
    super('no_line_token', `LINE gave no access token (${status})`);
    this.isRefusal = [400, 401, 403].includes(status);
  }
}

const issued = z.object({ access_token: z.string().min(1) });

/** LINE's stateless tokens live 15 minutes; there is no limit on how many are issued. */
const lifeMs = 12 * 60_000;
/** Between one request that failed and the next, doubled up to the longest: shorter than a shopper waits. */
const firstPauseMs = 250;
const longestPauseMs = 5_000;

/**
 * Stateless tokens (POST /oauth2/v3/token): cached for 12 minutes, asked for once at a time, and after a failure not
 * again at once. While LINE gives none, `read` and `renew` throw NoLineToken, or what went wrong on the way.
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

  let failed: { error: unknown; until: number; pauseMs: number } | null = null;

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
    if (!answer.ok) throw new NoLineToken(answer.status);
    const token = issued.parse(await answer.json()).access_token;
    held = { token, until: options.wire.now().getTime() + lifeMs };
    return token;
  }

  function askOnce(): Promise<string> {
    if (failed && performance.now() < failed.until) return Promise.reject(failed.error);
    asking ??= issue()
      .then((token) => {
        failed = null;
        return token;
      })
      .catch((error) => {
        const pauseMs = Math.min(longestPauseMs, failed ? 2 * failed.pauseMs : firstPauseMs);
        failed = { error, until: performance.now() + pauseMs, pauseMs };
        throw error;
      })
      .finally(() => {
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
