import { randomUUID } from 'node:crypto';
import type { messagingApi } from '@line/bot-sdk';
import { describe, expect, it } from 'vitest';
import { buildEvent } from '#simulator/webhook-events.ts';
import { befriend, createHandClock, hour, minute, openStage, refusalOf, text } from './stage.ts';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe('a push', () => {
  it('reaches a friend, and every answer has its own request id', async () => {
    await using stage = await openStage();
    const friend = befriend(stage.platform);
    const { httpResponse, body } = await stage.line.pushMessageWithHttpInfo({
      to: friend.userId,
      messages: [text('one'), text('two')],
    });
    expect(body.sentMessages).toHaveLength(2);
    expect(httpResponse.headers.get('x-line-request-id')).toMatch(uuid);
    expect(stage.platform.deliveries).toMatchObject([
      {
        userId: friend.userId,
        via: 'push',
        messages: [text('one'), text('two')],
        retryKey: null,
        requestId: httpResponse.headers.get('x-line-request-id'),
      },
    ]);
    expect(stage.platform.chats.lines(friend.userId)).toMatchObject([
      { from: 'account', via: 'push', message: text('one') },
      { from: 'account', via: 'push', message: text('two') },
    ]);
  });

  it('is accepted and not delivered for someone who blocked the account', async () => {
    await using stage = await openStage({ monthlyLimit: 10 });
    const person = befriend(stage.platform);
    person.following = false;
    await stage.line.pushMessage({ to: person.userId, messages: [text('hello')] });
    expect(stage.platform.accepted).toHaveLength(1);
    expect(stage.platform.deliveries).toEqual([]);
    expect(await stage.line.getMessageQuotaConsumption()).toEqual({ totalUsage: 0 });
  });

  it('reaches a stranger for seven days after that person wrote', async () => {
    const clock = createHandClock();
    await using stage = await openStage({ now: clock.now });
    const stranger = stage.platform.people.list()[0]!;
    const push = () => stage.line.pushMessage({ to: stranger.userId, messages: [text('hello')] });
    await push();
    expect(stage.platform.deliveries).toHaveLength(0);
    stranger.lastWroteAt = clock.now();
    clock.pass(7 * 24 * hour);
    await push();
    expect(stage.platform.deliveries).toHaveLength(1);
    clock.pass(1);
    await push();
    expect(stage.platform.deliveries).toHaveLength(1);
  });

  it.each([
    ['an id that no user has', `U${'0'.repeat(32)}`],
    ['no id at all', 'somebody'],
    ['a group that the account is not in', `C${'0'.repeat(32)}`],
  ])('is refused to %s', async (_name, to) => {
    await using stage = await openStage();
    const refusal = await refusalOf(stage.line.pushMessage({ to, messages: [text('hello')] }));
    expect(refusal.status).toBe(400);
    expect(refusal.body.details?.[0]?.property).toBe('to');
  });

  it('names the place in a message that is wrong, and sends nothing', async () => {
    await using stage = await openStage();
    const { userId } = befriend(stage.platform);
    const messages = [text('fine'), text('')];
    const refusal = await refusalOf(stage.line.pushMessage({ to: userId, messages }));
    expect(refusal).toEqual({
      status: 400,
      body: {
        message: 'The request body has 1 error(s)',
        details: [{ message: 'May not be empty', property: 'messages[1].text' }],
      },
    });
    expect(stage.platform.accepted).toEqual([]);
  });

  it.each([
    ['customAggregationUnits[0]', { customAggregationUnits: ['a-b'] }],
    ['customAggregationUnits', { customAggregationUnits: ['a', 'b'] }],
    ['notificationDisabled', { notificationDisabled: 'yes' }],
    ['silent', { silent: true }],
    ['messages', { messages: [] }],
  ])('is refused for %s', async (property, more) => {
    await using stage = await openStage();
    const { userId } = befriend(stage.platform);
    const body = { to: userId, messages: [text('hello')], ...more };
    const answer = await stage.call('POST', '/v2/bot/message/push', body);
    expect(answer.status).toBe(400);
    expect(answer.body.details?.map((each) => each.property)).toEqual([property]);
  });

  it('with a mention is refused in a 1:1 chat and taken in a group', async () => {
    await using stage = await openStage();
    const { userId } = befriend(stage.platform);
    const groupId = `C${'a'.repeat(32)}`;
    stage.platform.groups.add(groupId);
    const mention: messagingApi.MentionSubstitutionObject = {
      type: 'mention',
      mentionee: { type: 'user', userId },
    };
    const messages: messagingApi.TextMessageV2[] = [
      { type: 'textV2', text: '{who}', substitution: { who: mention } },
    ];
    const refusal = await refusalOf(stage.line.pushMessage({ to: userId, messages }));
    expect(refusal.body.details?.[0]?.property).toBe('messages[0].substitution.who');
    expect((await stage.line.pushMessage({ to: groupId, messages })).sentMessages).toHaveLength(1);
  });
});

describe('a retry key', () => {
  it('makes a second request a 409 that names the first and its messages', async () => {
    await using stage = await openStage();
    const { userId } = befriend(stage.platform);
    const body = { to: userId, messages: [text('once')] };
    const headers = { 'x-line-retry-key': randomUUID() };
    const first = await stage.call('POST', '/v2/bot/message/push', body, headers);
    const second = await stage.call('POST', '/v2/bot/message/push', body, headers);
    expect(second.status).toBe(409);
    expect(second.headers.get('x-line-accepted-request-id')).toBe(first.headers.get('x-line-request-id'));
    expect(second.headers.get('x-line-request-id')).not.toBe(first.headers.get('x-line-request-id'));
    expect(second.body).toEqual({
      message: 'The retry key is already accepted',
      sentMessages: first.body.sentMessages,
    });
    expect(stage.platform.deliveries).toHaveLength(1);
    expect(stage.platform.misuses).toEqual([]);
  });

  it('is forgotten after 24 hours: the same request is sent again', async () => {
    const clock = createHandClock();
    await using stage = await openStage({ now: clock.now });
    const { userId } = befriend(stage.platform);
    const key = randomUUID();
    const push = () => stage.line.pushMessage({ to: userId, messages: [text('once')] }, key);
    await push();
    clock.pass(24 * hour - 1);
    expect((await refusalOf(push())).status).toBe(409);
    clock.pass(1);
    await push();
    expect(stage.platform.deliveries).toHaveLength(2);
  });

  it('is not used up by a request that was refused', async () => {
    await using stage = await openStage();
    const { userId } = befriend(stage.platform);
    const key = randomUUID();
    const push = () => stage.line.pushMessage({ to: userId, messages: [text('once')] }, key);
    stage.platform.setFaults({ ...stage.platform.faults(), serverError: true });
    expect((await refusalOf(push())).status).toBe(500);
    stage.platform.setFaults({ ...stage.platform.faults(), serverError: false });
    await push();
    expect(stage.platform.deliveries).toHaveLength(1);
  });

  it('with another body is answered alike and noted as a misuse', async () => {
    await using stage = await openStage();
    const { userId } = befriend(stage.platform);
    const key = randomUUID();
    await stage.line.pushMessage({ to: userId, messages: [text('one')] }, key);
    const again = stage.line.pushMessage({ to: userId, messages: [text('two')] }, key);
    expect((await refusalOf(again)).status).toBe(409);
    expect(stage.platform.misuses).toMatchObject([{ kind: 'retry_key_with_another_body', retryKey: key }]);
  });

  it('gives a multicast its 409 without messages', async () => {
    await using stage = await openStage();
    const { userId } = befriend(stage.platform);
    const key = randomUUID();
    const multicast = () => stage.line.multicast({ to: [userId], messages: [text('once')] }, key);
    expect(await multicast()).toEqual({});
    expect((await refusalOf(multicast())).body).toEqual({ message: 'The retry key is already accepted' });
  });

  it('must be a UUID, and has no place on any other endpoint', async () => {
    await using stage = await openStage();
    const { userId } = befriend(stage.platform);
    const body = { to: userId, messages: [text('hello')] };
    const bad = { 'x-line-retry-key': 'again' };
    const good = { 'x-line-retry-key': randomUUID() };
    expect((await stage.call('POST', '/v2/bot/message/push', body, bad)).status).toBe(400);
    const reply = { replyToken: 'a', messages: [text('hello')] };
    const onReply = await stage.call('POST', '/v2/bot/message/reply', reply, good);
    expect(onReply).toMatchObject({ status: 400, body: { message: expect.stringContaining('Retry-Key') } });
    expect((await stage.call('GET', '/v2/bot/info', undefined, good)).status).toBe(400);
  });
});

describe('a multicast', () => {
  it('reaches each friend once and counts only those', async () => {
    await using stage = await openStage();
    const [first, second] = [befriend(stage.platform, 0), befriend(stage.platform, 1)];
    const stranger = stage.platform.people.list()[2]!;
    stranger.lastWroteAt = stage.platform.now();
    const to = [first.userId, first.userId, second.userId, stranger.userId];
    await stage.line.multicast({ to, messages: [text('hello')] });
    expect(stage.platform.deliveries.map(({ userId }) => userId)).toEqual([first.userId, second.userId]);
    expect(await stage.line.getMessageQuotaConsumption()).toEqual({ totalUsage: 2 });
  });

  it('takes 1 to 500 users and no group', async () => {
    await using stage = await openStage({ unknownUsers: 'befriend' });
    const users = Array.from({ length: 501 }, (_, at) => `U${String(at).padStart(32, '0')}`);
    const send = (to: string[]) => stage.line.multicast({ to, messages: [text('hello')] });
    await send(users.slice(1));
    expect((await refusalOf(send(users))).body.details?.[0]?.property).toBe('to');
    expect((await refusalOf(send([]))).body.details?.[0]?.property).toBe('to');
    const withGroup = [users[0]!, `C${'0'.repeat(32)}`];
    expect((await refusalOf(send(withGroup))).body.details?.[0]?.property).toBe('to[1]');
  });

  it.each([
    ['refuse' as const, 400, 0],
    ['skip' as const, 200, 1],
  ])('can %s unknown ids, as LINE documents both', async (multicastUnknownIds, status, delivered) => {
    await using stage = await openStage({ multicastUnknownIds });
    const { userId } = befriend(stage.platform);
    const body = { to: [userId, `U${'0'.repeat(32)}`], messages: [text('hello')] };
    expect((await stage.call('POST', '/v2/bot/message/multicast', body)).status).toBe(status);
    expect(stage.platform.deliveries).toHaveLength(delivered);
  });
});

describe('a reply', () => {
  const open = async () => {
    const clock = createHandClock();
    const stage = await openStage({ now: clock.now, monthlyLimit: 0 });
    const { userId } = befriend(stage.platform);
    const event = buildEvent(stage.platform, { type: 'user', userId }, { type: 'postback' });
    const reply = () =>
      stage.line.replyMessage({ replyToken: event.replyToken ?? '', messages: [text('hello')] });
    return { ...stage, clock, userId, replyToken: event.replyToken ?? '', reply };
  };

  it('goes once, free of charge even without quota', async () => {
    await using stage = await open();
    expect((await stage.reply()).sentMessages).toHaveLength(1);
    expect(stage.platform.deliveries).toMatchObject([{ userId: stage.userId, via: 'reply' }]);
    const again = await refusalOf(stage.reply());
    expect(again).toEqual({ status: 400, body: { message: 'Invalid reply token' } });
  });

  it('is refused later than a minute after the webhook', async () => {
    await using stage = await open();
    stage.clock.pass(minute + 1);
    expect((await refusalOf(stage.reply())).body.message).toBe('Invalid reply token');
  });

  it('has another minute after a redelivery', async () => {
    await using stage = await open();
    stage.clock.pass(19 * minute);
    stage.platform.replyTokens.delivered(stage.replyToken, stage.clock.now());
    stage.clock.pass(minute);
    await stage.reply();
    expect(stage.platform.deliveries).toHaveLength(1);
  });

  it('is refused 20 minutes after the event, however fresh the redelivery', async () => {
    await using stage = await open();
    stage.clock.pass(20 * minute + 1);
    stage.platform.replyTokens.delivered(stage.replyToken, stage.clock.now());
    expect((await refusalOf(stage.reply())).status).toBe(400);
  });

  it('keeps its token when the messages are refused', async () => {
    await using stage = await open();
    const broken = { replyToken: stage.replyToken, messages: [text('')] };
    expect((await refusalOf(stage.line.replyMessage(broken))).status).toBe(400);
    await stage.reply();
    expect(stage.platform.deliveries).toHaveLength(1);
  });
});

describe('the validation endpoints', () => {
  it.each(['reply', 'push', 'multicast', 'narrowcast', 'broadcast'])(
    'check messages for %s',
    async (kind) => {
      await using stage = await openStage({ monthlyLimit: 0 });
      const path = `/v2/bot/message/validate/${kind}`;
      expect((await stage.call('POST', path, { messages: [text('fine')] })).status).toBe(200);
      const answer = await stage.call('POST', path, { messages: [text('')] });
      expect(answer.body.details?.[0]?.property).toBe('messages[0].text');
      expect(stage.platform.accepted).toEqual([]);
    },
  );
});

describe('the quota', () => {
  it('refuses what does not fit whole, and counts recipients, not messages', async () => {
    await using stage = await openStage({ monthlyLimit: 3 });
    const [first, second] = [befriend(stage.platform, 0), befriend(stage.platform, 1)];
    const to = [first.userId, second.userId];
    await stage.line.multicast({ to, messages: [text('one'), text('two')] });
    expect(await stage.line.getMessageQuota()).toEqual({ type: 'limited', value: 3 });
    const refusal = await refusalOf(stage.line.multicast({ to, messages: [text('three')] }));
    expect(refusal).toEqual({ status: 429, body: { message: 'You have reached your monthly limit.' } });
    await stage.line.pushMessage({ to: first.userId, messages: [text('three')] });
    expect(await stage.line.getMessageQuotaConsumption()).toEqual({ totalUsage: 3 });
    expect(stage.platform.deliveries).toHaveLength(3);
  });

  it('starts anew with the month of UTC+9, and keeps the days', async () => {
    const clock = createHandClock(Date.parse('2026-06-30T14:59:59Z'));
    await using stage = await openStage({ now: clock.now });
    const { userId } = befriend(stage.platform);
    await stage.line.pushMessage({ to: userId, messages: [text('June')] });
    expect(await stage.line.getNumberOfSentPushMessages('20260630')).toEqual({ status: 'unready' });
    clock.pass(1000);
    expect(await stage.line.getMessageQuotaConsumption()).toEqual({ totalUsage: 0 });
    expect(await stage.line.getNumberOfSentPushMessages('20260630')).toEqual({ status: 'ready', success: 1 });
    expect((await refusalOf(stage.line.getNumberOfSentPushMessages('June'))).status).toBe(400);
  });

  it('is none unless an account has one', async () => {
    await using stage = await openStage();
    expect(await stage.line.getMessageQuota()).toEqual({ type: 'none' });
  });
});
