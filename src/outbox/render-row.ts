import pg from 'pg';
import type { Tx } from '#foundation/db.ts';
import { describeError, Fault, isDatabaseOutage } from '#foundation/errors.ts';
import type { Locale } from '#foundation/i18n.ts';
import type { Logger } from '#foundation/log.ts';
import type { House, Message } from '#line/turn.ts';
import type { MessageKinds } from './kinds.ts';
import { maxMessages } from './stop-hint-messages.ts';

export type Rendered =
  | { outcome: 'messages'; messages: Message[] }
  | { outcome: 'skip'; reason: string }
  | { outcome: 'fault'; reason: string };

/** The database refused what a row's kind asked of it: the transaction is lost, and this row is to blame. */
export class RowFault extends Fault {
  readonly rowId: number;

  constructor(rowId: number, cause: Error) {
    super('row_refused', describeError(cause), { cause });
    this.rowId = rowId;
  }
}

const transientCodes = new Set(['40001', '40P01', '55P03', '57014']);

/** Deadlocks, time-outs and the like: the same question may be answered next time. */
export function isTransientRefusal(error: unknown): boolean {
  return (
    isDatabaseOutage(error) || (error instanceof pg.DatabaseError && transientCodes.has(error.code ?? ''))
  );
}

/**
 * Asks the row's kind whether it is still due and what it says. A fault of the kind spoils its own row only; a
 * refusal of the database is thrown, because it has spoilt the whole transaction.
 * @throws RowFault
 */
export async function renderRow(
  tx: Tx,
  row: { id: number; kind: string; lineUserId: string | null; memberId: number | null; data: unknown },
  friend: { locale: Locale; displayName: string | null },
  context: { kinds: MessageKinds; house: House; now: Date; log: Logger },
): Promise<Rendered> {
  const kind = context.kinds.get(row.kind);
  if (!kind) return { outcome: 'fault', reason: 'no such kind of message' };
  try {
    const leased = {
      lineUserId: row.lineUserId as string,
      memberId: row.memberId,
      locale: friend.locale,
      displayName: friend.displayName,
      data: kind.schema.parse(row.data),
      now: context.now,
      house: context.house,
    };
    const reason = await kind.stillDue(tx, leased);
    if (reason !== null) return { outcome: 'skip', reason };
    const messages = await kind.render(tx, leased);
    if (messages.length === 0) return { outcome: 'skip', reason: 'nothing_to_say' };
    if (messages.length > maxMessages)
      return { outcome: 'fault', reason: `${messages.length} messages, LINE takes 5` };
    return { outcome: 'messages', messages };
  } catch (error) {
    if (error instanceof pg.DatabaseError) throw new RowFault(row.id, error);
    context.log.error({ err: error, outboxId: row.id, kind: row.kind }, 'a message could not be rendered');
    return { outcome: 'fault', reason: `not rendered: ${describeError(error)}` };
  }
}
