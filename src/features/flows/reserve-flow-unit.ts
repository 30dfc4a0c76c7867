import { addMs } from '#foundation/clock.ts';
import type { Tx } from '#foundation/db.ts';
import { quotaMonth } from '#outbox/quota-month-rules.ts';
import { reserveUnits } from '#outbox/reserve-units.ts';
import type { FlowKey } from './flow-rules.ts';

/** A flow's messages leave within a month of being planned. */
const lifeMs = 31 * 86_400_000;

/** The name under which LINE counts what a flow plans in a month: "f_win_back_202611". */
export const flowUnitOf = (flow: FlowKey, now: Date): string =>
  `f_${flow}_${quotaMonth(now).slice(0, 7).replace('-', '')}`;

/** Reserves the month's name of a flow. @returns null when LINE's month has no room for it */
export async function reserveFlowUnit(tx: Tx, of: { flow: FlowKey; now: Date }): Promise<string | null> {
  const name = flowUnitOf(of.flow, of.now);
  const granted = await reserveUnits(tx, { names: [name], from: of.now, until: addMs(of.now, lifeMs) });
  return granted.has(name) ? name : null;
}
