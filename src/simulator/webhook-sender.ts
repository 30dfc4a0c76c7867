import { createHmac } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { LinePlatform } from './platform.ts';
import type { WebhookEvent } from './webhook-events.ts';

export type WebhookAnswer = {
  /** Null when there was none within the time limit. */
  status: number | null;
  detail: string;
};

export type WebhookSender = {
  /** Posts one body with these events; resolves when it was answered, or given up. */
  post(events: WebhookEvent[]): Promise<WebhookAnswer>;
  /** The same events once more, as LINE redelivers them: same ids, same reply tokens. */
  redeliver(events: WebhookEvent[]): Promise<WebhookAnswer>;
  /** Resolves when nothing is under way, redeliveries included. */
  idle(): Promise<void>;
};

export type WebhookSenderOptions = {
  platform: LinePlatform;
  url: string;
  /** LINE waits two seconds. */
  timeoutMs?: number;
  /** Pauses before each redelivery of a body that was not answered 2xx; LINE's default is none. */
  redeliverAfterMs?: number[];
};

/** The value of `x-line-signature` for these bytes. */
export function signWebhook(channelSecret: string, raw: Buffer): string {
  return createHmac('sha256', channelSecret).update(raw).digest('base64');
}

export function createWebhookSender(options: WebhookSenderOptions): WebhookSender {
  const { platform, url, timeoutMs = 2000, redeliverAfterMs = [] } = options;
  const underWay = new Set<Promise<unknown>>();

  function follow<T>(work: Promise<T>): Promise<T> {
    underWay.add(work);
    const done = () => underWay.delete(work);
    work.then(done, done);
    return work;
  }

  async function postOnce(events: WebhookEvent[]): Promise<WebhookAnswer> {
    const now = platform.now();
    for (const { replyToken } of events) {
      if (replyToken !== undefined) platform.replyTokens.delivered(replyToken, now);
    }
    const destination = platform.account.botUserId;
    return await postSigned(platform, url, { destination, events }, timeoutMs);
  }

  const again = (events: WebhookEvent[]) =>
    postOnce(events.map((event) => ({ ...event, deliveryContext: { isRedelivery: true } })));

  async function redeliverUntilTaken(events: WebhookEvent[]): Promise<void> {
    for (const pause of redeliverAfterMs) {
      await wait(pause);
      const answer = await again(events);
      if (isTaken(answer)) return;
    }
  }

  return {
    async post(events) {
      // A duplicate for network reasons comes unmarked and may come at the same moment.
      const twin = platform.faults().duplicateWebhook ? [follow(postOnce(events))] : [];
      const [answer] = await Promise.all([follow(postOnce(events)), ...twin]);
      if (!isTaken(answer)) void follow(redeliverUntilTaken(events));
      return answer;
    },
    redeliver: (events) => follow(again(events)),
    async idle() {
      while (underWay.size > 0) await Promise.allSettled(underWay);
    },
  };
}

function isTaken({ status }: WebhookAnswer): boolean {
  return status !== null && status >= 200 && status < 300;
}

/** LINE's communication check: a signed body without events. */
export function checkWebhook(platform: LinePlatform, url: string): Promise<WebhookAnswer> {
  return postSigned(platform, url, { destination: platform.account.botUserId, events: [] }, 2000);
}

async function postSigned(
  platform: LinePlatform,
  url: string,
  body: { destination: string; events: WebhookEvent[] },
  timeoutMs: number,
): Promise<WebhookAnswer> {
  const raw = Buffer.from(JSON.stringify(body));
  const startedAt = performance.now();
  const at = platform.shownIso();
  const answer = await send(url, raw, signWebhook(platform.account.channelSecret, raw), timeoutMs);
  platform.record({
    at,
    kind: 'webhook',
    method: 'POST',
    path: URL.canParse(url) ? new URL(url).pathname : url,
    status: answer.status,
    durationMs: Math.round((performance.now() - startedAt) * 10) / 10,
    request: body,
    response: answer.detail === '' ? null : answer.detail,
  });
  return answer;
}

async function send(url: string, raw: Buffer, signature: string, timeoutMs: number): Promise<WebhookAnswer> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'user-agent': 'LineBotWebhook/2.0',
        'x-line-signature': signature,
      },
      body: new Uint8Array(raw),
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });
    return { status: response.status, detail: (await response.text()).slice(0, 500) };
  } catch (error) {
    const cause = (error as Error).cause ?? error;
    return { status: null, detail: cause instanceof Error ? cause.message : String(cause) };
  }
}
