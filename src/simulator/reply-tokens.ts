export type ReplyToken = {
  token: string;
  /** The user, group or room that the reply goes to. */
  to: string;
  /** Moment of the event, wire milliseconds. */
  eventAt: number;
  /** Last time that a webhook with this token was posted. */
  deliveredAt: number;
  used: boolean;
};

export type ReplyTokens = {
  issue(token: string, to: string, eventAt: number): void;
  /** The webhook is posted (again): the minute starts (again). */
  delivered(token: string, now: number): void;
  /** The chat that the token answers; null when it is unknown, used or too old. */
  look(token: string, now: number): string | null;
  use(token: string): void;
  dump(now: number): ReplyToken[];
  load(tokens: ReplyToken[]): void;
};

const minuteMs = 60_000;
const eventLimitMs = 20 * minuteMs;

/**
 * LINE's rule: one use, within a minute of receiving the webhook; a redelivered event gives another
 * minute, but never beyond 20 minutes after the event.
 */
export function createReplyTokens(): ReplyTokens {
  const tokens = new Map<string, ReplyToken>();

  function isAlive(token: ReplyToken, now: number): boolean {
    return !token.used && now - token.deliveredAt <= minuteMs && now - token.eventAt <= eventLimitMs;
  }

  return {
    issue(token, to, eventAt) {
      tokens.set(token, { token, to, eventAt, deliveredAt: eventAt, used: false });
      // Tokens are made in the order of time: what stands first is oldest.
      for (const [old, { eventAt: at }] of tokens) {
        if (eventAt - at <= eventLimitMs) break;
        tokens.delete(old);
      }
    },
    delivered(token, now) {
      const known = tokens.get(token);
      if (known !== undefined) known.deliveredAt = now;
    },
    look(token, now) {
      const known = tokens.get(token);
      return known !== undefined && isAlive(known, now) ? known.to : null;
    },
    use(token) {
      const known = tokens.get(token);
      if (known !== undefined) known.used = true;
    },
    dump: (now) => [...tokens.values()].filter((token) => now - token.eventAt <= eventLimitMs),
    load(saved) {
      tokens.clear();
      for (const token of saved) tokens.set(token.token, token);
    },
  };
}
