import { z } from 'zod';
import { httpsUrl, userIdPattern, utf16 } from './field-rules.ts';
import type { Answer, Call, Endpoint } from './line-endpoint.ts';
import { accepted, badProperty, notFound, ok, refused } from './line-endpoint.ts';
import type { SendKind } from './quota.ts';
import { loadingBody, markAsReadBody } from './send-rules.ts';
import { perHour, perSecond } from './token-buckets.ts';
import { checkWebhook } from './webhook-sender.ts';

const usual = perSecond(2000);

/** Everything about the account and its friends besides sends and rich menus. */
export const accountEndpoints: Endpoint[] = [
  {
    method: 'GET',
    path: '/v2/bot/info',
    limit: usual,
    handle: ({ platform: { account } }) =>
      ok({
        userId: account.botUserId,
        basicId: account.basicId,
        displayName: account.displayName,
        chatMode: 'bot',
        markAsReadMode: 'auto',
      }),
  },
  { method: 'GET', path: '/v2/bot/profile/{userId}', limit: usual, handle: getProfile },
  { method: 'GET', path: '/v2/bot/followers/ids', limit: usual, handle: listFollowers },
  { method: 'POST', path: '/v2/bot/user/{userId}/linkToken', limit: usual, handle: issueLinkToken },
  {
    method: 'GET',
    path: '/v2/bot/message/quota',
    limit: usual,
    handle({ platform: { quota } }) {
      const value = quota.limit();
      return ok(value === null ? { type: 'none' } : { type: 'limited', value });
    },
  },
  {
    method: 'GET',
    path: '/v2/bot/message/quota/consumption',
    limit: usual,
    handle: ({ platform: { quota } }) => ok({ totalUsage: quota.used() }),
  },
  ...(['reply', 'push', 'multicast'] as const).map(
    (kind): Endpoint => ({
      method: 'GET',
      path: `/v2/bot/message/delivery/${kind}`,
      limit: usual,
      handle: (call) => countSent(call, kind),
    }),
  ),
  {
    method: 'POST',
    path: '/v2/bot/chat/loading/start',
    limit: perSecond(100),
    shape: loadingBody,
    handle({ platform, body }) {
      const { chatId } = body as z.infer<typeof loadingBody>;
      return platform.people.find(chatId) === null
        ? badProperty('chatId', 'No user has this id')
        : accepted();
    },
  },
  {
    method: 'POST',
    path: '/v2/bot/chat/markAsRead',
    limit: usual,
    shape: markAsReadBody,
    handle({ platform, body }) {
      const { markAsReadToken } = body as z.infer<typeof markAsReadBody>;
      const isKnown = platform.markAsReadTokens.has(markAsReadToken);
      return isKnown ? ok() : badProperty('markAsReadToken', 'Unknown token');
    },
  },
  { method: 'GET', path: '/v2/bot/channel/webhook/endpoint', limit: perSecond(1000), handle: getWebhook },
  {
    method: 'PUT',
    path: '/v2/bot/channel/webhook/endpoint',
    limit: { count: 1000, perMs: 60_000 },
    shape: z.strictObject({ endpoint: httpsUrl.refine((url) => url.length <= 500, 'At most 500') }),
    handle({ platform, body }) {
      platform.webhookEndpoint = { url: (body as { endpoint: string }).endpoint, active: true };
      return ok();
    },
  },
  {
    method: 'POST',
    path: '/v2/bot/channel/webhook/test',
    limit: perHour(60),
    shape: z.strictObject({ endpoint: utf16(1, 500).optional() }),
    handle: testWebhook,
  },
  {
    method: 'POST',
    path: '/oauth2/v3/token',
    limit: usual,
    takes: ['application/x-www-form-urlencoded'],
    open: true,
    handle: issueStatelessToken,
  },
  {
    method: 'GET',
    path: '/v2/bot/message/{messageId}/content',
    limit: usual,
    data: true,
    handle: getContent,
  },
];

function getProfile({ platform, params }: Call): Answer {
  const userId = params.userId ?? '';
  if (!userIdPattern.test(userId)) return refused(400, "The value for the 'userId' parameter is invalid");
  const person = platform.people.find(userId);
  // Blocked, never a friend and never wrote, or no such user: LINE tells them not apart.
  if (person === null || !platform.people.canReceive(person, platform.now())) return notFound;
  const { displayName, language } = person;
  return ok({ userId, displayName, language });
}

function listFollowers({ platform, query }: Call): Answer {
  if (!platform.account.verified) {
    return refused(403, 'Access to this API is not available for your account');
  }
  const limit = Number(query.get('limit') ?? 300);
  if (!Number.isInteger(limit) || limit < 1 || limit > 1000) {
    return refused(400, "The value for the 'limit' parameter is invalid");
  }
  const start = Number(query.get('start') ?? 0);
  if (!Number.isInteger(start) || start < 0) {
    return refused(400, "The value for the 'start' parameter is invalid");
  }
  const friends = platform.people.list().filter((person) => person.following);
  const userIds = friends.slice(start, start + limit).map((person) => person.userId);
  const next = start + limit < friends.length ? { next: String(start + limit) } : {};
  return ok({ userIds, ...next });
}

function issueLinkToken({ platform, params }: Call): Answer {
  const person = platform.people.find(params.userId ?? '');
  if (person === null) return refused(400, "The value for the 'userId' parameter is invalid");
  const linkToken = platform.ids.hex(32);
  platform.linkTokens.issue(linkToken, person.userId, platform.now());
  return ok({ linkToken });
}

function countSent({ platform: { quota }, query }: Call, kind: SendKind): Answer {
  const day = query.get('date') ?? '';
  if (!/^\d{8}$/.test(day)) return refused(400, "The value for the 'date' parameter is invalid");
  // LINE finishes a day's count on the next day.
  if (day >= quota.today()) return ok({ status: 'unready' });
  return ok({ status: 'ready', success: quota.sentOn(day, kind) });
}

function getWebhook({ platform: { webhookEndpoint } }: Call): Answer {
  if (webhookEndpoint.url === null) return notFound;
  return ok({ endpoint: webhookEndpoint.url, active: webhookEndpoint.active });
}

async function testWebhook({ platform, body }: Call): Promise<Answer> {
  const url = (body as { endpoint?: string }).endpoint ?? platform.webhookEndpoint.url;
  if (url === null) return notFound;
  const { status, detail } = await checkWebhook(platform, platform.options.mapUrl(url));
  const success = status === 200;
  return ok({
    success,
    timestamp: platform.nowIso(),
    statusCode: status ?? 0,
    reason: success ? 'OK' : status === null ? 'COULD_NOT_CONNECT' : 'ERROR_STATUS_CODE',
    detail,
  });
}

const statelessSeconds = 899;

function issueStatelessToken({ platform, raw }: Call): Answer {
  const form = new URLSearchParams(raw.toString());
  const oauthError = (error: string, description: string): Answer => ({
    status: 400,
    body: { error, error_description: description },
  });
  if (form.get('grant_type') !== 'client_credentials') {
    return oauthError('unsupported_grant_type', 'grant_type must be client_credentials');
  }
  const { channelId, channelSecret } = platform.account;
  if (form.get('client_id') !== channelId || form.get('client_secret') !== channelSecret) {
    return oauthError('invalid_client', 'invalid client_id or client_secret');
  }
  const token = `stateless-${platform.ids.hex(48)}`;
  platform.statelessTokens.set(token, platform.now() + statelessSeconds * 1000);
  return ok({ token_type: 'Bearer', access_token: token, expires_in: statelessSeconds });
}

// One grey pixel: whatever picture a shopper sends in the simulator.
const pixel = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==',
  'base64',
);

function getContent({ platform, params }: Call): Answer {
  if (!platform.pictures.has(params.messageId ?? '')) return notFound;
  return { status: 200, headers: { 'content-type': 'image/png' }, body: pixel };
}
