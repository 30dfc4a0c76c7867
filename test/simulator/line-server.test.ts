import { randomUUID } from 'node:crypto';
import { channelAccessToken } from '@line/bot-sdk';
import { describe, expect, it } from 'vitest';
import type { ScriptedAnswer } from '#simulator/fault-plan.ts';
import { befriend, createHandClock, hour, openEndpoint, openStage, refusalOf, text } from './stage.ts';

const push = '/v2/bot/message/push';

describe('the door', () => {
  it.each([
    ['no token', {}],
    ['a wrong one', { authorization: 'Bearer wrong' }],
    ['another scheme', { authorization: 'Basic abc' }],
  ])('answers 401 to %s', async (_name, headers) => {
    await using stage = await openStage();
    const response = await fetch(`${stage.server.url}/v2/bot/info`, { headers });
    expect(response.status).toBe(401);
    expect(response.headers.get('x-line-request-id')).not.toBeNull();
    expect(await response.json()).toEqual({ message: expect.stringContaining('Authentication failed') });
  });

  it('takes a stateless token for 15 minutes', async () => {
    const clock = createHandClock();
    await using stage = await openStage({ now: clock.now, channelId: '1234' });
    const client = new channelAccessToken.ChannelAccessTokenClient({ baseURL: stage.server.url });
    const { channelSecret } = stage.platform.account;
    const issue = (secret: string) => client.issueStatelessChannelTokenByClientSecret('1234', secret);
    const issued = await issue(channelSecret);
    expect(issued).toMatchObject({ token_type: 'Bearer', expires_in: 899 });
    const headers = { authorization: `Bearer ${issued.access_token}` };
    expect((await stage.call('GET', '/v2/bot/info', undefined, headers)).status).toBe(200);
    clock.pass(899_000);
    expect((await stage.call('GET', '/v2/bot/info', undefined, headers)).status).toBe(401);
    expect((await refusalOf(issue('wrong'))).body).toMatchObject({ error: 'invalid_client' });
  });

  it.each([
    ['400 for what is no JSON', 400, '{', {}],
    ['415 for another media type', 415, '{}', { 'content-type': 'text/plain' }],
    ['413 for more than 2 MB', 413, JSON.stringify({ to: 'x'.repeat(2 * 1024 * 1024) }), {}],
  ])('answers %s', async (_name, status, body, headers) => {
    await using stage = await openStage();
    expect((await stage.call('POST', push, body, headers)).status).toBe(status);
  });

  it('answers 404 for what LINE has not', async () => {
    await using stage = await openStage();
    expect((await stage.call('GET', '/v2/bot/nothing')).status).toBe(404);
    expect((await stage.call('GET', push)).status).toBe(404);
  });
});

describe('a token bucket', () => {
  it('is of one endpoint, empties, and fills again little by little', async () => {
    const clock = createHandClock();
    await using stage = await openStage({ now: clock.now });
    const list = () => stage.line.getRichMenuList();
    for (let i = 0; i < 10; i += 1) await list();
    const refusal = await refusalOf(list());
    expect(refusal.status).toBe(429);
    expect(refusal.body.message).toContain('rate limit');
    await stage.line.getRichMenuAliasList();
    clock.pass(100);
    await list();
    expect((await refusalOf(list())).status).toBe(429);
    clock.pass(hour);
    await list();
  });

  it('can be taken away for a bench', async () => {
    await using stage = await openStage({ rateLimits: false });
    for (let i = 0; i < 30; i += 1) await stage.line.getRichMenuList();
    expect(stage.platform.log.after(0)).toHaveLength(30);
  });
});

describe('a fault switch', () => {
  const faultsOff = {
    rateLimited: false,
    serverError: false,
    timeoutAfterAccept: false,
    duplicateWebhook: false,
    outOfQuota: false,
  };

  it.each([
    ['rateLimited' as const, 429, 'rate limit'],
    ['serverError' as const, 500, 'Internal error'],
    ['outOfQuota' as const, 429, 'monthly limit'],
  ])('%s answers %i to sends, and only to those', async (fault, status, words) => {
    await using stage = await openStage();
    const { userId } = befriend(stage.platform);
    stage.platform.setFaults({ ...faultsOff, [fault]: true });
    const refusal = await refusalOf(stage.line.pushMessage({ to: userId, messages: [text('a')] }));
    expect(refusal.status).toBe(status);
    expect(refusal.body.message).toContain(words);
    expect((await stage.line.getProfile(userId)).userId).toBe(userId);
    expect(stage.platform.accepted).toEqual([]);
  });

  it('timeoutAfterAccept delivers and never answers', async () => {
    await using stage = await openStage();
    const { userId } = befriend(stage.platform);
    stage.platform.setFaults({ ...faultsOff, timeoutAfterAccept: true });
    const waiting = new AbortController();
    const answer = fetch(stage.server.url + push, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${stage.platform.account.channelAccessToken}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({ to: userId, messages: [text('a')] }),
      signal: waiting.signal,
    });
    await expect.poll(() => stage.platform.deliveries.length).toBe(1);
    expect(stage.platform.log.after(0)).toMatchObject([{ path: push, status: null }]);
    waiting.abort();
    await expect(answer).rejects.toThrow();
  });
});

describe('a scripted fault', () => {
  const cases: [string, ScriptedAnswer, number | 'broken', number][] = [
    ['500 before anything', { do: 'answer', status: 500 }, 500, 0],
    ['500 after accepting', { do: 'answer', status: 500, accept: true }, 500, 1],
    ['401', { do: 'answer', status: 401 }, 401, 0],
    ['403 with its own words', { do: 'answer', status: 403, body: { message: 'No' } }, 403, 0],
    ['a reset before accepting', { do: 'reset', accept: false }, 'broken', 0],
    ['a reset after accepting', { do: 'reset', accept: true }, 'broken', 1],
    ['half a body', { do: 'half-body' }, 'broken', 1],
    ['a delay', { do: 'delay', ms: 1 }, 200, 1],
  ];

  it.each(cases)('is %s, for one call', async (_name, answer, status, delivered) => {
    await using stage = await openStage();
    const { userId } = befriend(stage.platform);
    stage.platform.script([{ match: { path: push, to: userId }, answer }]);
    const send = () => stage.call('POST', push, { to: userId, messages: [text('a')] });
    if (status === 'broken') await expect(send()).rejects.toThrow();
    else expect((await send()).status).toBe(status);
    expect(stage.platform.deliveries).toHaveLength(delivered);
    expect(stage.platform.plan.left()).toBe(0);
    expect((await send()).status).toBe(200);
  });

  it('gives a 409 the header that it is told to give', async () => {
    await using stage = await openStage();
    const { userId } = befriend(stage.platform);
    const headers = { 'x-line-accepted-request-id': randomUUID() };
    stage.platform.script([{ match: { method: 'POST' }, answer: { do: 'answer', status: 409, headers } }]);
    const answer = await stage.call('POST', push, { to: userId, messages: [text('a')] });
    expect(answer.headers.get('x-line-accepted-request-id')).toBe(headers['x-line-accepted-request-id']);
  });

  it('meets only the calls that fit, as often as told', async () => {
    await using stage = await openStage();
    stage.platform.script([{ match: { path: /info$/ }, times: 2, answer: { do: 'answer', status: 500 } }]);
    const statuses: number[] = [];
    for (const path of ['/v2/bot/message/quota', '/v2/bot/info', '/v2/bot/info', '/v2/bot/info']) {
      statuses.push((await stage.call('GET', path)).status);
    }
    expect(statuses).toEqual([200, 500, 500, 200]);
  });
});

describe('a server that hangs', () => {
  it('answers nothing and still closes', async () => {
    const stage = await openStage({}, { hang: true });
    const answer = fetch(`${stage.server.url}/v2/bot/info`);
    const refused = expect(answer).rejects.toThrow();
    await stage[Symbol.asyncDispose]();
    await refused;
  });
});

describe('the account', () => {
  it('tells who it is', async () => {
    await using stage = await openStage({ displayName: 'Shop', basicId: '@shop' });
    expect(await stage.line.getBotInfo()).toEqual({
      userId: expect.stringMatching(/^U[0-9a-f]{32}$/),
      basicId: '@shop',
      displayName: 'Shop',
      chatMode: 'bot',
      markAsReadMode: 'auto',
    });
  });

  it('is the same for the same seed', async () => {
    await using one = await openStage({ seed: 'a' });
    await using same = await openStage({ seed: 'a' });
    await using other = await openStage({ seed: 'b' });
    expect(same.platform.account).toEqual(one.platform.account);
    expect(same.platform.people.list()).toEqual(one.platform.people.list());
    expect(other.platform.account.botUserId).not.toBe(one.platform.account.botUserId);
  });

  it('knows the profile of friends only', async () => {
    await using stage = await openStage();
    const friend = befriend(stage.platform);
    const { userId, displayName, language } = friend;
    expect(await stage.line.getProfile(userId)).toEqual({ userId, displayName, language });
    friend.following = false;
    expect((await refusalOf(stage.line.getProfile(userId))).status).toBe(404);
    expect((await refusalOf(stage.line.getProfile('somebody'))).status).toBe(400);
  });

  it('lists its followers page by page when it is verified', async () => {
    await using stage = await openStage({ verified: true });
    const friends = [0, 1, 2].map((index) => befriend(stage.platform, index).userId);
    const first = await stage.line.getFollowers(undefined, 2);
    expect(first.userIds).toEqual(friends.slice(0, 2));
    const second = await stage.line.getFollowers(first.next, 2);
    expect(second).toEqual({ userIds: friends.slice(2) });
    expect((await refusalOf(stage.line.getFollowers(undefined, 1001))).status).toBe(400);
  });

  it('may not list them when it is not', async () => {
    await using stage = await openStage();
    expect((await refusalOf(stage.line.getFollowers())).status).toBe(403);
  });

  it('shows the loading animation for 5 to 60 seconds in steps of 5', async () => {
    await using stage = await openStage();
    const { userId } = befriend(stage.platform);
    const show = (loadingSeconds?: number) =>
      stage.line.showLoadingAnimationWithHttpInfo(
        loadingSeconds === undefined ? { chatId: userId } : { chatId: userId, loadingSeconds },
      );
    expect((await show()).httpResponse.status).toBe(202);
    expect((await show(60)).httpResponse.status).toBe(202);
    for (const wrong of [0, 7, 65]) {
      expect((await refusalOf(show(wrong))).body.details?.[0]?.property).toBe('loadingSeconds');
    }
  });

  it('marks as read only with a token that a webhook gave', async () => {
    await using stage = await openStage();
    const refusal = await refusalOf(stage.line.markMessagesAsReadByToken({ markAsReadToken: 'x' }));
    expect(refusal.body.details?.[0]?.property).toBe('markAsReadToken');
    stage.platform.markAsReadTokens.add('x');
    expect(await stage.line.markMessagesAsReadByToken({ markAsReadToken: 'x' })).toEqual({});
  });

  it('keeps a webhook endpoint and tests it with a signed body without events', async () => {
    await using endpoint = await openEndpoint([200, 503]);
    const mapUrl = (url: string) => (url === 'https://shop.example/line/webhook' ? endpoint.url : url);
    await using stage = await openStage({ mapUrl });
    expect((await refusalOf(stage.line.getWebhookEndpoint())).status).toBe(404);
    const http = await refusalOf(stage.line.setWebhookEndpoint({ endpoint: 'http://shop.example/' }));
    expect(http.body.details?.[0]?.property).toBe('endpoint');
    await stage.line.setWebhookEndpoint({ endpoint: 'https://shop.example/line/webhook' });
    expect(await stage.line.getWebhookEndpoint()).toEqual({
      endpoint: 'https://shop.example/line/webhook',
      active: true,
    });
    expect(await stage.line.testWebhookEndpoint({})).toMatchObject({ success: true, statusCode: 200 });
    expect(await stage.line.testWebhookEndpoint({})).toMatchObject({ success: false, statusCode: 503 });
    expect(JSON.parse(endpoint.received[0]!.raw.toString())).toEqual({
      destination: stage.platform.account.botUserId,
      events: [],
    });
  });
});
