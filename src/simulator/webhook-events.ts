import type { webhook } from '@line/bot-sdk';
import type { LinePlatform } from './platform.ts';

/** An event without its common properties. */
export type EventBody = { type: webhook.Event['type'] } & Record<string, unknown>;

/** An event as LINE posts it. */
export type WebhookEvent = EventBody & {
  mode: 'active';
  timestamp: number;
  webhookEventId: string;
  deliveryContext: { isRedelivery: boolean };
  source?: webhook.Source;
  replyToken?: string;
};

const withoutReplyToken = new Set(['unsend', 'unfollow', 'leave', 'memberLeft']);

/** Gives an event its id, time (wire clock), source and, where LINE gives one, a reply token. */
export function buildEvent(
  platform: LinePlatform,
  source: webhook.Source | null,
  body: EventBody,
): WebhookEvent {
  const timestamp = platform.now();
  const event: WebhookEvent = {
    ...body,
    mode: 'active',
    timestamp,
    webhookEventId: platform.ids.ulid(timestamp),
    deliveryContext: { isRedelivery: false },
  };
  if (source === null) return event;
  event.source = source;
  if (!withoutReplyToken.has(body.type)) {
    const token = platform.ids.hex(32);
    platform.replyTokens.issue(token, chatOf(source), timestamp);
    event.replyToken = token;
  }
  return event;
}

/** Where a reply to an event of this source goes. */
function chatOf(source: webhook.Source): string {
  if (source.type === 'group') return (source as webhook.GroupSource).groupId;
  if (source.type === 'room') return (source as webhook.RoomSource).roomId;
  return (source as webhook.UserSource).userId ?? '';
}

/** A message event; `content` is the message without its id and tokens. */
export function buildMessageEvent(
  platform: LinePlatform,
  source: webhook.Source,
  messageId: string,
  content: { type: string } & Record<string, unknown>,
): WebhookEvent {
  const markAsReadToken = platform.ids.hex(40);
  platform.markAsReadTokens.add(markAsReadToken);
  const isQuotable = ['text', 'sticker', 'image', 'video'].includes(content.type);
  return buildEvent(platform, source, {
    type: 'message',
    message: {
      id: messageId,
      ...content,
      ...(isQuotable ? { quoteToken: platform.ids.hex(40) } : {}),
      markAsReadToken,
    },
  });
}
