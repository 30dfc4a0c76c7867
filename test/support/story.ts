import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { messagingApi } from '@line/bot-sdk';
import { afterAll } from 'vitest';
import { createApp } from '#app.ts';
import { readConfig } from '#config.ts';
import { createApiKey } from '#features/staff/create-api-key.ts';
import { createFixedClock } from '#foundation/clock.ts';
import { apiScopes } from '#foundation/http.ts';
import { createLogger } from '#foundation/log.ts';
import { createRichMenuClient } from '#line/rich-menu-client.ts';
import { readRichMenuFiles } from '#line/rich-menu-files.ts';
import { publishRichMenus } from '#line/rich-menus.ts';
import { startLineServer } from '#simulator/line-server.ts';
import { createLinePlatform, type LinePlatform } from '#simulator/platform.ts';
import { playShopper, type Stage } from '#simulator/shopper-acts.ts';
import { createWebhookSender } from '#simulator/webhook-sender.ts';
import type { TestDatabase } from './database.ts';

/** Where every story begins: a Saturday in Taipei, 14:00, and the actions that a message offers. */
const storyStart = '2026-11-21T06:00:00Z';

type AnyAction = messagingApi.Action & {
  label?: string;
  data?: string;
  displayText?: string;
  text?: string;
  uri?: string;
};

export type Story = Awaited<ReturnType<typeof openStory>>;
export type StoryShopper = ReturnType<Story['shopper']>;

/**
 * The whole app on a database of its own, with LINE's stand-in beside it. Nothing is polled for: `settle` serves
 * what came in, runs what is due and sends what was planned.
 */
export async function openStory(database: TestDatabase, options: { now?: string } = {}) {
  const platform = createLinePlatform({
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
    log: createLogger(process.env.STORY_LOG ?? 'silent'),
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
  const made = await app.transact((tx) =>
    createApiKey(tx, {
      name: 'till',
      scopes: apiScopes,
      now: clock.now(),
      actor: { kind: 'system', id: 'story' },
    }),
  );
  if (!made.ok) throw new Error('no key');
  const key = made.key;
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

  async function call(method: 'GET' | 'POST' | 'PUT', path: string, body?: object) {
    const answer = await app.http.inject({
      method,
      url: `/api/v1${path}`,
      headers: {
        authorization: `Bearer ${key}`,
        ...(method === 'POST' && { 'idempotency-key': randomUUID() }),
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
      return createShopper(stage, userId, settle);
    },
    /** The last SMS to any phone. */
    lastSms: () => platform.sms.list()[0] ?? null,
    lastCode: () => /\d{6}/.exec(platform.sms.list()[0]?.text ?? '')?.[0] ?? '',
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

function createShopper(stage: Stage, userId: string, settle: () => Promise<void>) {
  const { platform } = stage;
  let seen = 0;
  const messages = () =>
    platform.chats.lines(userId).flatMap((each) => (each.from === 'account' ? [each] : []));

  async function act(what: Parameters<typeof playShopper>[2]) {
    seen = messages().length;
    const outcome = await playShopper(stage, userId, what);
    if (!outcome.ok) throw new Error(`${what.act}: ${outcome.reason}`);
    await settle();
    return answers();
  }

  /** The words of each message that came since the last act. */
  const answers = (): string[] =>
    messages()
      .slice(seen)
      .map(({ message }) => wordsOf(message));

  return {
    userId,
    messages,
    answers,
    all: (): string[] => messages().map(({ message }) => wordsOf(message)),
    pushes: () => messages().filter((each) => each.via !== 'reply'),
    follow: () => act({ act: 'follow' }),
    block: () => act({ act: 'block' }),
    says: (text: string) => act({ act: 'text', text }),
    sticker: () => act({ act: 'sticker' }),
    /** Taps the button with this label in the newest message that has one. */
    async taps(label: string, params?: Record<string, string>) {
      const action = findAction(
        messages().map(({ message }) => message),
        label,
      );
      if (action.type === 'message') return act({ act: 'text', text: action.text ?? label });
      if (action.type === 'uri') return [action.uri ?? ''];
      return act({
        act: 'postback',
        data: action.data ?? '',
        ...(action.displayText && { displayText: action.displayText }),
        ...(params && { params }),
      });
    },
    postback: (data: string, params?: Record<string, string>) =>
      act({ act: 'postback', data, ...(params && { params }) }),
    /** The address behind the button with this label. */
    link: (label: string): string =>
      findAction(
        messages().map(({ message }) => message),
        label,
      ).uri ?? '',
    labels: (): string[] =>
      messages()
        .slice(seen)
        .flatMap(({ message }) => actionsIn(message).map((action) => action.label ?? '')),
    menu: () => {
      const person = platform.people.find(userId);
      return person ? (platform.richMenus.shownTo(person)?.menu.name?.split(':')[1] ?? null) : null;
    },
  };
}

/** Every text of a message, in reading order. */
export function wordsOf(message: unknown): string {
  if (Array.isArray(message)) return message.map(wordsOf).filter(Boolean).join(' ');
  if (typeof message !== 'object' || message === null) return '';
  const node = message as Record<string, unknown>;
  const own =
    typeof node.text === 'string' && (node.type === 'text' || node.type === 'span') ? node.text : '';
  const inner = ['hero', 'header', 'body', 'footer', 'contents'].map((key) => wordsOf(node[key]));
  return [own, ...inner].filter(Boolean).join(' ');
}

function actionsIn(node: unknown): AnyAction[] {
  if (Array.isArray(node)) return node.flatMap(actionsIn);
  if (typeof node !== 'object' || node === null) return [];
  const record = node as Record<string, unknown>;
  const own = typeof record.action === 'object' && record.action !== null ? [record.action as AnyAction] : [];
  return [
    ...own,
    ...Object.entries(record).flatMap(([key, value]) => (key === 'action' ? [] : actionsIn(value))),
  ];
}

function findAction(messages: readonly unknown[], label: string): AnyAction {
  for (const message of messages.toReversed()) {
    const found = actionsIn(message).find((action) => action.label === label);
    if (found) return found;
  }
  throw new Error(`No button says ${label}`);
}
