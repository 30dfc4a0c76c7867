import type { z } from 'zod';
import type { Tx } from '#foundation/db.ts';
import type { Message } from '#line/turn.ts';
import { declareMessageKind, type LeasedRow, type MessageKind } from '#outbox/kinds.ts';
import { refuseFlowRow } from './flow-due-reads.ts';
import type { FlowKey } from './flow-rules.ts';

/** A message as it would leave now, or why it should not. */
export type Composed = { ok: true; message: Message } | { ok: false; reason: string };

type FlowData = { occasion: string };

/**
 * A marketing kind of a flow: it is still due while the flow is on, the person is still bound by this LINE account
 * and wants marketing, and `compose` has something true to say. Composed once per leased row.
 */
export function declareFlowKind<Data extends FlowData>(kind: {
  key: string;
  flow: FlowKey;
  schema: z.ZodType<Data>;
  compose(tx: Tx, row: LeasedRow<Data> & { memberId: number }): Promise<Composed>;
}): MessageKind<Data> {
  const composed = new WeakMap<LeasedRow<Data>, Promise<Composed>>();

  async function composeRow(tx: Tx, row: LeasedRow<Data>): Promise<Composed> {
    const { memberId } = row;
    if (memberId === null) return { ok: false, reason: 'unbound' };
    const reason = await refuseFlowRow(tx, {
      flow: kind.flow,
      memberId,
      lineUserId: row.lineUserId,
      occasion: row.data.occasion,
    });
    return reason ? { ok: false, reason } : kind.compose(tx, { ...row, memberId });
  }

  function composeOnce(tx: Tx, row: LeasedRow<Data>): Promise<Composed> {
    const known = composed.get(row) ?? composeRow(tx, row);
    composed.set(row, known);
    return known;
  }

  return declareMessageKind({
    key: kind.key,
    purpose: 'marketing',
    schema: kind.schema,
    async stillDue(tx, row) {
      const outcome = await composeOnce(tx, row);
      return outcome.ok ? null : outcome.reason;
    },
    async render(tx, row) {
      const outcome = await composeOnce(tx, row);
      return outcome.ok ? [outcome.message] : [];
    },
  });
}
