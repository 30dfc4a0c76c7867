import { setTimeout as pause } from 'node:timers/promises';
import type { Clock } from '#foundation/clock.ts';
import type { Db, Tx } from '#foundation/db.ts';
import { describeError } from '#foundation/errors.ts';
import type { Transact } from '#foundation/facts.ts';
import type { Logger } from '#foundation/log.ts';
import type { Secrets } from '#foundation/secrets.ts';
import type { LineEndpoint } from '#line/limit-rules.ts';
import type { House } from '#line/turn.ts';
import { createStreamChooser } from './choose-stream.ts';
import { endStoppedStreams } from './control-stream.ts';
import { openQuotaMonth } from './count-quota.ts';
import { createGate } from './courier-gate.ts';
import { QuotaTaken } from './cut-to-quota.ts';
import type { PlannedReply } from './enqueue.ts';
import { gatherSettlements } from './gather-settlements.ts';
import { createPacer } from './keep-pace.ts';
import type { MessageKinds } from './kinds.ts';
import { type LeasedBatch, leaseBatch } from './lease-batch.ts';
import { endFaulty } from './lease-multicast.ts';
import { choosePaces, type Paces, paceTerms } from './pace-rules.ts';
import type { LaneName } from './pick-rows.ts';
import { planReplies } from './plan-replies.ts';
import { quotaMonth } from './quota-month-rules.ts';
import { againFromStartMs } from './remember-streams.ts';
import { isTransientRefusal, RowFault } from './render-row.ts';
import { reservePace, slowDown } from './reserve-pace.ts';
import type { Errand, Judgement } from './retry-rules.ts';
import { createLane } from './run-lane.ts';
import { createSender, type SenderParts } from './send-errand.ts';
import { takeBackLeases } from './take-back-leases.ts';
import { createTally } from './tally-sending.ts';
import { readNextRetry } from './waiting-reads.ts';
import { createCrowdingWatch } from './watch-crowding.ts';
import { createStreamWatch } from './watch-streams.ts';

export type CourierParts = SenderParts & {
  /** Better a pool of its own: a campaign must not keep chats waiting for connections. */
  db: Db;
  transact: Transact;
  kinds: MessageKinds;
  house(): Promise<House>;
  /** Business time: due, expiry, quiet hours, caps. */
  clock: Clock;
  /** Age of reply tokens. Leases and retries go by the database's clock. */
  wire: Clock;
  log: Logger;
  secrets: Secrets;
  /** ALERT_WEBHOOK_URL */
  alertWebhookUrl: string | null;
  options?: Partial<CourierOptions>;
};

export type CourierOptions = {
  /** Which lanes this process serves. */
  lanes: readonly LaneName[];
  /** Rows leased at once. */
  batch: number;
  /** Pushes on the wire at once. */
  sockets: number;
  /** Calls a second of all processes together. */
  paces: Partial<Paces>;
  /** How often urgent rows are looked for unasked, in milliseconds; pushes half as often. */
  pollMs: number;
  /** Longer than LINE's time-out, so that only a dead or stalled process loses a lease. */
  leaseMs: number;
};

const defaults: CourierOptions = {
  lanes: ['urgent', 'messages'],
  batch: 100,
  sockets: 512,
  paces: {},
  pollMs: 250,
  leaseMs: 20_000,
};

const urgentSockets = 32;
/** Rows leased at once in a process that answers chats too: a batch is drawn and frozen in one go. */
const sharedBatch = 40;
const mostInHand = 1_000;
/** A call that leaves must be answered, or given up, while its lease still stands. */
const longestCallMs = 12_000;
const longestReplyMs = 8_500;
/** While LINE takes a reply's token a dead process's reply is tried once more. */
const mostReplyLeaseMs = 10_000;
/** What somebody says meanwhile is not asked for what is in hand: it goes back rather than waiting long. */
const patienceOf = (leftMs: number): number => Math.max(1_000, Math.min(3_000, leftMs));
const takeBackEveryMs = 1_000;
/** How soon permits of a stream's own pace are worth asking for again. */
const permitMs = 25;

export type Courier = ReturnType<typeof createCourier>;

/**
 * The only part that speaks to people. Everything it sends was committed before, frozen; it may be killed at any
 * moment, and any number of them may run side by side.
 */
export function createCourier(parts: CourierParts) {
  const options = { ...defaults, ...parts.options };
  const { db, log } = parts;
  const paces = choosePaces(options.paces);
  const sharesWithChat = options.lanes.includes('urgent') && options.lanes.includes('messages');
  const mostAtOnce = sharesWithChat ? Math.min(options.batch, sharedBatch) : options.batch;
  const batch = Math.max(1, Math.min(mostAtOnce, Math.ceil(paces.push)));
  const leaseTerms = { replyMs: Math.min(mostReplyLeaseMs, options.leaseMs), pushMs: options.leaseMs };
  const streams = createStreamChooser({ db, batch });
  const send = createSender(parts);
  const gate = createGate(parts);
  const tally = createTally();
  const settlements = gatherSettlements({ db, log, onRefused: tally.noteRefused });
  const replies = new Set<Promise<void>>();
  let openedMonth: string | null = null;
  let isStopping = false;
  let minding: Promise<void> | null = null;
  let endPause: () => void = () => undefined;

  async function lease(lane: LaneName, limit: number): Promise<LeasedBatch> {
    const now = parts.clock.now();
    const nothing: LeasedBatch = { errands: [], handled: 0, overQuota: 0 };
    if (!(await gate.isOpen())) return nothing;
    if (openedMonth !== quotaMonth(now) && (await openQuotaMonth(db, now))) openedMonth = quotaMonth(now);
    const due = await streams.findDue(lane, now).catch(doubt);
    const stream = await streams.choose(due.streams, limit);
    if (!due.isPlainDue && !stream) {
      return due.streams.length > 0 ? { ...nothing, againInMs: permitMs } : nothing;
    }
    const admission = await gate.admit(lane);
    if (!admission) return nothing;
    const { held, isProbe } = admission;
    const house = await parts.house();
    try {
      const desk = { ...parts, house, now, lease: leaseTerms, held };
      const asked = { lane, limit, isPlainDue: due.isPlainDue, stream };
      const leased = await parts.transact((tx) =>
        leaseBatch(
          tx,
          desk,
          isProbe ? { ...asked, limit: 1, stream: stream && { ...stream, permits: 1 } } : asked,
        ),
      );
      if (stream) streams.note(stream, leased.errands);
      if (leased.overQuota > 0) await gate.noteQuotaUsedUp();
      if (stream?.after && leased.handled === 0) return { ...leased, againInMs: againFromStartMs };
      return stream || due.streams.length === 0 ? leased : { ...leased, againInMs: permitMs };
    } catch (error) {
      if (error instanceof QuotaTaken) return lease(lane, limit);
      if (!(error instanceof RowFault) || isTransientRefusal(error.cause)) return doubt(error);
      log.error({ err: error, outboxId: error.rowId }, 'a message could not be rendered');
      const end = { id: error.rowId, state: 'failed', reason: `not rendered: ${error.message}` } as const;
      await db.transaction().execute((tx) => endFaulty(tx, end));
      return { ...nothing, handled: 1 };
    }
  }

  /** The database that comes back after a fault may be another one. */
  function doubt(error: unknown): never {
    openedMonth = null;
    gate.doubtPlace();
    streams.forget();
    throw error;
  }

  const pacer = (endpoint: 'push' | 'multicast') => {
    const { gapMs, graceMs } = paceTerms(endpoint, paces[endpoint]);
    return createPacer({
      gapMs,
      graceMs,
      reserve: (calls) => reservePace(db, { endpoint, calls, gapMs }),
      onSlots: () => lanes.forEach((lane) => void lane.launch()),
      onFault: (error) => log.warn({ err: describeError(error), endpoint }, 'no slots were given'),
    });
  };
  const pacers = { push: pacer('push'), multicast: pacer('multicast') };
  const pacerOf = ({ method }: Errand) =>
    method === 'push' || method === 'multicast' ? pacers[method] : null;

  async function deliver(errand: Errand, slot: number | null = null): Promise<void> {
    const refused = gate.refuse(errand);
    if (refused) return giveBack(errand, refused.reason, refused.delayMs);
    const calledAt = performance.now();
    let judgement: Judgement;
    tally.noteCall(errand);
    try {
      judgement = await send(errand);
      if (slot !== null && judgement.verdict.status !== null) pacerOf(errand)?.noteAnswer(slot);
    } catch (error) {
      log.error({ err: error, outboxId: errand.ids[0] }, 'a message could not be sent at all');
      judgement = { verdict: { to: 'failed', status: null, reason: describeError(error) } };
    }
    tally.noteAnswer(errand, judgement);
    settlements.add({ errand, verdict: judgement.verdict });
    try {
      await heed(errand, judgement, calledAt);
    } catch (error) {
      log.error({ err: describeError(error) }, 'what LINE told could not be noted');
    }
  }

  async function heed(errand: Errand, { verdict, signal }: Judgement, calledAt: number): Promise<void> {
    if (signal === 'slow_down') await slowDown(db, endpointOf(errand.method));
    if (signal === 'quota_used_up') await gate.noteQuotaUsedUp({ byLine: true });
    if (signal === 'token_refused') await gate.noteTokenRefused();
    if (verdict.to === 'sent' && errand.channel === 'line_message')
      await gate.noteAccepted(errand, verdict.status, calledAt);
  }

  const giveBack = (errand: Errand, reason = 'not sent in time', delayMs = 0) => {
    const wasUntried = errand.doubts <= 1;
    const verdict = { to: 'again', delayMs, isDefinite: true, wasUntried, status: null, reason } as const;
    settlements.add({ errand, verdict });
  };

  const crowding = createCrowdingWatch();

  const lanes = options.lanes.map((name) =>
    createLane({
      name,
      leasers: name === 'urgent' || sharesWithChat ? 1 : 3,
      sockets: name === 'urgent' ? urgentSockets : options.sockets,
      batch,
      hold: Math.max(2 * batch, Math.min(mostInHand, Math.ceil(paces.push / 2))),
      pollMs: name === 'urgent' ? options.pollMs : 2 * options.pollMs,
      patienceMs: patienceOf(
        name === 'urgent' ? leaseTerms.replyMs - longestReplyMs : leaseTerms.pushMs - longestCallMs,
      ),
      lease: (limit) => lease(name, limit),
      ...(name === 'messages' && sharesWithChat && { isCrowded: crowding.isCrowded }),
      pacerOf,
      deliver,
      giveBack: (errand) => giveBack(errand),
      log,
    }),
  );

  const streamWatch = createStreamWatch({
    db,
    log,
    *inHand() {
      for (const lane of lanes) yield* lane.waiting();
    },
    recall: (isOff) => lanes.forEach((lane) => void lane.recall(isOff)),
  });

  async function mindLeases(): Promise<void> {
    while (!isStopping) {
      try {
        if (await gate.isOpen()) {
          await gate.mind();
          const taken = await takeBackLeases(db);
          tally.noteTakenBack(taken);
          if (taken > 0) log.warn({ taken }, 'took back what a dead or stalled process had leased');
          while (!isStopping && (await endStoppedStreams(db)) > 0);
        }
      } catch (error) {
        log.warn({ err: describeError(error) }, 'leases not looked at');
      }
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, takeBackEveryMs);
        endPause = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  async function idle(): Promise<void> {
    await Promise.all([...replies, ...lanes.map((lane) => lane.idle())]);
    await Promise.all([settlements.flush(), pacers.push.idle(), pacers.multicast.idle()]);
  }

  return {
    start(): void {
      for (const lane of lanes) lane.start();
      minding ??= mindLeases();
      streamWatch.start();
    },

    /** Something was planned: look at once. */
    wake(): void {
      streams.forget();
      for (const lane of lanes) lane.wake();
    },

    /** In the turns' transaction; what it gives goes to `sendReply` after the commit. */
    planReplies(tx: Tx, replies: readonly PlannedReply[]): Promise<Errand[]> {
      return planReplies(tx, { ...parts, leaseMs: leaseTerms.replyMs }, replies);
    },

    /** Sends at once, past all queues. Resolves when LINE has answered; never rejects. */
    sendReply(errand: Errand): Promise<void> {
      const sending = (async () => {
        // Its turn is committed: a database that is away just now says nothing against it.
        if (await gate.isOpen().catch(() => gate.heldBecause() !== 'restored')) await deliver(errand);
      })().finally(() => replies.delete(sending));
      replies.add(sending);
      return sending;
    },

    /**
     * For tests: works until nothing is due any more; retries that come due within `waitMs` are waited for.
     * 0: one round, in which nothing is tried twice, however slow the machine is.
     */
    async drain(waitMs = 3_000): Promise<void> {
      for (;;) {
        await gate.mind();
        await takeBackLeases(db);
        while ((await endStoppedStreams(db)) > 0);
        const wasBusy = [];
        for (const lane of lanes) wasBusy.push((await lane.pass()) > 0);
        await idle();
        if (waitMs === 0) return;
        if (wasBusy.includes(true)) continue;
        const nextMs = await readNextRetry(db, parts.clock.now());
        if (nextMs === null || nextMs > waitMs || gate.heldBecause() !== null) return;
        await pause(Math.max(5, nextMs));
      }
    },

    /** false: this is a restored copy, and nothing may be sent or planned by the clock. */
    isInPlace: () => gate.isOpen(),

    /** Why nothing leaves, or null; and how much is in hand. */
    status: () => ({ heldBecause: gate.heldBecause(), isIdle: lanes.every((lane) => lane.isIdle) }),

    /** What this process sent and lost, and the calls a second that it may make with all others. */
    tally,
    paces,

    /** Leases no more, ends what is on the wire, gives back the rest. */
    async stop(): Promise<void> {
      isStopping = true;
      endPause();
      await Promise.all([minding, streamWatch.stop(), ...replies, ...lanes.map((lane) => lane.stop())]);
      crowding.stop();
      await Promise.all([settlements.close(), pacers.push.idle(), pacers.multicast.idle()]);
    },
  };
}

/** What a 429 for the rate slows down. */
function endpointOf(method: Errand['method']): LineEndpoint {
  if (method === 'link') return 'menu_link';
  if (method === 'unlink') return 'menu_unlink';
  return method === 'multicast' || method === 'reply' ? method : 'push';
}
