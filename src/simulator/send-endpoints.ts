import { hash } from 'node:crypto';
import type { messagingApi } from '@line/bot-sdk';
import type { ChatLine } from './contract.ts';
import type { Answer, Call, Endpoint } from './line-endpoint.ts';
import { badProperty, monthlyLimit, ok, refused } from './line-endpoint.ts';
import type { LinePlatform } from './platform.ts';
import type { SendKind } from './quota.ts';
import type { SentMessage } from './retry-keys.ts';
import { leanSendShapes, retryKeyPattern, sendShapes, validateBody } from './send-rules.ts';
import { perSecond } from './token-buckets.ts';

type Reply = { replyToken: string; messages: messagingApi.Message[] };
type Push = { to: string; messages: messagingApi.Message[] };
type Multicast = { to: string[]; messages: messagingApi.Message[] };

/** Reply, push, multicast and their validation. */
export const sendEndpoints: Endpoint[] = [
  {
    method: 'POST',
    path: '/v2/bot/message/reply',
    limit: perSecond(2000),
    shape: sendShapes.reply,
    leanShape: leanSendShapes.reply,
    sends: 'reply',
    handle: reply,
  },
  {
    method: 'POST',
    path: '/v2/bot/message/push',
    limit: perSecond(2000),
    shape: sendShapes.push,
    leanShape: leanSendShapes.push,
    sends: 'push',
    handle: push,
  },
  {
    method: 'POST',
    path: '/v2/bot/message/multicast',
    limit: perSecond(200),
    shape: sendShapes.multicast,
    leanShape: leanSendShapes.multicast,
    sends: 'multicast',
    handle: multicast,
  },
  ...['reply', 'push', 'multicast', 'narrowcast', 'broadcast'].map(
    (kind): Endpoint => ({
      method: 'POST',
      path: `/v2/bot/message/validate/${kind}`,
      limit: perSecond(2000),
      shape: validateBody,
      handle: () => ok(),
    }),
  ),
];

function reply(call: Call): Answer {
  const { platform } = call;
  const { replyToken, messages } = call.body as Reply;
  const to = platform.replyTokens.look(replyToken, platform.now());
  if (to === null) return refused(400, 'Invalid reply token');
  const mention = findMentionProblem(to, messages);
  if (mention !== null) return mention;
  platform.replyTokens.use(replyToken);
  const sentMessages = send(call, 'reply', [to], null, messages);
  return ok({ sentMessages });
}

function push(call: Call): Answer {
  const { platform } = call;
  const { to, messages } = call.body as Push;
  const key = readRetryKey(call);
  if (typeof key === 'object' && key !== null) return key;
  const exists = to.startsWith('U') ? platform.people.find(to) !== null : platform.groups.has(to);
  if (!exists) return badProperty('to', 'No user, group or room has this id');
  const mention = findMentionProblem(to, messages);
  if (mention !== null) return mention;
  const again = answerAgain(call, key);
  if (again !== null) return again;
  if (!hasQuotaFor(platform, [to])) return monthlyLimit;
  const sentMessages = send(call, 'push', [to], key, messages);
  remember(call, key, sentMessages);
  return ok({ sentMessages });
}

function multicast(call: Call): Answer {
  const { platform } = call;
  const { to, messages } = call.body as Multicast;
  const key = readRetryKey(call);
  if (typeof key === 'object' && key !== null) return key;
  const unknown = to.findIndex((userId) => platform.people.find(userId) === null);
  if (unknown >= 0 && platform.options.multicastUnknownIds === 'refuse') {
    return badProperty(`to[${unknown}]`, 'No user has this id');
  }
  const again = answerAgain(call, key);
  if (again !== null) return again;
  // Friends only: whoever wrote without being one gets no multicast.
  const friends = [...new Set(to)].filter((userId) => platform.people.find(userId)?.following === true);
  if (!hasQuotaFor(platform, friends)) return monthlyLimit;
  send(call, 'multicast', friends, key, messages);
  remember(call, key, null);
  return ok({});
}

/** The key, null without one, or the refusal of a malformed one. */
function readRetryKey({ headers }: Call): string | null | Answer {
  const key = headers['x-line-retry-key'];
  if (key === undefined) return null;
  if (typeof key === 'string' && retryKeyPattern.test(key)) return key;
  return refused(400, 'The X-Line-Retry-Key header must be a UUID');
}

/** The 409 of a request that was accepted before under the same key. */
function answerAgain(call: Call, key: string | null): Answer | null {
  if (key === null) return null;
  const { platform } = call;
  const earlier = platform.retryKeys.find(key, platform.now());
  if (earlier === null) return null;
  if (earlier.bodyHash !== hashBody(call)) {
    const { requestId } = call;
    platform.misuses.push({ kind: 'retry_key_with_another_body', requestId, retryKey: key });
  }
  return {
    status: 409,
    headers: { 'x-line-accepted-request-id': earlier.requestId },
    body: {
      message: 'The retry key is already accepted',
      ...(earlier.sentMessages === null ? {} : { sentMessages: earlier.sentMessages }),
    },
  };
}

function remember(call: Call, key: string | null, sentMessages: SentMessage[] | null): void {
  if (key === null) return;
  const { platform, requestId } = call;
  const at = platform.now();
  platform.retryKeys.remember({ key, at, requestId, bodyHash: hashBody(call), sentMessages });
}

function hashBody({ path, raw }: Call): string {
  return hash('sha256', Buffer.concat([Buffer.from(`${path}\n`), raw]));
}

/** A mention needs somebody else in the chat: LINE refuses it in 1:1. */
function findMentionProblem(to: string, messages: messagingApi.Message[]): Answer | null {
  if (!to.startsWith('U')) return null;
  for (const [at, message] of messages.entries()) {
    if (message.type !== 'textV2') continue;
    const substitution = (message as messagingApi.TextMessageV2).substitution ?? {};
    for (const [key, value] of Object.entries(substitution)) {
      if (value.type !== 'mention') continue;
      return badProperty(`messages[${at}].substitution.${key}`, 'Mentions are for groups and rooms');
    }
  }
  return null;
}

function receives(platform: LinePlatform, to: string): boolean {
  if (!to.startsWith('U')) return platform.groups.has(to);
  const person = platform.people.find(to);
  return person !== null && platform.people.canReceive(person, platform.now());
}

function hasQuotaFor(platform: LinePlatform, to: string[]): boolean {
  if (platform.faults().outOfQuota) return false;
  return platform.quota.allows(to.filter((id) => receives(platform, id)).length);
}

/** Accepts a send: delivers it to those whom it reaches, counts them, and gives the messages their ids. */
function send(
  { platform, requestId }: Call,
  via: SendKind,
  to: string[],
  retryKey: string | null,
  messages: messagingApi.Message[],
): SentMessage[] {
  const { deliveries, options } = platform;
  const at = platform.nowIso();
  const sent = messages.map(() => ({ id: platform.ids.number(), quoteToken: platform.ids.hex(40) }));
  const reached = to.filter((id) => receives(platform, id));
  platform.accepted.push({ via, to: options.lean ? [] : to, retryKey, requestId, at });
  for (const userId of reached) {
    deliveries.push({ userId, messages: options.lean ? [] : messages, via, retryKey, requestId, at });
  }
  if (reached.length > 0) platform.quota.count(via, reached.length);
  if (!options.lean) {
    for (const userId of reached) show(platform, userId, via, messages, sent);
    platform.changed({ kind: 'state' });
  }
  return sent;
}

function show(
  platform: LinePlatform,
  userId: string,
  via: SendKind,
  messages: messagingApi.Message[],
  sent: SentMessage[],
): void {
  const at = platform.shownIso();
  messages.forEach((message, index) => {
    // A multicast gives every recipient the same ids; a line of a chat needs one of its own.
    const id = via === 'multicast' ? platform.ids.number() : (sent[index]?.id ?? platform.ids.number());
    const line: ChatLine = { id, at, from: 'account', via, message };
    platform.chats.append(userId, line);
  });
  platform.changed({ kind: 'chat', userId });
}
