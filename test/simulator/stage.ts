import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HTTPFetchError, messagingApi } from '@line/bot-sdk';
import type { LineServer, LineServerOptions } from '#simulator/line-server.ts';
import { startLineServer } from '#simulator/line-server.ts';
import type { Person } from '#simulator/people.ts';
import type { LinePlatform, PlatformOptions } from '#simulator/platform.ts';
import { createLinePlatform } from '#simulator/platform.ts';

/** A wire clock that stands still until it is moved. */
export function createHandClock(start = Date.parse('2026-06-15T04:00:00Z')) {
  let at = start;
  return {
    now: () => at,
    pass(ms: number) {
      at += ms;
    },
  };
}

export const minute = 60_000;
export const hour = 60 * minute;

export type Stage = {
  platform: LinePlatform;
  server: LineServer;
  line: messagingApi.MessagingApiClient;
  blob: messagingApi.MessagingApiBlobClient;
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answered>;
  [Symbol.asyncDispose](): Promise<void>;
};

export type Answered = {
  status: number;
  headers: Headers;
  body: { message?: string; details?: { message: string; property: string }[] } & Record<string, unknown>;
};

/** A platform, its server, and LINE's own client for it. */
export async function openStage(
  options: PlatformOptions = {},
  serverOptions: LineServerOptions = {},
): Promise<Stage> {
  const platform = createLinePlatform(options);
  const server = await startLineServer(platform, serverOptions);
  const { channelAccessToken } = platform.account;
  const config = { channelAccessToken, baseURL: server.url };
  return {
    platform,
    server,
    line: new messagingApi.MessagingApiClient(config),
    blob: new messagingApi.MessagingApiBlobClient(config),
    async call(method, path, body, headers = {}) {
      const response = await fetch(server.url + path, {
        method,
        headers: {
          authorization: `Bearer ${channelAccessToken}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      return { status: response.status, headers: response.headers, body: (await response.json()) as never };
    },
    [Symbol.asyncDispose]: async () => {
      await server.close();
      await platform.close();
    },
  };
}

/** The n-th person of the cast, made a friend without a webhook. */
export function befriend(platform: LinePlatform, index = 0): Person {
  const person = platform.people.list()[index];
  if (person === undefined) throw new Error(`The cast has no person ${index}`);
  person.following = true;
  person.hasFollowedBefore = true;
  return person;
}

export const text = (words: string): messagingApi.TextMessage => ({ type: 'text', text: words });

/** What the SDK threw for a call that must be refused. */
export async function refusalOf(call: Promise<unknown>): Promise<{ status: number; body: Answered['body'] }> {
  try {
    await call;
  } catch (error) {
    if (!(error instanceof HTTPFetchError)) throw error;
    return { status: error.status, body: JSON.parse(error.body) as Answered['body'] };
  }
  throw new Error('The call was not refused');
}

export type Received = { headers: Record<string, string | string[] | undefined>; raw: Buffer };

/** A webhook endpoint that keeps what it gets; `status` of the n-th request as `answers` tells, else 200. */
export async function openEndpoint(answers: number[] = []) {
  const received: Received[] = [];
  const server = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      received.push({ headers: incoming.headers, raw: Buffer.concat(chunks) });
      response.writeHead(answers[received.length - 1] ?? 200).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/line/webhook`,
    received,
    /** All events that came, in order. */
    events: () =>
      received.flatMap(({ raw }) => (JSON.parse(raw.toString()) as { events: ReceivedEvent[] }).events),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export type ReceivedEvent = {
  type: string;
  mode: string;
  timestamp: number;
  webhookEventId: string;
  replyToken?: string;
  deliveryContext: { isRedelivery: boolean };
  source: { type: string; userId?: string; groupId?: string };
  message?: Record<string, unknown>;
  postback?: { data: string; params?: Record<string, string> };
  follow?: { isUnblocked: boolean };
  unsend?: { messageId: string };
  link?: { result: string; nonce: string };
};
