import { addMs } from '#foundation/clock.ts';
import type { LineClient } from '#line/client.ts';
import { readQuotaState } from '#outbox/quota-reads.ts';
import { readQuota } from '#outbox/read-quota.ts';
import type { StaffContext } from '../staff/door/staff-context.ts';

/** Who tells what LINE's month has. */
export type QuotaSource = Pick<LineClient, 'quota' | 'consumption'>;

const freshMs = 3_600_000;

/**
 * Asks LINE what its month has, unless that was done within the hour. Without an answer LINE's last word stands. It
 * may take as long as LINE does, so it has no place in a transaction.
 */
export async function refreshQuota(
  { db, clock, wire }: Pick<StaffContext, 'db' | 'clock' | 'wire'>,
  line: QuotaSource,
): Promise<void> {
  const known = await readQuotaState(db, clock.now());
  if (known && known.readAt > addMs(wire.now(), -freshMs)) return;
  await readQuota(db, line, clock.now());
}
