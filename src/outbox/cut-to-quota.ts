import type { Tx } from '#foundation/db.ts';
import { takeQuota } from './count-quota.ts';
import type { DecideContext, Decision } from './decide-row.ts';

type Send = Extract<Decision, { do: 'send' }>;
type Finish = Extract<Decision, { do: 'finish' }>;

/** More than all processes lease at the same time: with so many messages left nobody's batch need be cut. */
const plentyLeft = 20_000;

/** @param left for offers, of LINE's month; null = no limit */
export const isQuotaNear = (left: number | null): boolean => left !== null && left < plentyLeft;

/** Others took what a lease had counted on: nothing of it may stand. The next one sees what is left. */
export class QuotaTaken extends Error {}

/**
 * Takes from LINE's month what is about to leave; marketing beyond it is skipped. The month's row stays locked from
 * here to the commit, so who is far from the end takes last, by `takeWhole`.
 */
export async function cutToQuota(
  tx: Tx,
  sends: readonly Send[],
  context: DecideContext,
): Promise<{ sends: readonly Send[]; over: Finish[] }> {
  const { overCount, marketing } = await take(tx, sends, context);
  const over = new Set(overCount > 0 ? marketing.slice(-overCount) : []);
  return {
    sends: sends.filter((send) => !over.has(send)),
    over: [...over].map(({ row }) => ({ do: 'finish', row, state: 'skipped', reason: 'quota' })),
  };
}

/**
 * The same for a batch of which nothing need be cut, so that leases wait for each other's commits alone.
 * @throws QuotaTaken
 */
export async function takeWhole(tx: Tx, sends: readonly Send[], context: DecideContext): Promise<void> {
  const { overCount } = await take(tx, sends, context);
  if (overCount > 0) throw new QuotaTaken();
}

/** Pushes count against LINE's month as soon as they leave for the first time. */
async function take(tx: Tx, sends: readonly Send[], { reach, now }: DecideContext) {
  const fresh = sends.filter((send) => send.row.channel === 'line_message' && send.messages !== null);
  const marketing = fresh.filter((send) => send.row.purpose === 'marketing');
  const overCount = await takeQuota(tx, {
    needed: fresh.length - marketing.length,
    optional: marketing.length,
    reservePercent: reach.quotaReservePercent,
    now,
  });
  return { overCount, marketing };
}
