import { setTimeout as wait } from 'node:timers/promises';
import type { Faults } from '#simulator/contract.ts';
import type { ScriptedFault } from '#simulator/fault-plan.ts';
import { startLineServer } from '#simulator/line-server.ts';
import { createLinePlatform, type LinePlatform } from '#simulator/platform.ts';
import { buildEvent, buildMessageEvent, type WebhookEvent } from '#simulator/webhook-events.ts';
import { createWebhookSender, type WebhookSender } from '#simulator/webhook-sender.ts';
import { crowdUserId } from '../support/bound-people.ts';
import { serveCommands } from '../support/processes.ts';

/** What a shopper did, and whether any delivery of it was answered 2xx. */
export type PostedEvent = {
  eventId: string;
  userId: string;
  act: 'follow' | 'text' | 'claim';
  replyToken: string;
  isTaken: boolean;
  deliveries: number;
};

/** One call of the reply endpoint; `status` null where LINE did not answer. */
export type SeenReply = { token: string; status: number | null; messages: string };

export type LineLog = {
  posted: PostedEvent[];
  replies: SeenReply[];
  /** Each time that a reply took effect, whatever was answered. */
  acceptedTokens: string[];
  pushes: { userId: string; via: string; retryKey: string | null; messages: string }[];
  pushStatuses: (number | null)[];
  /** Requests under a retry key whose body was another one. */
  misuses: number;
};

export type Traffic = {
  urls: string[];
  perSecond: number;
  /** Bound members are 1 to `bound`; those behind them follow for the first time. */
  bound: number;
  couponId: number;
};

/** As LINE does where redelivery is switched on: again, until it is taken. */
const redeliverEveryMs = 400;
const giveUpAfterMs = 45_000;
const texts = ['點數', '會員卡', '優惠券', '說明', '我的優惠券'];

let platform: LinePlatform;
let senders: WebhookSender[] = [];
const posted = new Map<string, PostedEvent>();
const replies: SeenReply[] = [];
const acceptedTokens: string[] = [];
const pushStatuses: (number | null)[] = [];
const underWay = new Set<Promise<void>>();
let isFlowing = false;
let newcomers = 0;

async function open(options: { latencyMs?: number }) {
  platform = createLinePlatform({ rateLimits: false, unknownUsers: 'befriend', seed: String(process.pid) });
  const { use } = platform.replyTokens;
  platform.replyTokens.use = (token) => {
    use(token);
    acceptedTokens.push(token);
  };
  platform.subscribe((event) => {
    if (event.kind !== 'log') return;
    if (event.entry.path === '/v2/bot/message/push') pushStatuses.push(event.entry.status);
    if (event.entry.path !== '/v2/bot/message/reply') return;
    const { replyToken, messages } = event.entry.request as { replyToken: string; messages: unknown };
    replies.push({ token: replyToken, status: event.entry.status, messages: JSON.stringify(messages) });
  });
  const server = await startLineServer(platform, options);
  const { channelSecret, channelAccessToken, botUserId } = platform.account;
  return { url: server.url, channelSecret, channelAccessToken, botUserId };
}

/** Shoppers act until `quiet`; follows are posted twice, and one event in ten comes again unasked. */
function flow(traffic: Traffic): void {
  senders = traffic.urls.map((url) => createWebhookSender({ platform, url: `${url}/line/webhook` }));
  isFlowing = true;
  const startedAt = performance.now();
  let made = 0;
  const timer = setInterval(() => {
    if (!isFlowing) {
      clearInterval(timer);
      return;
    }
    while (made < ((performance.now() - startedAt) * traffic.perSecond) / 1000)
      deliver(make(made++, traffic));
  }, 5);
}

function make(nth: number, { bound, couponId }: Traffic): { event: WebhookEvent; act: PostedEvent['act'] } {
  const user = (n: number) => ({ type: 'user', userId: crowdUserId(n) }) as const;
  if (nth % 10 === 0) {
    newcomers += 1;
    const follow = { type: 'follow', follow: { isUnblocked: false } } as const;
    return { event: buildEvent(platform, user(bound + newcomers), follow), act: 'follow' };
  }
  const source = user(1 + (nth % bound));
  if (nth % 3 === 0) {
    const postback = { data: `v1:claim?id=${couponId}` };
    return { event: buildEvent(platform, source, { type: 'postback', postback }), act: 'claim' };
  }
  const text = texts[nth % texts.length] ?? '';
  const event = buildMessageEvent(platform, source, platform.ids.number(), { type: 'text', text });
  return { event, act: 'text' };
}

function deliver({ event, act }: ReturnType<typeof make>): PostedEvent {
  const entry: PostedEvent = {
    eventId: event.webhookEventId,
    userId: (event.source as { userId: string }).userId,
    act,
    replyToken: event.replyToken ?? '',
    isTaken: false,
    deliveries: 0,
  };
  posted.set(entry.eventId, entry);
  const work = deliverUntilTaken(event, entry).finally(() => underWay.delete(work));
  underWay.add(work);
  return entry;
}

async function deliverUntilTaken(event: WebhookEvent, entry: PostedEvent): Promise<void> {
  const giveUpAt = performance.now() + giveUpAfterMs;
  const nth = posted.size;
  const isSentTwice = entry.act === 'follow' || nth % 10 === 1;
  const once = async (sender: WebhookSender | undefined, isAgain: boolean) => {
    entry.deliveries += 1;
    const answer = await (isAgain ? sender?.redeliver([event]) : sender?.post([event]));
    if (answer?.status === 200) entry.isTaken = true;
  };
  await Promise.all([
    once(senders[nth % senders.length], false),
    ...(isSentTwice ? [once(senders[(nth + 1) % senders.length], false)] : []),
  ]);
  while (!entry.isTaken && performance.now() < giveUpAt) {
    await wait(redeliverEveryMs);
    await once(senders[entry.deliveries % senders.length], true);
  }
}

/** One shopper writes; resolves when it was answered. */
async function say(input: { url: string; person: number; text: string }): Promise<PostedEvent> {
  senders = [createWebhookSender({ platform, url: `${input.url}/line/webhook` })];
  const source = { type: 'user', userId: crowdUserId(input.person) } as const;
  const content = { type: 'text', text: input.text };
  const entry = deliver({
    event: buildMessageEvent(platform, source, platform.ids.number(), content),
    act: 'text',
  });
  await Promise.all(underWay);
  return entry;
}

/** No new acts; resolves when all that were begun are answered. */
async function quiet(): Promise<void> {
  isFlowing = false;
  while (underWay.size > 0) await Promise.all(underWay);
}

const commands = {
  open,
  flow,
  say,
  quiet,
  script: (faults: ScriptedFault[]) => platform.script(faults),
  setFaults: (faults: Faults) => platform.setFaults(faults),
  scriptedLeft: () => platform.plan.left(),
  isReplied: (token: string) => acceptedTokens.includes(token),
  isPushed: (userId: string) =>
    platform.deliveries.some((each) => each.userId === userId && each.via === 'push'),
  log: (): LineLog => ({
    posted: [...posted.values()],
    replies,
    acceptedTokens,
    pushStatuses,
    pushes: platform.deliveries
      .filter(({ via }) => via !== 'reply')
      .map(({ messages, ...each }) => ({ ...each, messages: JSON.stringify(messages) })),
    misuses: platform.misuses.length,
  }),
};
export type LineForStorm = typeof commands;
serveCommands(commands);
