import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { Config, Role } from './config.ts';
import { campaignApproval } from './features/campaigns/campaign-approval.ts';
import { campaignKind } from './features/campaigns/templates/campaign-messages.ts';
import { flowBirthdayGift, flowBirthdayWish } from './features/flows/birthday-messages.ts';
import { flowCouponReminder } from './features/flows/reminder-messages.ts';
import { flowOnlineThanks } from './features/flows/thanks/thanks-messages.ts';
import { flowWinBack } from './features/flows/win-back-messages.ts';
import { cardMovedKind } from './features/members/binding/card-moved-messages.ts';
import { pointsActivityKind } from './features/points/activities/activity-earned-messages.ts';
import { pointsAdjustment } from './features/points/adjustments/points-adjustment-approval.ts';
import { pointsEarnedKind } from './features/points/points-earned-messages.ts';
import { referralMilestoneKind } from './features/referrals/milestones/milestone-messages.ts';
import {
  referralBoundKind,
  referralFullKind,
  referralRewardedKind,
} from './features/referrals/referral-notices-messages.ts';
import { collectApprovalKinds } from './features/staff/approvals/approval-kind-rules.ts';
import type { StaffContext } from './features/staff/door/staff-context.ts';
import { createLineLogin } from './features/staff/sessions/line-login-port.ts';
import { tierBelowKind } from './features/tiers/ranking/below-notice-messages.ts';
import { tierReviewKind } from './features/tiers/review/review-notice-messages.ts';
import { tierRisenKind, tierWithdrawnKind } from './features/tiers/tier-notices-messages.ts';
import { type BusinessClock, createBusinessClock, wireClock } from './foundation/clock.ts';
import { type Connection, connectDatabase, type Db } from './foundation/db.ts';
import { describeError, Fault, isDatabaseOutage } from './foundation/errors.ts';
import { createTransact, type Transact } from './foundation/facts.ts';
import { toLocale } from './foundation/i18n.ts';
import type { Logger } from './foundation/log.ts';
import { createScheduler } from './foundation/schedule-runner.ts';
import { createSecrets, type Secrets } from './foundation/secrets.ts';
import { touchFriend } from './friends/touch-friend.ts';
import { createApology } from './inbox/apologise.ts';
import { createDispatch, type DispatchParts } from './inbox/dispatch.ts';
import { createHandlers } from './inbox/handlers.ts';
import { createPrepare } from './inbox/prepare.ts';
import { createHouseReader, readBotInfo, writeBotInfo } from './inbox/read-house.ts';
import { createEventStore } from './inbox/store-events.ts';
import { createInboxWorker } from './inbox/worker.ts';
import { createLineClient, type LineClient, type LineClientOptions } from './line/client.ts';
import { createStatelessTokens, fixedToken } from './line/client-tokens.ts';
import type { House } from './line/turn.ts';
import { createCourier } from './outbox/courier.ts';
import { makePartitionsAhead } from './outbox/keep-partitions-job.ts';
import { type AnyMessageKind, collectMessageKinds } from './outbox/kinds.ts';
import { createCallMeter } from './outbox/meter-calls.ts';
import { choosePaces } from './outbox/pace-rules.ts';
import { reservePace } from './outbox/reserve-pace.ts';
import type { Errand } from './outbox/retry-rules.ts';
import { createHttpSmsPort, type SmsPort } from './outbox/sms-port.ts';
import { reactions } from './reactions.ts';
import { recurringJobs } from './schedule.ts';
import { openDoors } from './web/open-doors.ts';

export type AppOptions = {
  log: Logger;
  businessClock?: BusinessClock;
  /** Instead of the SMS webhook: the demo shows codes on the simulated phone. */
  sms?: SmsPort;
  /** Refuses to speak to any LINE but one on this machine: the demo and the tests. */
  loopbackOnly?: boolean;
  /** Where people open our pages, where that is not PUBLIC_URL: the loopback address that the demo prints. */
  origin?: string;
};

export type App = {
  http: FastifyInstance;
  db: Db;
  transact: Transact;
  secrets: Secrets;
  businessClock: BusinessClock;
  house(): Promise<House>;
  /** The port that `start` got. */
  port(): number;
  start(): Promise<void>;
  /** Lets what is in hand finish; nothing new begins. */
  stop(): Promise<void>;
  /** Runs what the clock made due, then serves and sends until nothing is left. For tests and for the demo. */
  drain(): Promise<void>;
  /** The same for the schedule and the outbox after the business clock was moved, without waiting for the end. */
  clockMoved(): Promise<void>;
};

/** Every kind of message that can be planned; replies need none. */
const messageKinds: readonly AnyMessageKind[] = [
  cardMovedKind,
  campaignKind,
  pointsActivityKind,
  pointsEarnedKind,
  flowBirthdayGift,
  flowBirthdayWish,
  flowCouponReminder,
  flowWinBack,
  flowOnlineThanks,
  referralBoundKind,
  referralRewardedKind,
  tierBelowKind,
  tierReviewKind,
  referralFullKind,
  referralMilestoneKind,
  tierRisenKind,
  tierWithdrawnKind,
];

/** Every kind of action that may wait for a second person. */
const approvalKinds = collectApprovalKinds([pointsAdjustment, campaignApproval]);

const connectionsOf: Record<Role, number> = { web: 6, chat: 16, worker: 8 };
/** A statement that waits longer gives its connection back; a job that needs more asks for it. */
const statementTimeoutMsOf: Record<Role, number> = { web: 10_000, chat: 10_000, worker: 60_000 };
const botInfoEveryMs = 30_000;
/** PostgreSQL's code for a table that does not exist. */
const undefinedTable = '42P01';

/** Puts every part together; nothing runs before `start`. */
export async function createApp(config: Config, options: AppOptions): Promise<App> {
  const { log } = options;
  const has = (role: Role) => config.roles.has(role);
  const open = (role: Role, name: string) =>
    connectDatabase(config.databaseUrl, {
      log,
      name: `shuke-${name}`,
      max: connectionsOf[role],
      statementTimeoutMs: statementTimeoutMsOf[role],
    });
  const door = open('web', 'web');
  const chat = has('chat') ? open('chat', 'chat') : door;
  const post = has('chat') || has('worker') ? open('worker', 'post') : door;
  const connections = [...new Set([door, chat, post])];

  const businessClock = options.businessClock ?? createBusinessClock();
  const secrets = createSecrets(config.dataKey, config.dataKeyPrevious);
  const house = createHouseReader({
    db: door.db,
    secrets,
    publicUrl: config.publicUrl,
    businessClock,
    wireClock,
  });
  const meter = createCallMeter({
    paces: choosePaces(config.linePaces),
    reserve: (input) => reservePace(post.db, input),
    onFault: (error) => log.warn({ err: describeError(error) }, 'calls were not told to the other processes'),
  });
  const client = createClient(config, options, meter.enter);
  const transactOn = (connection: Connection) => createTransact(connection.db, reactions);

  const courier = createCourier({
    db: post.db,
    transact: transactOn(post),
    client,
    sms: options.sms ?? (config.sms ? createHttpSmsPort(config.sms) : null),
    kinds: collectMessageKinds(messageKinds),
    house,
    clock: businessClock,
    wire: wireClock,
    log,
    secrets,
    alertWebhookUrl: config.alertWebhookUrl ?? null,
    options: {
      lanes: [
        ...(has('chat') ? (['urgent'] as const) : []),
        ...(has('worker') ? (['messages'] as const) : []),
      ],
      paces: config.linePaces,
    },
  });
  const dispatchParts: DispatchParts<Errand> = {
    db: chat.db,
    transact: transactOn(chat),
    house,
    businessClock,
    prepare: createPrepare(client, log),
    meet: (tx, lineUserId, profile) =>
      touchFriend(tx, {
        lineUserId,
        profile: profile && {
          displayName: profile.displayName,
          language: profile.language ? toLocale(profile.language) : null,
        },
      }),
    answer: createHandlers(),
    replies: {
      plan: (tx, replies) => courier.planReplies(tx, replies),
      send: (errand) => void courier.sendReply(errand),
    },
  };
  const worker = createInboxWorker({
    db: chat.db,
    log,
    atOnce: connectionsOf.chat,
    // Who takes webhooks in wakes the worker; alone, it looks for what others took in.
    ...(has('web') && { pollMs: 500 }),
    ...createDispatch(dispatchParts),
    giveUp: createApology(dispatchParts),
  });
  const scheduler = createScheduler({
    db: post.db,
    jobs: recurringJobs({
      db: post.db,
      transact: transactOn(post),
      client,
      log,
      desk: { log, secrets, alertWebhookUrl: config.alertWebhookUrl ?? null },
      approvalKinds,
      retention: config.retention,
      wake: () => courier.wake(),
    }),
    clock: businessClock,
    log,
    mayRun: courier.isInPlace,
  });

  let ourUserId = await readOurUserId(door.db);
  let learning: NodeJS.Timeout | undefined;
  const learnBot = async () => {
    const info = await client.botInfo();
    if (info.outcome !== 'ok') return;
    clearInterval(learning);
    ourUserId = info.body.userId;
    await writeBotInfo(door.db, {
      userId: info.body.userId,
      basicId: info.body.basicId,
      displayName: info.body.displayName,
    });
  };
  const origin = options.origin ?? config.publicUrl;
  const api: StaffContext = {
    db: door.db,
    transact: transactOn(door),
    secrets,
    clock: businessClock,
    wire: wireClock,
    log,
    origin,
    hasSecureCookies: origin.startsWith('https:'),
    brandName: async () => (await house()).brandName,
    lineLogin: config.lineLogin ? createLineLogin(config.lineLogin) : null,
  };
  const http = await openDoors({
    settings: { ...config, hasWeb: has('web') },
    api,
    line: client,
    approvalKinds,
    house,
    store: createEventStore(door.pool, () => worker.wake()),
    ourUserId: () => ourUserId,
    outboxHeld: () => courier.status().heldBecause,
    sending: courier,
    afterWrite: () => courier.wake(),
  });

  return {
    http,
    db: door.db,
    transact: api.transact,
    secrets,
    businessClock,
    house,
    port: () => (http.server.address() as AddressInfo | null)?.port ?? 0,
    async start() {
      if (has('chat') && !options.sms && !config.sms)
        log.warn('SMS_WEBHOOK_URL is not set: nobody can bind by phone');
      learning = setInterval(() => void learnBot().catch(() => undefined), botInfoEveryMs);
      await learnBot().catch((error) =>
        log.warn({ err: describeError(error) }, 'LINE did not tell who we are'),
      );
      if (has('chat') || has('worker')) courier.start();
      if (has('chat')) worker.start();
      if (has('worker')) {
        // What ends must find its month from the first moment on, however long nobody was here.
        await makePartitionsAhead(post.db).catch((error) =>
          log.warn({ err: describeError(error) }, 'the months of sent messages were not made ahead'),
        );
        scheduler.start();
      }
      await http.listen({ port: config.port, host: config.host });
    },
    async stop() {
      clearInterval(learning);
      await http.close();
      await Promise.all([worker.stop(), scheduler.stop()]);
      await courier.stop();
      await client.close();
      await meter.idle();
      await Promise.all(connections.map((connection) => connection.close()));
    },
    async drain() {
      await worker.drain();
      await scheduler.runDue();
      // The tick may have begun a slot before us.
      await scheduler.idle();
      await courier.drain();
    },
    async clockMoved() {
      await scheduler.runDue();
      courier.wake();
    },
  };
}

function createClient(config: Config, options: AppOptions, enter: LineClientOptions['enter']): LineClient {
  const { line } = config;
  const token = line.channelAccessToken
    ? fixedToken(line.channelAccessToken)
    : createStatelessTokens({
        apiBaseUrl: line.apiBaseUrl,
        channelId: line.channelId ?? '',
        channelSecret: line.channelSecrets[0] ?? '',
        wire: wireClock,
      });
  return createLineClient({
    apiBaseUrl: line.apiBaseUrl,
    dataApiBaseUrl: line.dataApiBaseUrl,
    token,
    ...(enter && { enter }),
    ...(options.loopbackOnly && { loopbackOnly: true }),
  });
}

/** A database that is just recovering answers 57P03: wait for it instead of giving up. */
async function readOurUserId(db: Db): Promise<string | null> {
  for (let attempt = 1; ; attempt++) {
    try {
      return (await readBotInfo(db))?.userId ?? null;
    } catch (error) {
      if ((error as { code?: unknown }).code === undefinedTable)
        throw new Fault('not_migrated', 'The database has no tables yet: run npm run migrate', {
          cause: error,
        });
      if (!isDatabaseOutage(error) || attempt === 30) throw error;
      await new Promise((done) => setTimeout(done, 1_000));
    }
  }
}
