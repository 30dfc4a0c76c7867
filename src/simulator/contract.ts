import type { messagingApi } from '@line/bot-sdk';

/**
 * What the simulator's page and its server say to each other, under `/simulator/api`.
 * Times are ISO 8601 with offset; `now` is the demo's business clock.
 */

export type SimulatedShopper = {
  userId: string;
  displayName: string;
  /** BCP 47, as LINE's profile would give it. */
  language: string;
  /** A friend of the account now; false after a block, or before the first follow. */
  following: boolean;
  /** LINE's own sense of it: a later follow is an unblock. */
  hasFollowedBefore: boolean;
};

/** GET state */
export type SimulatorState = {
  brandName: string;
  basicId: string;
  now: string;
  shoppers: SimulatedShopper[];
  faults: Faults;
  /** null = no monthly limit */
  quota: { limit: number | null; used: number };
};

/** PUT faults: every switch stays until it is switched off. */
export type Faults = {
  /** Answer 429 "rate limit exceeded" to sends. */
  rateLimited: boolean;
  /** Answer 500 to sends, nothing accepted. */
  serverError: boolean;
  /** Accept the send, then never answer. */
  timeoutAfterAccept: boolean;
  /** Post each webhook twice. */
  duplicateWebhook: boolean;
  /** Answer 429 "monthly limit" to pushes and multicasts. */
  outOfQuota: boolean;
};

/** One line of a chat, oldest first. `account` lines carry the LINE message object as accepted. */
export type ChatLine = { id: string; at: string } & (
  | { from: 'account'; via: 'reply' | 'push' | 'multicast'; message: messagingApi.Message }
  | { from: 'shopper'; text: string; unsent: boolean }
  | { from: 'system'; text: string }
);

export type ShownRichMenu = {
  richMenuId: string;
  chatBarText: string;
  selected: boolean;
  size: { width: number; height: number };
  areas: messagingApi.RichMenuArea[];
  imageUrl: string;
};

/** GET chats/:userId */
export type ChatView = { shopper: SimulatedShopper; lines: ChatLine[]; richMenu: ShownRichMenu | null };

/** POST shoppers/:userId/events: what a person does with the phone. */
export type ShopperAct =
  | { act: 'follow' }
  | { act: 'block' }
  | { act: 'text'; text: string }
  | { act: 'postback'; data: string; displayText?: string; params?: Record<string, string> }
  | { act: 'switch-menu'; aliasId: string; data: string }
  | { act: 'sticker' }
  | { act: 'unsend'; lineId: string };

/** GET sms: newest first. */
export type SimulatedSms = { id: string; at: string; to: string; text: string };

/** GET log?after=ID, and `log` events of the stream: one webhook or API call. */
export type LogEntry = {
  id: number;
  at: string;
  kind: 'webhook' | 'line-api' | 'sms';
  method: string;
  path: string;
  status: number | null;
  durationMs: number;
  request: unknown;
  response: unknown;
};

/** A move of the clock leads no further: what was mistyped would leave the demo in a year that nobody can use. */
export const furthestDays = 731;

/** POST clock */
export type ClockMove =
  | { move: 'next-morning' }
  | { move: 'days'; days: number }
  | { move: 'date'; date: string };

/** GET till: what the little till needs to call `/api/v1` as a brand's own till would. */
export type TillSetup = { apiKey: string; stores: { code: string; name: string }[]; categories: string[] };

/** GET stream (server-sent events): what to fetch anew, or a log line as it happens. */
export type StreamEvent =
  | { kind: 'state' }
  | { kind: 'chat'; userId: string }
  | { kind: 'sms'; sms: SimulatedSms }
  | { kind: 'log'; entry: LogEntry };
