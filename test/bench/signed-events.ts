import { crowdUserId } from '../support/bound-people.ts';
import { sign, textEvent, webhookBody } from '../support/webhook.ts';
import { toRequest } from './http-load.ts';

/** So many requests of one text message each: ids of their own, signed, the people taking turns. */
export function makeSignedRequests(count: number, people: number): Buffer[] {
  return Array.from({ length: count }, (_, nth) => {
    const body = webhookBody(textEvent(crowdUserId(1 + (nth % people)), '請問明天幾點開門？'));
    return toRequest('/line/webhook', body, {
      'content-type': 'application/json; charset=utf-8',
      'user-agent': 'LineBotWebhook/2.0',
      'x-line-signature': sign(body),
    });
  });
}
