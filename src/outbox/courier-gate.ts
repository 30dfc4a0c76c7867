import type { Clock } from '#foundation/clock.ts';
import type { Db } from '#foundation/db.ts';
import type { Transact } from '#foundation/facts.ts';
import { markQuotaUsedUp } from './count-quota.ts';
import type { LaneName } from './pick-rows.ts';
import { type AlarmDesk, clearAlarm, raiseAlarm } from './raise-alarm.ts';
import { checkRestoreMark, noteAlive, noteRestored } from './restore-mark.ts';
import { postJson } from './sms-port.ts';

const lookAgainMs = 2_000;
/** Also while all is well: somebody may put an older database in the place of ours, or hold it by hand. */
const lookAnywayMs = 15_000;
const tokenPauseMs = 30_000;

export type HeldBecause = 'restored' | 'token_refused' | null;

/** Whether anything may leave at all, and the alarms that belong to it. */
export function createGate(parts: AlarmDesk & { db: Db; transact: Transact; clock: Clock }) {
  const { db } = parts;
  let isInPlace: boolean | null = null;
  let lookedAt = Number.NEGATIVE_INFINITY;
  let refusedUntil = Number.NEGATIVE_INFINITY;
  // An earlier process may have left the alarm behind.
  let mayStandOnToken = true;

  const raise = (cause: string, message: string) =>
    parts.transact((tx) => raiseAlarm(tx, parts, { cause, message, now: parts.clock.now() }));

  /** Told past the outbox, which is held. */
  async function tellRestored(): Promise<void> {
    const message =
      'this database is a restored copy, so nothing is sent; look it over, then run: npm run doctor -- resume';
    const input = { cause: 'restored', message, now: parts.clock.now() };
    const isNew = await parts.transact((tx) => raiseAlarm(tx, { ...parts, alertWebhookUrl: null }, input));
    if (!isNew || !parts.alertWebhookUrl) return;
    const outcome = await postJson(
      { url: parts.alertWebhookUrl },
      { text: `Shuke: ${message}`, cause: 'restored' },
    );
    if (!outcome.ok) parts.log.warn({ reason: outcome.reason }, 'the alarm did not reach the webhook');
  }

  let looking: Promise<void> | null = null;

  async function look(): Promise<void> {
    lookedAt = performance.now();
    try {
      const check = await checkRestoreMark(db);
      if (check.ok) await noteAlive(db);
      if (check.ok && isInPlace !== true) await clearAlarm(db, 'restored');
      if (!check.ok && isInPlace !== false) {
        await noteRestored(db);
        await tellRestored();
      }
      isInPlace = check.ok;
    } catch (error) {
      isInPlace = null;
      throw error;
    }
  }

  return {
    async isOpen(lane: LaneName): Promise<boolean> {
      const everyMs = isInPlace === true ? lookAnywayMs : lookAgainMs;
      if (performance.now() - lookedAt >= everyMs) {
        looking ??= look().finally(() => {
          looking = null;
        });
      }
      if (looking) await looking;
      if (isInPlace !== true) return false;
      return lane === 'urgent' || performance.now() >= refusedUntil;
    },

    /** The database was away: it may be another one that comes back. */
    doubtPlace(): void {
      isInPlace = null;
      lookedAt = Number.NEGATIVE_INFINITY;
    },

    heldBecause: (): HeldBecause =>
      isInPlace === false ? 'restored' : performance.now() < refusedUntil ? 'token_refused' : null,

    /** LINE refused our token, a fresh one as well: pushes wait half a minute before the next try. */
    async noteTokenRefused(): Promise<void> {
      refusedUntil = performance.now() + tokenPauseMs;
      mayStandOnToken = true;
      await raise('line_token', 'LINE refuses the channel access token, so no message leaves');
    },

    async noteTokenAccepted(): Promise<void> {
      if (!mayStandOnToken) return;
      mayStandOnToken = false;
      await clearAlarm(db, 'line_token');
    },

    async noteQuotaUsedUp(told: { byLine?: boolean } = {}): Promise<void> {
      if (told.byLine) await markQuotaUsedUp(db, parts.clock.now());
      await raise('quota_used_up', "this month's LINE messages are used up, so offers are not sent");
    },
  };
}
