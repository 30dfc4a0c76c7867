import type { messagingApi } from '@line/bot-sdk';
import type { CallLog } from './call-log.ts';
import { createCallLog } from './call-log.ts';
import type { CastMember } from './cast.ts';
import { defaultCast } from './cast.ts';
import type { Chats } from './chats.ts';
import { createChats } from './chats.ts';
import type { Faults, LogEntry, StreamEvent } from './contract.ts';
import type { FaultPlan, ScriptedFault } from './fault-plan.ts';
import { createFaultPlan } from './fault-plan.ts';
import type { IdSource } from './ids.ts';
import { createIdSource } from './ids.ts';
import type { LinkTokens } from './link-tokens.ts';
import { createLinkTokens } from './link-tokens.ts';
import type { People } from './people.ts';
import { createPeople } from './people.ts';
import { createSavedFile, type SaveOutcome } from './platform-snapshot.ts';
import type { Quota, SendKind } from './quota.ts';
import { createQuota } from './quota.ts';
import type { ReplyTokens } from './reply-tokens.ts';
import { createReplyTokens } from './reply-tokens.ts';
import type { RetryKeys } from './retry-keys.ts';
import { createRetryKeys } from './retry-keys.ts';
import type { RichMenuStore } from './rich-menu-store.ts';
import { createRichMenuStore } from './rich-menu-store.ts';
import type { SmsInbox } from './sms-inbox.ts';
import { createSmsInbox } from './sms-inbox.ts';
import type { TokenBuckets } from './token-buckets.ts';
import { createTokenBuckets } from './token-buckets.ts';

export type PlatformOptions = {
  /** Ids and secrets come from it: the same seed, the same account. */
  seed?: string;
  displayName?: string;
  basicId?: string;
  channelId?: string;
  channelSecret?: string;
  channelAccessToken?: string;
  cast?: CastMember[];
  /** The wire clock, milliseconds: ages of tokens and keys, times of events. */
  now?: () => number;
  /** The clock that chats show and that the quota's month follows; the wire clock unless told. */
  shownNow?: () => number;
  /** null = no monthly limit */
  monthlyLimit?: number | null;
  /** Only verified accounts may list their followers. */
  verified?: boolean;
  /** False for benches that look for the edge of our own side. */
  rateLimits?: boolean;
  /** `befriend`: any well-formed user id is a friend, for benches with many users. */
  unknownUsers?: 'refuse' | 'befriend';
  /** LINE documents both for ids that do not exist. */
  multicastUnknownIds?: 'refuse' | 'skip';
  /** How long a rich-menu batch is reported as going on. */
  batchMs?: number;
  /** Where this machine finds an address: the demo's public one leads to the service beside. */
  mapUrl?: (url: string) => string;
  /** For benches: no chat lines, no call log, deliveries without their messages, and these unchecked. */
  lean?: boolean;
};

/** One message request that one recipient really receives. */
export type Delivery = {
  userId: string;
  messages: messagingApi.Message[];
  via: SendKind;
  retryKey: string | null;
  requestId: string;
  /** Wire clock, ISO 8601. */
  at: string;
};

/** One request that LINE answered (or would have answered) with success, whoever receives it. */
export type AcceptedSend = {
  via: SendKind;
  to: string[];
  retryKey: string | null;
  requestId: string;
  at: string;
};

/** A use of the API that LINE would let pass and that is wrong all the same. */
export type Misuse = { kind: 'retry_key_with_another_body'; requestId: string; retryKey: string };

export type Account = {
  botUserId: string;
  basicId: string;
  displayName: string;
  channelId: string;
  channelSecret: string;
  channelAccessToken: string;
  verified: boolean;
};

export type LinePlatform = {
  account: Account;
  ids: IdSource;
  people: People;
  /** Group and room ids that the account has joined. */
  groups: Set<string>;
  chats: Chats;
  replyTokens: ReplyTokens;
  retryKeys: RetryKeys;
  linkTokens: LinkTokens;
  markAsReadTokens: Set<string>;
  /** Ids of messages whose content can be fetched. */
  pictures: Set<string>;
  /** Stateless channel tokens → wire milliseconds at which they end. */
  statelessTokens: Map<string, number>;
  richMenus: RichMenuStore;
  /** Rich-menu batches by request id. */
  batches: Map<string, { acceptedAt: number; completedAt: number }>;
  quota: Quota;
  buckets: TokenBuckets;
  sms: SmsInbox;
  log: CallLog;
  plan: FaultPlan;
  /** Append-only. */
  deliveries: Delivery[];
  /** Append-only. */
  accepted: AcceptedSend[];
  misuses: Misuse[];
  webhookEndpoint: { url: string | null; active: boolean };
  options: Required<Pick<PlatformOptions, 'multicastUnknownIds' | 'batchMs' | 'mapUrl' | 'lean'>>;
  now(): number;
  nowIso(): string;
  shownIso(): string;
  faults(): Faults;
  setFaults(faults: Faults): void;
  /** Faults for the next calls, for tests. */
  script(faults: ScriptedFault[]): void;
  record(entry: Omit<LogEntry, 'id'>): void;
  /** Tells the page what to fetch anew, and the saved file that there is something to save. */
  changed(event: StreamEvent): void;
  subscribe(listener: (event: StreamEvent) => void): () => void;
  /**
   * Restores the state that `file` holds and keeps it there from now on, at most 250 ms late. A file
   * that cannot be read is set aside with a warning, and the platform starts anew. Kept: people, chats,
   * rich menus, tokens, keys, quota and text messages. Not kept: deliveries and the call log.
   */
  saveTo(file: string): Promise<SaveOutcome>;
  /** Writes what is not yet written. */
  close(): Promise<void>;
};

const noFaults: Faults = {
  rateLimited: false,
  serverError: false,
  timeoutAfterAccept: false,
  duplicateWebhook: false,
  outOfQuota: false,
};

/** A LINE platform with one Official Account, in memory. */
export function createLinePlatform(options: PlatformOptions = {}): LinePlatform {
  const ids = createIdSource(options.seed ?? 'simulator');
  const now = options.now ?? Date.now;
  const shownNow = options.shownNow ?? now;
  const shownIso = () => new Date(shownNow()).toISOString();
  const nowIso = () => new Date(now()).toISOString();
  const lean = options.lean ?? false;
  const listeners = new Set<(event: StreamEvent) => void>();
  const plan = createFaultPlan();
  const log = createCallLog();
  let faults = noFaults;

  const platform: LinePlatform = {
    account: createAccount(ids, options),
    ids,
    people: createPeople(ids, options.cast ?? defaultCast, options.unknownUsers ?? 'refuse'),
    groups: new Set(),
    chats: createChats(),
    replyTokens: createReplyTokens(),
    retryKeys: createRetryKeys(),
    linkTokens: createLinkTokens(),
    markAsReadTokens: new Set(),
    pictures: new Set(),
    statelessTokens: new Map(),
    richMenus: createRichMenuStore(),
    batches: new Map(),
    quota: createQuota(options.monthlyLimit ?? null, shownNow),
    buckets: createTokenBuckets(options.rateLimits ?? true),
    sms: createSmsInbox(ids, shownIso, (sms) => {
      const request = { to: sms.to, text: sms.text };
      record({ at: sms.at, kind: 'sms', method: 'SMS', path: sms.to, ...delivered, request });
      changed({ kind: 'sms', sms });
    }),
    log,
    plan,
    deliveries: [],
    accepted: [],
    misuses: [],
    webhookEndpoint: { url: null, active: true },
    options: {
      multicastUnknownIds: options.multicastUnknownIds ?? 'refuse',
      batchMs: options.batchMs ?? 0,
      mapUrl: options.mapUrl ?? ((url) => url),
      lean,
    },
    now,
    nowIso,
    shownIso,
    faults: () => faults,
    setFaults(next) {
      faults = next;
      changed({ kind: 'state' });
    },
    script: (steps) => plan.add(steps),
    record,
    changed,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    saveTo: (file) => saved.open(file),
    close: () => saved.close(),
  };
  const saved = createSavedFile(platform);

  function record(entry: Omit<LogEntry, 'id'>): void {
    if (lean) return;
    const added = log.add(entry);
    for (const listener of listeners) listener({ kind: 'log', entry: added });
  }

  function changed(event: StreamEvent): void {
    saved.touch();
    for (const listener of listeners) listener(event);
  }

  return platform;
}

const delivered = { status: 200, durationMs: 0, response: null };

function createAccount(ids: IdSource, options: PlatformOptions): Account {
  return {
    botUserId: `U${ids.named('account', 'bot', 32)}`,
    basicId: options.basicId ?? `@${ids.named('account', 'basic-id', 8)}`,
    displayName: options.displayName ?? 'Shuke',
    channelId: options.channelId ?? '2000000001',
    channelSecret: options.channelSecret ?? ids.named('account', 'channel-secret', 32),
    channelAccessToken: options.channelAccessToken ?? `simulator-${ids.named('account', 'token', 40)}`,
    verified: options.verified ?? false,
  };
}
