import type { Clock } from '#foundation/clock.ts';
import type { Db } from '#foundation/db.ts';
import type { Transact } from '#foundation/facts.ts';
import { markQuotaUsedUp } from './count-quota.ts';
import { finishRows } from './freeze-rows.ts';
import {
  type HoldCause,
  holdSending,
  liftHold,
  listEndedHeld,
  listHolds,
  releaseHeld,
  takeProbe,
} from './hold-sending.ts';
import type { LaneName } from './pick-rows.ts';
import { type AlarmDesk, clearAlarm, raiseAlarm } from './raise-alarm.ts';
import { checkRestoreMark, noteAlive, noteRestored } from './restore-mark.ts';
import type { Errand } from './retry-rules.ts';
import { postJson } from './sms-port.ts';

const lookAgainMs = 2_000;
/** Also while all is well: somebody may put an older database in the place of ours, or hold it by hand. */
const lookAnywayMs = 15_000;
const holdsFreshMs = 1_000;

export type HeldBecause = 'restored' | 'token_refused' | null;

type Admission = { held: { token: boolean; quota: boolean }; isProbe: boolean };

/** What becomes of a row whose leased errand goes back. */
type Refusal = { reason: string; delayMs: number };

const refusals: Readonly<Record<HoldCause, Refusal>> = {
  line_token: { reason: 'the access token is refused', delayMs: 2_000 },
  // Looked at again at once: an offer ends, what somebody needs is kept.
  quota_used_up: { reason: "the month's messages are used up", delayMs: 0 },
};

/** Whether LINE counts it against the month. */
const isCounted = (method: Errand['method']): boolean => method === 'push' || method === 'multicast';

/** Whether anything may leave at all, and the alarms that belong to it. */
export function createGate(parts: AlarmDesk & { db: Db; transact: Transact; clock: Clock }) {
  const { db } = parts;
  let isInPlace: boolean | null = null;
  let lookedAt = Number.NEGATIVE_INFINITY;
  /** What is held, and since when this process knows. */
  const holds = new Map<HoldCause, number>();
  let holdsReadAt = Number.NEGATIVE_INFINITY;
  let isFirstLook = true;
  /** Calls that may be made although the token is refused. */
  let probes = 0;

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

  async function readHolds(): Promise<void> {
    if (performance.now() - holdsReadAt < holdsFreshMs) return;
    holdsReadAt = performance.now();
    const found = await listHolds(db);
    for (const cause of holds.keys()) if (!found.includes(cause)) holds.delete(cause);
    for (const cause of found) if (!holds.has(cause)) holds.set(cause, performance.now());
    // Who starts anew has perhaps been given a new token.
    if (isFirstLook && holds.has('line_token') && (await takeProbe(db, 'line_token', { isDue: true })))
      probes = 1;
    isFirstLook = false;
  }

  async function hold(cause: HoldCause, message: string): Promise<void> {
    if (holds.has(cause)) return;
    holds.set(cause, performance.now());
    isFirstLook = false;
    await holdSending(db, cause);
    await raise(cause, message);
  }

  /** Only a call that began after all others were held back proves that LINE takes them again. */
  async function lift(cause: HoldCause, calledAt: number): Promise<void> {
    const heldAt = holds.get(cause);
    if (heldAt === undefined || calledAt <= heldAt) return;
    await liftHold(db, cause);
    await clearAlarm(db, cause);
    holds.delete(cause);
  }

  return {
    /** Whether anything may be looked at. */
    async isOpen(): Promise<boolean> {
      const everyMs = isInPlace === true ? lookAnywayMs : lookAgainMs;
      if (performance.now() - lookedAt >= everyMs) {
        looking ??= look().finally(() => {
          looking = null;
        });
      }
      if (looking) await looking;
      if (isInPlace !== true) return false;
      await readHolds();
      return true;
    },

    /** What the next batch must be leased by; null = none. A probe is a batch of one. */
    async admit(lane: LaneName): Promise<Admission | null> {
      const quota = holds.has('quota_used_up');
      if (!holds.has('line_token')) return { held: { token: false, quota }, isProbe: false };
      if (probes === 0 && (await takeProbe(db, 'line_token'))) probes = 1;
      if (probes > 0) return { held: { token: false, quota }, isProbe: true };
      return lane === 'messages' ? null : { held: { token: true, quota }, isProbe: false };
    },

    /**
     * Why a leased errand goes back unsent, or null: LINE is not called while it refuses our token, nor for what
     * counts while the month is used up, but for a probe.
     */
    refuse({ channel, method, isProbe }: Pick<Errand, 'channel' | 'method' | 'isProbe'>): Refusal | null {
      if (channel === 'sms' || channel === 'webhook') return null;
      if (holds.has('quota_used_up') && isCounted(method) && !isProbe) return refusals.quota_used_up;
      if (!holds.has('line_token')) return null;
      if (probes === 0) return refusals.line_token;
      probes -= 1;
      return null;
    },

    /** Sees to what waits for the month: ends what is over, and tries one message in ten minutes. */
    async mind(): Promise<void> {
      if (!holds.has('quota_used_up') || !(await takeProbe(db, 'quota_used_up'))) return;
      const ended = await listEndedHeld(db, parts.clock.now());
      await parts.transact((tx) =>
        finishRows(
          tx,
          ended.map((id) => ({ id, state: 'skipped', reason: 'expired' })),
        ),
      );
      await releaseHeld(db, { reason: 'probe', limit: 1 });
    },

    /** The database was away: it may be another one that comes back. */
    doubtPlace(): void {
      isInPlace = null;
      lookedAt = Number.NEGATIVE_INFINITY;
    },

    heldBecause: (): HeldBecause =>
      isInPlace === false ? 'restored' : holds.has('line_token') ? 'token_refused' : null,

    /** LINE refused our token, a fresh one as well: nothing is sent to LINE but a probe every half minute. */
    noteTokenRefused: () => hold('line_token', 'LINE refuses the channel access token, so no message leaves'),

    /** @param calledAt when the call began, by `performance.now()` */
    async noteAccepted(
      errand: Pick<Errand, 'method'>,
      status: number | null,
      calledAt: number,
    ): Promise<void> {
      await lift('line_token', calledAt);
      if (isCounted(errand.method) && status === 200) await lift('quota_used_up', calledAt);
    },

    /** @param told.byLine LINE refused a message; else our own count says that offers have no room left */
    async noteQuotaUsedUp(told: { byLine?: boolean } = {}): Promise<void> {
      const message = "this month's LINE messages are used up, so offers are not sent";
      if (!told.byLine) await raise('quota_used_up', message);
      else if (!holds.has('quota_used_up')) {
        await Promise.all([hold('quota_used_up', message), markQuotaUsedUp(db, parts.clock.now())]);
      }
    },
  };
}
