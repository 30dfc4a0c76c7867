import { randomUUID } from 'node:crypto';
import { createIdSource } from '../../src/simulator/ids.ts';
import { crowdUserId } from '../support/bound-people.ts';
import { sign, textEvent, webhookBody } from '../support/webhook.ts';
import { toRequest } from './http-load.ts';

/** How many of the events happen in one millisecond of their own time. */
const eventsPerMs = 10;

const ids = createIdSource(randomUUID());

/**
 * A text message with ids as LINE gives them, which grow with the time: ids by chance cost every index a page of its
 * own, and LINE sends none.
 */
export function sentText(
  userId: string,
  text: string,
  more: { timestamp?: number; replyToken?: string; message?: object } = {},
): Record<string, unknown> {
  const { timestamp = Date.now() } = more;
  const message = { id: ids.number(), type: 'text', text, ...more.message };
  return textEvent(userId, text, { webhookEventId: ids.ulid(timestamp), ...more, timestamp, message });
}

/** So many requests of one text message each: signed, the people taking turns. */
export function makeSignedRequests(count: number, people: number): Buffer[] {
  const startedAt = Date.now();
  return Array.from({ length: count }, (_, nth) => {
    const timestamp = startedAt + Math.floor(nth / eventsPerMs);
    const body = webhookBody(sentText(crowdUserId(1 + (nth % people)), '請問明天幾點開門？', { timestamp }));
    return toRequest('/line/webhook', body, {
      'content-type': 'application/json; charset=utf-8',
      'user-agent': 'LineBotWebhook/2.0',
      'x-line-signature': sign(body),
    });
  });
}
