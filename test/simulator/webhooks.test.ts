import { createHmac } from 'node:crypto';
import { validateSignature } from '@line/bot-sdk';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ShopperAct } from '#simulator/contract.ts';
import type { LinePlatform } from '#simulator/platform.ts';
import { createLinePlatform } from '#simulator/platform.ts';
import { linkAccount, playShopper, sendPicture, writeInGroup } from '#simulator/shopper-acts.ts';
import { buildEvent } from '#simulator/webhook-events.ts';
import { createWebhookSender, signWebhook } from '#simulator/webhook-sender.ts';
import { befriend, createHandClock, minute, openEndpoint, openStage } from './stage.ts';

const ulid = /^[0-9A-HJKMNP-TV-Z]{26}$/;

describe('a signature', () => {
  it("equals LINE's published example", () => {
    const body = Buffer.from('{"destination":"U8e742f61d673b39c7fff3cecb7536ef0","events":[]}');
    const signature = signWebhook('8c570fa6dd201bb328f1c1eac23a96d8', body);
    expect(signature).toBe('GhRKmvmHys4Pi8DxkF4+EayaH0OqtJtaZxgTD9fMDLs=');
  });
});

let clock: ReturnType<typeof createHandClock>;
let platform: LinePlatform;
let endpoint: Awaited<ReturnType<typeof openEndpoint>>;

beforeEach(async () => {
  clock = createHandClock();
  platform = createLinePlatform({ now: clock.now });
  endpoint = await openEndpoint();
});
afterEach(() => endpoint[Symbol.asyncDispose]());

const senderTo = (url: string, more: object = {}) => createWebhookSender({ platform, url, ...more });
const shopper = (index = 0) => platform.people.list()[index]!;

async function act(...acts: ShopperAct[]) {
  const outcomes = [];
  const sender = senderTo(endpoint.url);
  for (const each of acts) outcomes.push(await playShopper({ platform, sender }, shopper().userId, each));
  return outcomes;
}

describe('a webhook', () => {
  it('is signed over the bytes that are posted, in any script', async () => {
    befriend(platform);
    await act({ act: 'text', text: '會員卡 😀' });
    const { headers, raw } = endpoint.received[0]!;
    const { channelSecret, botUserId } = platform.account;
    expect(validateSignature(raw, channelSecret, String(headers['x-line-signature']))).toBe(true);
    const expected = createHmac('sha256', channelSecret).update(raw).digest('base64');
    expect(headers).toMatchObject({
      'x-line-signature': expected,
      'content-type': 'application/json; charset=utf-8',
    });
    expect(JSON.parse(raw.toString()).destination).toBe(botUserId);
  });

  it('carries what every event of LINE carries', async () => {
    befriend(platform);
    await act({ act: 'text', text: 'hello' });
    expect(endpoint.events()).toEqual([
      {
        type: 'message',
        mode: 'active',
        timestamp: clock.now(),
        webhookEventId: expect.stringMatching(ulid),
        deliveryContext: { isRedelivery: false },
        source: { type: 'user', userId: shopper().userId },
        replyToken: expect.stringMatching(/^[0-9a-f]{32}$/),
        message: {
          type: 'text',
          id: expect.stringMatching(/^\d{18}$/),
          text: 'hello',
          quoteToken: expect.any(String),
          markAsReadToken: expect.any(String),
        },
      },
    ]);
  });

  it('shows in the log with its answer', async () => {
    await act({ act: 'follow' });
    expect(platform.log.after(0)).toMatchObject([
      { id: 1, kind: 'webhook', method: 'POST', path: '/line/webhook', status: 200 },
    ]);
  });

  it('that nobody takes has no status', async () => {
    await endpoint[Symbol.asyncDispose]();
    const [outcome] = await act({ act: 'follow' });
    expect(outcome).toMatchObject({ ok: true, webhook: { status: null } });
    endpoint = await openEndpoint();
  });

  it('is given up after the time limit', async () => {
    const stage = await openStage({}, { hang: true });
    const sender = senderTo(`${stage.server.url}/line/webhook`, { timeoutMs: 20 });
    const outcome = await playShopper({ platform, sender }, shopper().userId, { act: 'follow' });
    expect(outcome).toMatchObject({ ok: true, webhook: { status: null } });
    await stage[Symbol.asyncDispose]();
  });
});

describe('a redelivery', () => {
  it('follows an answer that is not 2xx, with the same ids and token, until one is', async () => {
    await using failing = await openEndpoint([500, 503]);
    const sender = senderTo(failing.url, { redeliverAfterMs: [1, 1, 1] });
    await playShopper({ platform, sender }, shopper().userId, { act: 'follow' });
    await sender.idle();
    const events = failing.events();
    expect(events.map((event) => event.deliveryContext.isRedelivery)).toEqual([false, true, true]);
    for (const event of events) {
      expect({ ...event, deliveryContext: null }).toEqual({ ...events[0], deliveryContext: null });
    }
  });

  it('does not come by itself unless it is switched on', async () => {
    await using failing = await openEndpoint([500]);
    const sender = senderTo(failing.url);
    await playShopper({ platform, sender }, shopper().userId, { act: 'follow' });
    await sender.idle();
    expect(failing.received).toHaveLength(1);
  });

  it('by hand gives the reply token another minute', async () => {
    const { userId } = befriend(platform);
    const event = buildEvent(
      platform,
      { type: 'user', userId },
      { type: 'postback', postback: { data: '' } },
    );
    const token = event.replyToken ?? '';
    clock.pass(2 * minute);
    expect(platform.replyTokens.look(token, clock.now())).toBeNull();
    await senderTo(endpoint.url).redeliver([event]);
    expect(platform.replyTokens.look(token, clock.now())).toBe(userId);
    expect(endpoint.events()[0]?.deliveryContext.isRedelivery).toBe(true);
  });

  it('is not what the duplicate fault sends: twice the same, unmarked', async () => {
    platform.setFaults({ ...platform.faults(), duplicateWebhook: true });
    await act({ act: 'follow' });
    const [one, two] = endpoint.events();
    expect(two).toEqual(one);
    expect(one?.deliveryContext.isRedelivery).toBe(false);
    expect(endpoint.received).toHaveLength(2);
  });
});

describe('a person with a phone', () => {
  it('follows, blocks and unblocks', async () => {
    await act({ act: 'follow' }, { act: 'block' }, { act: 'follow' });
    const events = endpoint.events();
    expect(events.map(({ type, follow }) => [type, follow?.isUnblocked])).toEqual([
      ['follow', false],
      ['unfollow', undefined],
      ['follow', true],
    ]);
    expect(events.map(({ replyToken }) => replyToken !== undefined)).toEqual([true, false, true]);
    expect(platform.chats.lines(shopper().userId).map(({ from }) => from)).toEqual(Array(3).fill('system'));
  });

  it.each<[string, ShopperAct[], string]>([
    ['follow twice', [{ act: 'follow' }, { act: 'follow' }], 'already_following'],
    ['block what it does not follow', [{ act: 'block' }], 'not_following'],
    [
      'write to an account that it blocked',
      [{ act: 'follow' }, { act: 'block' }, { act: 'text', text: 'a' }],
      'blocked',
    ],
    ['take back what it never sent', [{ act: 'unsend', lineId: '1' }], 'unknown_line'],
  ])('cannot %s', async (_name, acts, reason) => {
    expect((await act(...acts)).at(-1)).toEqual({ ok: false, reason });
    expect(endpoint.received).toHaveLength(acts.length - 1);
  });

  it('that nobody knows can do nothing', async () => {
    const stage = { platform, sender: senderTo(endpoint.url) };
    const outcome = await playShopper(stage, `U${'0'.repeat(32)}`, { act: 'follow' });
    expect(outcome).toEqual({ ok: false, reason: 'unknown_shopper' });
  });

  it('taps a button: the chat shows its words, the webhook its data and what was picked', async () => {
    befriend(platform);
    const params = { date: '2026-06-15' };
    await act({ act: 'postback', data: 'birthday', displayText: 'My birthday', params });
    expect(endpoint.events()[0]?.postback).toEqual({ data: 'birthday', params });
    expect(platform.chats.lines(shopper().userId)).toMatchObject([{ from: 'shopper', text: 'My birthday' }]);
  });

  it('sends a sticker and a picture, whose content can be fetched', async () => {
    await using stage = await openStage();
    const person = befriend(stage.platform);
    const acting = {
      platform: stage.platform,
      sender: createWebhookSender({ platform: stage.platform, url: endpoint.url }),
    };
    await playShopper(acting, person.userId, { act: 'sticker' });
    await sendPicture(acting, person.userId);
    const [sticker, picture] = endpoint.events().map(({ message }) => message);
    expect(sticker).toMatchObject({ type: 'sticker', packageId: '446', stickerId: '1988' });
    expect(picture).toMatchObject({ type: 'image', contentProvider: { type: 'line' } });
    const content = (id: unknown) =>
      stage.blob.getMessageContentWithHttpInfo(String(id)).then(({ httpResponse }) => httpResponse.status);
    expect(await content(picture?.id)).toBe(200);
    await expect(content(sticker?.id)).rejects.toThrow();
  });

  it('takes a line back: once, with its words gone', async () => {
    befriend(platform);
    await act({ act: 'text', text: '0912345678' });
    const lineId = platform.chats.lines(shopper().userId)[0]!.id;
    const [first, second] = await act({ act: 'unsend', lineId }, { act: 'unsend', lineId });
    expect(first?.ok).toBe(true);
    expect(second).toEqual({ ok: false, reason: 'already_unsent' });
    const [message, unsend] = endpoint.events();
    expect(unsend).toMatchObject({ type: 'unsend', unsend: { messageId: message?.message?.id } });
    expect(unsend?.replyToken).toBeUndefined();
    expect(platform.chats.lines(shopper().userId)).toMatchObject([{ text: '', unsent: true }]);
  });

  it('switches rich menus by alias, or hears why not', async () => {
    befriend(platform);
    const { richMenus } = platform;
    richMenus.menus.set('richmenu-a', { richMenuId: 'richmenu-a', menu: {}, image: null });
    richMenus.aliases.set('tab-a', 'richmenu-a');
    richMenus.aliases.set('tab-gone', 'richmenu-gone');
    const tap = (aliasId: string): ShopperAct => ({ act: 'switch-menu', aliasId, data: 'tab' });
    await act(tap('tab-a'), tap('tab-none'), tap('tab-gone'));
    expect(endpoint.events().map(({ postback }) => postback?.params)).toEqual([
      { newRichMenuAliasId: 'tab-a', status: 'SUCCESS' },
      { status: 'RICHMENU_ALIAS_ID_NOTFOUND' },
      { status: 'RICHMENU_NOTFOUND' },
    ]);
    expect(shopper().richMenuId).toBe('richmenu-a');
  });
});

describe('the account-link dialog', () => {
  const nonce = 'a-nonce-of-enough-length';

  it('reports a link once and within ten minutes', async () => {
    await using stage = await openStage({ now: clock.now });
    const acting = {
      platform: stage.platform,
      sender: createWebhookSender({ platform: stage.platform, url: endpoint.url }),
    };
    const { userId } = befriend(stage.platform);
    const { linkToken } = await stage.line.issueLinkToken(userId);
    expect(await linkAccount(acting, { linkToken, nonce: 'short' })).toMatchObject({ reason: 'bad_nonce' });
    expect(await linkAccount(acting, { linkToken, nonce })).toMatchObject({ ok: true });
    expect(endpoint.events()[0]).toMatchObject({
      type: 'accountLink',
      source: { userId },
      link: { result: 'ok', nonce },
      replyToken: expect.any(String),
    });
    expect(await linkAccount(acting, { linkToken, nonce })).toMatchObject({ reason: 'link_token_ended' });
    const late = await stage.line.issueLinkToken(userId);
    clock.pass(10 * minute + 1);
    expect(await linkAccount(acting, { linkToken: late.linkToken, nonce })).toMatchObject({ ok: false });
    expect(endpoint.received).toHaveLength(1);
  });
});

describe('a group', () => {
  it('mentions the account with the place of its name, and gets the reply', async () => {
    await using stage = await openStage();
    const acting = {
      platform: stage.platform,
      sender: createWebhookSender({ platform: stage.platform, url: endpoint.url }),
    };
    const { userId } = befriend(stage.platform);
    const groupId = `C${'b'.repeat(32)}`;
    await writeInGroup(acting, { groupId, userId, text: 'hi', mentionsAccount: true });
    await writeInGroup(acting, { groupId, userId, text: 'hi', mentionsAccount: false });
    const [mention, plain] = endpoint.events();
    expect(mention?.source).toEqual({ type: 'group', groupId, userId });
    const { botUserId, displayName } = stage.platform.account;
    expect(mention?.message).toMatchObject({
      text: `@${displayName} hi`,
      mention: {
        mentionees: [
          { index: 0, length: displayName.length + 1, type: 'user', userId: botUserId, isSelf: true },
        ],
      },
    });
    expect(plain?.message).not.toHaveProperty('mention');
    const replyToken = mention?.replyToken ?? '';
    await stage.line.replyMessage({ replyToken, messages: [{ type: 'text', text: 'See you in 1:1' }] });
    expect(stage.platform.deliveries).toMatchObject([{ userId: groupId, via: 'reply' }]);
  });
});
