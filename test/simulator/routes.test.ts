import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { fastify } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFixedClock } from '#foundation/clock.ts';
import { findTarget } from '#simulator/clock-rules.ts';
import type { StreamEvent } from '#simulator/contract.ts';
import type { LinePlatform } from '#simulator/platform.ts';
import { createLinePlatform } from '#simulator/platform.ts';
import { simulatorRoutes } from '#simulator/routes.ts';
import { mapToLocal } from '#simulator/url-map-rules.ts';
import { befriend, openEndpoint } from './stage.ts';

let platform: LinePlatform;
let app: FastifyInstance;
let endpoint: Awaited<ReturnType<typeof openEndpoint>>;
let pageDir: string;
const till = { apiKey: 'key', stores: [{ code: 'A', name: 'Shop A' }], categories: ['Tea'] };

async function open(): Promise<FastifyInstance> {
  const opened = fastify({ forceCloseConnections: true });
  await opened.register(simulatorRoutes, {
    platform,
    webhookUrl: endpoint.url,
    clock: createFixedClock('2026-06-15T12:00:00+08:00'),
    till: async () => till,
    pageDir,
    businessZone: 'Asia/Taipei',
  });
  return opened;
}

beforeEach(async () => {
  platform = createLinePlatform({ displayName: 'Shop', monthlyLimit: 200 });
  endpoint = await openEndpoint();
  pageDir = await mkdtemp(join(tmpdir(), 'simulator-page-'));
  app = await open();
});
afterEach(async () => {
  await app.close();
  await endpoint[Symbol.asyncDispose]();
  await rm(pageDir, { recursive: true });
});

async function ask(method: 'GET' | 'POST' | 'PUT', path: string, payload?: object) {
  const response = await app.inject({ method, url: `/simulator/api/${path}`, ...(payload && { payload }) });
  return { status: response.statusCode, body: response.json() };
}
const userId = () => platform.people.list()[0]!.userId;

describe("the page's API", () => {
  it('tells the state of the account and its cast', async () => {
    const { status, body } = await ask('GET', 'state');
    expect(status).toBe(200);
    expect(body).toEqual({
      brandName: 'Shop',
      basicId: platform.account.basicId,
      now: '2026-06-15T04:00:00.000Z',
      shoppers: platform.people.list().map(({ lastWroteAt, richMenuId, ...shopper }) => shopper),
      faults: platform.faults(),
      quota: { limit: 200, used: 0 },
    });
    expect(body.shoppers.map((each: { language: string }) => each.language)).toEqual([
      'zh-TW',
      'zh-TW',
      'zh-TW',
      'en',
      'ja',
    ]);
  });

  it('adds a shopper', async () => {
    const { status, body } = await ask('POST', 'shoppers', { displayName: 'Ann', language: 'en' });
    expect(status).toBe(201);
    expect(body).toMatchObject({ displayName: 'Ann', following: false, hasFollowedBefore: false });
    expect(platform.people.find(body.userId)?.displayName).toBe('Ann');
  });

  it('plays a shopper and shows the chat with the rich menu', async () => {
    befriend(platform).richMenuId = 'richmenu-a';
    const size = { width: 800, height: 400 };
    const areas = [{ bounds: { x: 0, y: 0, width: 800, height: 400 }, action: { type: 'camera' as const } }];
    const menu = { size, selected: true, name: 'a', chatBarText: 'Menu', areas };
    const image = { contentType: 'image/png', bytes: Buffer.from('bytes') };
    platform.richMenus.menus.set('richmenu-a', { richMenuId: 'richmenu-a', menu, image });
    const played = await ask('POST', `shoppers/${userId()}/events`, { act: 'text', text: 'hello' });
    expect(played).toMatchObject({ status: 200, body: { webhook: { status: 200 } } });
    const { body } = await ask('GET', `chats/${userId()}`);
    expect(body).toMatchObject({
      shopper: { userId: userId() },
      lines: [{ from: 'shopper', text: 'hello', unsent: false }],
      richMenu: { richMenuId: 'richmenu-a', chatBarText: 'Menu', selected: true, size, areas },
    });
    const picture = await app.inject(body.richMenu.imageUrl);
    expect(picture.headers['content-type']).toBe('image/png');
    expect(picture.body).toBe('bytes');
  });

  it('refuses what a phone would not let a person do', async () => {
    const blocked = await ask('POST', `shoppers/${userId()}/events`, { act: 'block' });
    expect(blocked).toMatchObject({ status: 409, body: { error: { code: 'not_following' } } });
    const nobody = await ask('POST', 'shoppers/nobody/events', { act: 'follow' });
    expect(nobody).toMatchObject({ status: 404, body: { error: { code: 'unknown_shopper' } } });
    expect((await ask('GET', 'chats/nobody')).status).toBe(404);
    expect((await ask('GET', 'rich-menus/none/image')).status).toBe(404);
  });

  it.each([
    ['POST' as const, 'shoppers', { language: 'en' }, 'displayName'],
    ['POST' as const, 'shoppers', { displayName: 'Ann', language: 'English!' }, 'language'],
    ['POST' as const, 'shoppers/x/events', { act: 'dance' }, 'act'],
    ['POST' as const, 'shoppers/x/events', { act: 'text', text: '' }, 'text'],
    ['POST' as const, 'shoppers/x/events', { act: 'postback', data: 'x'.repeat(301) }, 'data'],
    ['PUT' as const, 'faults', { rateLimited: true }, 'serverError'],
    ['POST' as const, 'clock', { move: 'days', days: 0 }, 'days'],
    ['POST' as const, 'clock', { move: 'date', date: '2026-02-30' }, 'date'],
  ])('%s %s with %o names the field', async (method, path, payload, field) => {
    const { status, body } = await ask(method, path, payload);
    expect(status).toBe(400);
    expect(body.error.fields.map((each: { path: string }) => each.path)).toContain(field);
    expect(body.error.message).toContain(field);
  });

  it('answers a body that is no JSON in the same shape', async () => {
    const url = '/simulator/api/clock';
    const headers = { 'content-type': 'application/json' };
    const response = await app.inject({ method: 'POST', url, headers, payload: '{' });
    expect(response.statusCode).toBe(400);
    expect(response.json().error.code).toBe('bad_request');
  });

  it('switches faults', async () => {
    const faults = { ...platform.faults(), outOfQuota: true };
    expect(await ask('PUT', 'faults', faults)).toEqual({ status: 200, body: faults });
    expect(platform.faults()).toEqual(faults);
  });

  it('lists text messages newest first, and the log from where one left off', async () => {
    platform.sms.deliver({ to: '1', text: 'first' });
    platform.sms.deliver({ to: '2', text: 'second' });
    expect((await ask('GET', 'sms')).body.map((sms: { text: string }) => sms.text)).toEqual([
      'second',
      'first',
    ]);
    expect((await ask('GET', 'log')).body).toHaveLength(2);
    expect((await ask('GET', 'log?after=1')).body).toMatchObject([{ id: 2, kind: 'sms', path: '2' }]);
    expect((await ask('GET', 'log?after=x')).status).toBe(400);
  });

  it('gives the till what it needs', async () => {
    expect((await ask('GET', 'till')).body).toEqual(till);
  });

  it('answers this machine only', async () => {
    for (const host of ['evil.example', '192.168.1.5:3000', 'localhost.evil.example']) {
      const response = await app.inject({ url: '/simulator/api/state', headers: { host } });
      expect(response.statusCode).toBe(403);
    }
    for (const host of ['localhost:3000', '127.0.0.1:3000', '[::1]:3000']) {
      const response = await app.inject({ url: '/simulator/api/state', headers: { host } });
      expect(response.statusCode).toBe(200);
    }
  });
});

describe('the clock', () => {
  it('moves to the next morning, by days and to a date, and never back', async () => {
    const move = async (body: object) => (await ask('POST', 'clock', body)).body;
    expect(await move({ move: 'next-morning' })).toEqual({ now: '2026-06-16T01:00:00.000Z' });
    expect(await move({ move: 'next-morning' })).toEqual({ now: '2026-06-17T01:00:00.000Z' });
    expect(await move({ move: 'days', days: 7 })).toEqual({ now: '2026-06-24T01:00:00.000Z' });
    expect(await move({ move: 'date', date: '2026-07-01' })).toEqual({ now: '2026-07-01T01:00:00.000Z' });
    for (const date of ['2026-07-01', '2026-06-30']) {
      const { error } = await move({ move: 'date', date });
      expect(error).toMatchObject({ code: 'backwards', fields: [{ path: 'date' }] });
    }
    expect((await move({ move: 'date', date: '9999-12-31' })).error).toMatchObject({
      code: 'too_far',
      fields: [{ path: 'date', message: expect.stringContaining('731 days') }],
    });
    expect((await ask('GET', 'state')).body.now).toBe('2026-07-01T01:00:00.000Z');
  });

  it.each([
    ['2026-06-15T08:59:59+08:00', '2026-06-15T01:00:00.000Z'],
    ['2026-06-15T09:00:00+08:00', '2026-06-16T01:00:00.000Z'],
    ['2026-12-31T23:59:59+08:00', '2027-01-01T01:00:00.000Z'],
  ])('finds the morning strictly after %s', (now, next) => {
    const target = findTarget({ move: 'next-morning' }, new Date(now), 'Asia/Taipei');
    expect(target).toEqual({ ok: true, at: new Date(next) });
  });
});

describe('the stream', () => {
  it('tells what to fetch anew, once a moment, and log lines as they happen', async () => {
    const base = await app.listen({ port: 0, host: '127.0.0.1' });
    const response = await fetch(`${base}/simulator/api/stream`);
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    const events: StreamEvent[] = [];
    const reading = (async () => {
      let rest = '';
      for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
        const parts = (rest + chunk).split('\n\n');
        rest = parts.pop() ?? '';
        events.push(
          ...parts.filter((part) => part.startsWith('data: ')).map((part) => JSON.parse(part.slice(6))),
        );
      }
    })();
    for (let i = 0; i < 5; i += 1) platform.changed({ kind: 'chat', userId: 'U1' });
    platform.changed({ kind: 'state' });
    platform.sms.deliver({ to: '1', text: 'code' });
    await expect.poll(() => events.length).toBe(4);
    expect(events.map(({ kind }) => kind).toSorted()).toEqual(['chat', 'log', 'sms', 'state']);
    await app.close();
    await reading;
    app = await open();
  });
});

describe('the page', () => {
  it('names the command when it is not built', async () => {
    for (const url of ['/simulator', '/simulator/']) {
      const response = await app.inject(url);
      expect(response.statusCode).toBe(503);
      expect(response.body).toContain('npm run build');
    }
  });

  it('is served with its assets when it is', async () => {
    await writeFile(join(pageDir, 'index.html'), '<title>Page</title>');
    await mkdir(join(pageDir, 'assets'));
    await writeFile(join(pageDir, 'assets/a.js'), 'let a;');
    await app.close();
    app = await open();
    const bare = await app.inject('/simulator');
    expect([bare.statusCode, bare.headers.location]).toEqual([302, '/simulator/']);
    expect((await app.inject('/simulator/')).body).toContain('<title>Page</title>');
    expect((await app.inject('/simulator/assets/a.js')).body).toBe('let a;');
    expect((await app.inject('/simulator/%2e%2e/secret')).statusCode).toBe(404);
  });
});

describe('a public address', () => {
  it.each([
    ['https://shuke.example', 'http://localhost:3000'],
    ['https://shuke.example/line/webhook?x=1', 'http://localhost:3000/line/webhook?x=1'],
    ['https://shuke.example.evil/line', 'https://shuke.example.evil/line'],
    ['https://other.example/', 'https://other.example/'],
  ])('%s is found at %s', (url, local) => {
    expect(mapToLocal(url, 'https://shuke.example/', 'http://localhost:3000')).toBe(local);
  });
});
