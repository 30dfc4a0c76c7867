import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, vi } from 'vitest';
import { createApp } from '#app.ts';
import { readConfig } from '#config.ts';
import { createApiKey } from '#features/staff/create-api-key.ts';
import { createFixedClock } from '#foundation/clock.ts';
import { type ApiScope, apiScopes } from '#foundation/http.ts';
import { createLogger, type Logger } from '#foundation/log.ts';
import { createRichMenuClient } from '#line/rich-menu-client.ts';
import { readRichMenuFiles } from '#line/rich-menu-files.ts';
import { publishRichMenus } from '#line/rich-menus.ts';
import { startLineServer } from '#simulator/line-server.ts';
import { createLinePlatform, type LinePlatform } from '#simulator/platform.ts';
import type { Stage } from '#simulator/shopper-acts.ts';
import { createWebhookSender } from '#simulator/webhook-sender.ts';
import type { TestDatabase } from './database.ts';
import { codeIn, createStoryShopper } from './story-shopper.ts';

/** Where every story begins: a Saturday in Taipei, 14:00. */
const storyStart = '2026-11-21T06:00:00Z';

export type Story = Awaited<ReturnType<typeof openStory>>;

/**
 * The whole app on a database of its own, with LINE's stand-in beside it. Nothing is polled for: `settle` serves
 * what came in, runs what is due and sends what was planned.
 */
export async function openStory(database: TestDatabase, options: { now?: string; log?: Logger } = {}) {
  vi.setConfig({ testTimeout: 120_000 });
  let phonesAheadMs = 0;
  const platform = createLinePlatform({
    now: () => Date.now() + phonesAheadMs,
    seed: randomUUID(),
    displayName: '日常選物',
    cast: [],
    rateLimits: false,
  });
  const line = await startLineServer(platform);
  const outcome = readConfig({
    DATABASE_URL: database.url,
    PUBLIC_URL: 'https://shuke.example',
    LINE_CHANNEL_SECRET: platform.account.channelSecret,
    LINE_CHANNEL_ACCESS_TOKEN: platform.account.channelAccessToken,
    LINE_API_BASE_URL: line.url,
    LINE_DATA_API_BASE_URL: line.url,
    DATA_KEY: Buffer.alloc(32, 7).toString('base64'),
    HOST: '127.0.0.1',
    PORT: '0',
    LOG_LEVEL: 'silent',
  });
  if (!outcome.ok) throw new Error(outcome.faults.join(', '));
  const clock = createFixedClock(options.now ?? storyStart);
  const app = await createApp(outcome.config, {
    log: options.log ?? createLogger(process.env.STORY_LOG ?? 'silent'),
    businessClock: clock,
    loopbackOnly: true,
    sms: {
      async send(sms) {
        platform.sms.deliver(sms);
        return { ok: true, status: 200 };
      },
    },
  });
  await publishStoryMenus(platform, line.url);
  await app.start();
  const sender = createWebhookSender({ platform, url: `http://127.0.0.1:${app.port()}/line/webhook` });
  const stage: Stage = { platform, sender };
  const issueKey = async (scopes: readonly ApiScope[], name: string = randomUUID()) => {
    const made = await app.transact((tx) =>
      createApiKey(tx, {
        name,
        scopes,
        now: clock.now(),
        actor: { kind: 'system', id: 'story' },
      }),
    );
    if (!made.ok) throw new Error(made.reason);
    return made.key;
  };
  const key = await issueKey(apiScopes);
  // The first look at the schedule only notes where it stands.
  await app.drain();
  afterAll(async () => {
    await app.stop();
    await line.close();
    await platform.close();
  });

  const settle = async () => {
    await sender.idle();
    await app.drain();
  };

  async function call(
    method: 'GET' | 'POST' | 'PUT',
    path: string,
    body?: object,
    headers: Record<string, string> = {},
  ) {
    const answer = await app.http.inject({
      method,
      url: `/api/v1${path}`,
      headers: {
        authorization: `Bearer ${key}`,
        ...(method === 'POST' && { 'idempotency-key': randomUUID() }),
        ...headers,
      },
      ...(body && { payload: body }),
    });
    await settle();
    return { status: answer.statusCode, body: answer.body === '' ? null : answer.json() };
  }

  return {
    app,
    clock,
    platform,
    sender,
    stage,
    settle,
    call,
    /** Moves the business clock forward and lets happen what became due. */
    async at(instant: string) {
      clock.jumpTo(new Date(instant));
      await settle();
    },
    shopper(displayName: string, language = 'zh-TW') {
      const { userId } = platform.people.add({ displayName, language });
      return createStoryShopper(stage, userId, settle);
    },
    /** Lets LINE stamp what happens within with a later time: for codes and questions that run out. */
    async later<T>(minutes: number, act: () => Promise<T>): Promise<T> {
      phonesAheadMs = minutes * 60_000;
      try {
        return await act();
      } finally {
        phonesAheadMs = 0;
      }
    },
    async switchOn(flow: string) {
      const switched = await call('PUT', `/flows/${flow}`, { on: true });
      if (switched.status !== 200) throw new Error(JSON.stringify(switched));
    },
    issueKey,
    /** The last SMS to any phone. */
    lastSms: () => platform.sms.list()[0] ?? null,
    lastCode: () => codeIn(platform.sms.list()[0]?.text),
  };
}

async function publishStoryMenus(platform: LinePlatform, url: string): Promise<void> {
  const client = createRichMenuClient({
    apiBaseUrl: url,
    dataApiBaseUrl: url,
    accessToken: () => platform.account.channelAccessToken,
  });
  await publishRichMenus(
    client,
    await readRichMenuFiles(join(process.cwd(), 'rich-menus')),
    createLogger('silent'),
  );
}
