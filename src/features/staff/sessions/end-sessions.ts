import '../tables.ts';
import type { Tx } from '#foundation/db.ts';
import type { SessionEnd } from '../tables.ts';

/** Ends one session at once. @returns false: somebody else had ended it */
export async function endSession(
  tx: Tx,
  input: { sessionId: number; because: SessionEnd; wireNow: Date },
): Promise<boolean> {
  const ended = await tx
    .updateTable('staff_sessions')
    .set({ ended_at: input.wireNow, ended_because: input.because })
    .where('id', '=', input.sessionId)
    .where('ended_at', 'is', null)
    .executeTakeFirst();
  return Number(ended.numUpdatedRows) === 1;
}

/** Ends all sessions of a person or on a device, but the one they act from. @returns how many */
export async function endSessions(
  tx: Tx,
  input: {
    of: { staffId: number } | { deviceId: number };
    but?: number | null;
    because: SessionEnd;
    wireNow: Date;
  },
): Promise<number> {
  const { of } = input;
  const ended = await tx
    .updateTable('staff_sessions')
    .set({ ended_at: input.wireNow, ended_because: input.because })
    .where('ended_at', 'is', null)
    .where('staffId' in of ? 'staff_id' : 'device_id', '=', 'staffId' in of ? of.staffId : of.deviceId)
    .where('id', '!=', input.but ?? 0)
    .executeTakeFirst();
  return Number(ended.numUpdatedRows);
}
