import pg from 'pg';
import type { Tx } from '#foundation/db.ts';
import { describeError, Fault, isDatabaseOutage } from '#foundation/errors.ts';
import type { Locale } from '#foundation/i18n.ts';
import type { Logger } from '#foundation/log.ts';
import type { House, Message } from '#line/turn.ts';
import type { AnyMessageKind, LeasedRow, MessageKinds } from './kinds.ts';
import { maxMessages } from './stop-hint-messages.ts';

export type NotRendered = { outcome: 'skip'; reason: string } | { outcome: 'fault'; reason: string };
export type Rendered = { outcome: 'messages'; messages: Message[] } | NotRendered;

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

type AskedRow = {
  id: number;
  kind: string;
  lineUserId: string | null;
  memberId: number | null;
  data: unknown;
};
type Reader = { locale: Locale; displayName: string | null };
type Desk = { kinds: MessageKinds; house: House; now: Date; log: Logger };

/**
 * Asks the row's kind whether it is still due and what it says. A fault of the kind spoils its own row only; a
 * refusal of the database is thrown, because it has spoilt the whole transaction.
 * @throws RowFault
 */
export function renderRow(tx: Tx, row: AskedRow, friend: Reader, desk: Desk): Promise<Rendered> {
  return ask<Rendered>(row, friend, desk, async (kind, leased) => {
    const reason = await kind.stillDue(tx, leased);
    if (reason !== null) return { outcome: 'skip', reason };
    const messages = await kind.render(tx, leased);
    if (messages.length === 0) return { outcome: 'skip', reason: 'nothing_to_say' };
    if (messages.length > maxMessages)
      return { outcome: 'fault', reason: `${messages.length} messages, LINE takes 5` };
    return { outcome: 'messages', messages };
  });
}

/** The same for a row that has its bytes already. @returns null while it is still due. @throws RowFault */
export function askStillDue(tx: Tx, row: AskedRow, friend: Reader, desk: Desk): Promise<NotRendered | null> {
  return ask<NotRendered | null>(row, friend, desk, async (kind, leased) => {
    const reason = await kind.stillDue(tx, leased);
    return reason === null ? null : { outcome: 'skip', reason };
  });
}

async function ask<Answer>(
  row: AskedRow,
  friend: Reader,
  { kinds, house, now, log }: Desk,
  question: (kind: AnyMessageKind, leased: LeasedRow<unknown>) => Promise<Answer>,
): Promise<Answer | NotRendered> {
  const kind = kinds.get(row.kind);
  if (!kind) return { outcome: 'fault', reason: 'no such kind of message' };
  try {
    return await question(kind, {
      lineUserId: row.lineUserId as string,
      memberId: row.memberId,
      locale: friend.locale,
      displayName: friend.displayName,
      data: kind.schema.parse(row.data),
      now,
      house,
    });
  } catch (error) {
    if (error instanceof pg.DatabaseError) throw new RowFault(row.id, error);
    log.error({ err: error, outboxId: row.id, kind: row.kind }, 'a message could not be rendered');
    return { outcome: 'fault', reason: `not rendered: ${describeError(error)}` };
  }
}
