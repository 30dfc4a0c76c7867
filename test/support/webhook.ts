import { createHmac, randomUUID } from 'node:crypto';

export const channelSecret = '0123456789abcdef0123456789abcdef';
export const botUserId = `U${'b'.repeat(32)}`;

export const sign = (body: Buffer | string, secret = channelSecret): string =>
  createHmac('sha256', secret).update(body).digest('base64');

/** A LINE user id that no other test uses. */
export const newLineUserId = (): string => `U${randomUUID().replaceAll('-', '')}`;

/** An event in LINE's shape; anything can be overridden. */
export function lineEvent(userId: string, event: Record<string, unknown>): Record<string, unknown> {
  return {
    mode: 'active',
    timestamp: Date.now(),
    source: { type: 'user', userId },
    webhookEventId: randomUUID(),
    deliveryContext: { isRedelivery: false },
    replyToken: randomUUID().replaceAll('-', ''),
    ...event,
  };
}

export const textEvent = (userId: string, text: string, event: Record<string, unknown> = {}) =>
  lineEvent(userId, { type: 'message', message: { id: randomUUID(), type: 'text', text }, ...event });

export const webhookBody = (...events: unknown[]): Buffer =>
  Buffer.from(JSON.stringify({ destination: botUserId, events }));
