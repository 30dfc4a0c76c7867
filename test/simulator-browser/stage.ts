import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { messagingApi, webhook } from '@line/bot-sdk';
import fastify, { type FastifyInstance } from 'fastify';
import { startLineServer } from '#simulator/line-server.ts';
import { createLinePlatform, type LinePlatform } from '#simulator/platform.ts';
import { simulatorRoutes } from '#simulator/routes.ts';
import { buildBrowserCode } from '../../scripts/build.ts';
import { couponCarousel, invitation, memberCard, pointsHistory } from './sample-cards.ts';
import { standInForTheApi, type TillCall } from './till-stand-in.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const dayMs = 86_400_000;

export type SimulatorStage = {
  /** The simulator's page. */
  url: string;
  platform: LinePlatform;
  /** Every event that reached the webhook, oldest first. */
  events: webhook.Event[];
  tillCalls: TillCall[];
  push: (userId: string, ...messages: messagingApi.Message[]) => Promise<void>;
  /** Ends every open connection of the page, its stream too. */
  cutConnections: () => void;
  close: () => Promise<void>;
};

/** What the brand of these tests answers; the real one stands in the stories. */
const answers: Readonly<Record<string, () => messagingApi.Message>> = {
  會員卡: memberCard,
  優惠券: couponCarousel,
  點數: pointsHistory,
  邀請好友: invitation,
  說明: () => ({
    type: 'text',
    text: '輸入「會員卡」看點數，\n或看 https://shuke.example/rules 的說明。',
    quickReply: {
      items: [
        { type: 'action', action: { type: 'message', label: '會員卡', text: '會員卡' } },
        {
          type: 'action',
          action: {
            type: 'datetimepicker',
            label: '選生日',
            data: 'birthday',
            mode: 'date',
            initial: '1990-01-01',
            max: '2026-11-22',
          },
        },
      ],
    },
  }),
  出示會員碼: () => ({ type: 'text', text: '會員碼 5 分鐘內有效：https://shuke.example/member-code' }),
};

/** The real simulator and its page, before a brand that knows a handful of words. */
export async function startStage(): Promise<SimulatorStage> {
  await buildBrowserCode({ force: false });
  let leap = 0;
  const businessNow = () => Date.parse('2026-11-22T01:30:00Z') + leap;
  const platform = createLinePlatform({
    displayName: '島嶼選品',
    basicId: '@island',
    shownNow: businessNow,
    monthlyLimit: 3000,
  });
  await linkMenus(platform);
  const line = await startLineServer(platform);
  const events: webhook.Event[] = [];
  const tillCalls: TillCall[] = [];
  const send = async (path: string, body: unknown) => {
    const response = await fetch(`${line.url}/v2/bot/message/${path}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${platform.account.channelAccessToken}`,
      },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`LINE's stand-in refused: ${await response.text()}`);
  };

  // Two servers, because the simulator must know the webhook's address before it listens itself.
  const brand = fastify();
  brand.post<{ Body: { events: webhook.Event[] } }>('/line/webhook', async (request) => {
    for (const event of request.body.events) {
      events.push(event);
      const words = wordsOf(event);
      const answer = words === null ? undefined : answers[words];
      if (answer && 'replyToken' in event) {
        await send('reply', { replyToken: event.replyToken, messages: [answer()] });
      }
    }
    return {};
  });
  const webhookUrl = `${await listen(brand)}/line/webhook`;

  const app = fastify();
  await app.register(simulatorRoutes, {
    platform,
    webhookUrl,
    clock: {
      now: () => new Date(businessNow()),
      jumpTo: (instant) => {
        leap += instant.getTime() - businessNow();
      },
    },
    till: async () => ({
      apiKey: 'till-key',
      stores: [
        { code: 'XY', name: '信義店' },
        { code: 'ZS', name: '中山店' },
      ],
      categories: ['茶', '杯具', '甜點'],
    }),
    pageDir: `${root}dist/browser/simulator`,
    businessZone: 'Asia/Taipei',
  });
  standInForTheApi(app, tillCalls, () => new Date(businessNow() + 7 * dayMs));
  const url = `${await listen(app)}/simulator/`;
  return {
    url,
    platform,
    events,
    tillCalls,
    push: (to, ...messages) => send('push', { to, messages }),
    cutConnections: () => app.server.closeAllConnections(),
    close: async () => {
      await app.close();
      await brand.close();
      await line.close();
    },
  };
}

async function listen(app: FastifyInstance): Promise<string> {
  await app.listen({ host: '127.0.0.1', port: 0 });
  return `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
}

function wordsOf(event: webhook.Event): string | null {
  if (event.type === 'message' && event.message.type === 'text') return event.message.text;
  if (event.type === 'postback') return event.postback.data.replace(/^go:/, '');
  return event.type === 'follow' ? '說明' : null;
}

/** The brand's own menus: the two tabs of a member, for everybody. */
async function linkMenus(platform: LinePlatform): Promise<void> {
  for (const name of ['member-card', 'member-service']) {
    const { alias, menu } = JSON.parse(await readFile(`${root}rich-menus/${name}.json`, 'utf8'));
    const bytes = await readFile(`${root}rich-menus/${name}.png`);
    const richMenuId = `richmenu-${name}`;
    platform.richMenus.menus.set(richMenuId, {
      richMenuId,
      menu,
      image: { contentType: 'image/png', bytes },
    });
    platform.richMenus.aliases.set(alias, richMenuId);
  }
  platform.richMenus.defaultId = 'richmenu-member-card';
}
