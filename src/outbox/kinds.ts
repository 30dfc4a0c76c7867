import type { z } from 'zod';
import type { Tx } from '#foundation/db.ts';
import type { Locale } from '#foundation/i18n.ts';
import type { House, Message } from '#line/turn.ts';

/** What a message kind may know of its row when it is leased. */
export type LeasedRow<Data> = {
  lineUserId: string;
  memberId: number | null;
  locale: Locale;
  displayName: string | null;
  data: Data;
  /** Business time. */
  now: Date;
  house: House;
};

/**
 * A kind of message, registered in app.ts. `stillDue` and `render` run in the transaction that leases the row;
 * `stillDue` gives a reason to skip, or null. Marketing kinds get the line on how to stop appended by the outbox
 * when it is the person's first marketing push.
 */
export type MessageKind<Data> = {
  key: string;
  purpose: 'service' | 'marketing';
  schema: z.ZodType<Data>;
  stillDue(tx: Tx, row: LeasedRow<Data>): Promise<string | null>;
  /**
   * For kinds that leave in their thousands: asked before `stillDue`, once for all rows that one transaction leases.
   * @returns the reasons to skip, by row
   */
  refuseTogether?(
    tx: Tx,
    rows: readonly { id: number; lineUserId: string; memberId: number | null }[],
  ): Promise<ReadonlyMap<number, string>>;
  render(tx: Tx, row: LeasedRow<Data>): Promise<Message[]>;
};

// biome-ignore lint/suspicious/noExplicitAny: kinds of different data stand in one registry
export type AnyMessageKind = MessageKind<any>;

export function declareMessageKind<Data>(kind: MessageKind<Data>): MessageKind<Data> {
  return kind;
}

export type MessageKinds = ReadonlyMap<string, AnyMessageKind>;

export function collectMessageKinds(kinds: readonly AnyMessageKind[]): MessageKinds {
  const byKey = new Map(kinds.map((kind) => [kind.key, kind]));
  if (byKey.size !== kinds.length) throw new Error('Two message kinds share a key');
  return byKey;
}
