import type { messagingApi } from '@line/bot-sdk';
import type { BrandPolicy } from '../foundation/brand.ts';
import type { Locale } from '../foundation/i18n.ts';
import type { Secrets } from '../foundation/secrets.ts';
import type { FlexKit } from './flex.ts';

export type Message = messagingApi.Message;

/** What the person did in a 1:1 chat, already read. */
export type TurnInput =
  | { kind: 'follow'; isUnblocked: boolean }
  | { kind: 'unfollow' }
  /** `keyword` is the command that the whole message stands for, if it is one. */
  | { kind: 'text'; text: string; keyword: string | null }
  | { kind: 'postback'; name: string; args: Record<string, string>; params: Record<string, string> }
  /** A postback that is not ours, or of a version we no longer know. */
  | { kind: 'stale_postback' }
  | { kind: 'account_link'; nonce: string }
  | { kind: 'other' };

/** The question that stands open in this chat, with what was answered so far. */
export type Asked = { dialog: string; step: string; data: Record<string, string>; isExpired: boolean };

/** A question to leave open; `null` closes whatever is open. */
export type Ask = { dialog: string; step: string; data: Record<string, string> } | null;

/** Everything a handler may know of one event of one person; handlers return, they never send. */
export type Turn = {
  eventKey: string;
  lineUserId: string;
  locale: Locale;
  displayName: string | null;
  input: TurnInput;
  asked: Asked | null;
  /** LINE's timestamp of the event: its age and order, codes, tokens and dialogs are judged by it (wire clock). */
  eventAt: Date;
  /** Wire time of the webhook's receipt. */
  receivedAt: Date;
  /** Business time at which this event is handled: rules and `occurred_at`. */
  now: Date;
  house: House;
  /** What `prepare` fetched before the transaction, where a handler asked for it. */
  prepared: { linkToken: string | null };
};

/** What does not change from turn to turn. */
export type House = {
  brand: BrandPolicy;
  brandName: string;
  /** '@…' as LINE knows the account. */
  basicId: string;
  publicUrl: string;
  secrets: Secrets;
  flex: FlexKit;
};

/**
 * `ask` left out keeps the open question as it is. `late` says what happens when the reply token has run out before
 * any attempt: `drop` (default), or `push` where the person must know what was done. `isUnclear`: what was typed is no
 * answer to the open question, so that nothing is said or changed while a person answers by hand.
 */
export type Answer = { messages: Message[]; ask?: Ask; late?: 'push' | 'drop'; isUnclear?: boolean };

export const silence: Answer = { messages: [] };

/** `https://line.me/R/oaMessage/…`: opens the chat with a text ready to send (phones only). */
export function chatLink(house: Pick<House, 'basicId'>, text: string): string {
  return `https://line.me/R/oaMessage/${encodeURIComponent(house.basicId)}/?${encodeURIComponent(text)}`;
}
