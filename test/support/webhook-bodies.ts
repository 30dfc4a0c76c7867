import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { botUserId } from './webhook.ts';

const user = { type: 'user', userId: `U${'1a'.repeat(16)}` };
const group = { type: 'group', groupId: `C${'2b'.repeat(16)}`, userId: user.userId };
const room = { type: 'room', roomId: `R${'3c'.repeat(16)}` };

const event = (type: string, more: object, source: object = user) => ({
  type,
  mode: 'active',
  timestamp: 1_790_000_000_000,
  source,
  webhookEventId: '01J8ZZZZZZZZZZZZZZZZZZZZZZ',
  deliveryContext: { isRedelivery: false },
  replyToken: 'b60d432864f44d079f6d8efe86cf404b',
  ...more,
});

const message = (content: object, source?: object) =>
  event('message', { message: { id: '444573844083572737', ...content } }, source);

const content = { contentProvider: { type: 'line' } };
const elsewhere = {
  type: 'external',
  originalContentUrl: 'https://example.com/original.mp4',
  previewImageUrl: 'https://example.com/preview.jpg',
};

/** One body of every kind that LINE's documents describe, with values of our own. */
const events: object[][] = [
  [],
  [message({ type: 'text', text: '點數', quoteToken: 'q3Plxr4AgKd' })],
  [
    message({
      type: 'text',
      text: '(love) 會員卡 @Shuke 👩‍👩‍👧‍👦',
      emojis: [{ index: 0, length: 6, productId: '5ac1bfd5040ab15980c9b435', emojiId: '001' }],
      mention: { mentionees: [{ index: 11, length: 6, type: 'user', userId: botUserId, isSelf: true }] },
      quotedMessageId: '468789577898262530',
    }),
  ],
  [
    message({
      type: 'sticker',
      stickerId: '1988',
      packageId: '446',
      stickerResourceType: 'ANIMATION',
      keywords: ['hi'],
    }),
  ],
  [
    message({
      type: 'image',
      ...content,
      imageSet: { id: 'E005D41A7288F41B65593ED38FF6E9834B046AB3', index: 1, total: 2 },
    }),
  ],
  [message({ type: 'video', duration: 60_000, contentProvider: elsewhere })],
  [
    message({ type: 'audio', duration: 8_000, ...content }),
    message({ type: 'file', fileName: '發票.pdf', fileSize: 2_138 }),
  ],
  [
    message({
      type: 'location',
      title: '信義店',
      address: '台北市信義區',
      latitude: 25.0359,
      longitude: 121.5667,
    }),
  ],
  [event('follow', { follow: { isUnblocked: true } }), event('unfollow', { replyToken: undefined })],
  [event('unsend', { unsend: { messageId: '444573844083572737' }, replyToken: undefined })],
  [event('postback', { postback: { data: 'v1:claim?id=1&n=1' } })],
  [event('postback', { postback: { data: 'v1:bind:birthday', params: { date: '2000-02-29' } } })],
  [
    event('postback', {
      postback: { data: 'v1:menu:tab', params: { newRichMenuAliasId: 'card', status: 'SUCCESS' } },
    }),
  ],
  [event('accountLink', { link: { result: 'ok', nonce: 'nonce-of-sixteen' } })],
  [event('join', {}, group), event('memberJoined', { joined: { members: [user] } }, group)],
  [
    event('leave', { replyToken: undefined }, room),
    event('memberLeft', { left: { members: [user] } }, group),
  ],
  [
    message(
      {
        type: 'text',
        text: '@Shuke 點數',
        mention: { mentionees: [{ index: 0, length: 6, type: 'user', isSelf: true }] },
      },
      group,
    ),
  ],
  [event('beacon', { beacon: { hwid: 'd41d8cd98f', type: 'enter', dm: 'e2c56db5' } })],
  [event('videoPlayComplete', { videoPlayComplete: { trackingId: 'track-1' } })],
  [event('module', { module: { type: 'attached', botId: botUserId, scopes: ['message:send'] } }, {})],
  [event('message', { mode: 'standby', message: { id: '1', type: 'text', text: '綁定會員' } })],
];

const published = join(import.meta.dirname, '../../../shared/reference/webhook-fixtures');

/** Our own bodies, and those that LINE publishes where they lie beside the project. */
export function readWebhookBodies(): Buffer[] {
  const own = events.map((each) => Buffer.from(JSON.stringify({ destination: botUserId, events: each })));
  if (!existsSync(published)) return own;
  const names = readdirSync(published).filter((name) => name.endsWith('.json'));
  return [...own, ...names.map((name) => readFileSync(join(published, name)))];
}
