import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import nock from 'nock';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { createFixedClock } from '#foundation/clock.ts';
import { createLineClient } from '#line/client.ts';
import { createStatelessTokens, fixedToken } from '#line/client-tokens.ts';

const api = 'https://api.line.me';
const user = `U${'0'.repeat(32)}`;
const body = Buffer.from('{"to":"x","messages":[]}');

afterEach(() => nock.cleanAll());

describe('the client', () => {
  const client = createLineClient({
    apiBaseUrl: api,
    dataApiBaseUrl: 'https://api-data.line.me',
    token: fixedToken('secret'),
    fetch,
  });

  it('sends the bytes as they are, with token and retry key', async () => {
    const seen = nock(api, { reqheaders: { authorization: 'Bearer secret', 'x-line-retry-key': 'key-1' } })
      .post('/v2/bot/message/push', body.toString())
      .reply(200, { sentMessages: [{ id: '1' }] }, { 'x-line-request-id': 'r-1' });
    expect(await client.push(body, 'key-1')).toEqual({
      outcome: 'ok',
      status: 200,
      requestId: 'r-1',
      acceptedRequestId: null,
      body: { sentMessages: [{ id: '1' }] },
    });
    expect(seen.isDone()).toBe(true);
  });

  it('tells a known retry key with the request that was accepted', async () => {
    nock(api)
      .post('/v2/bot/message/multicast')
      .reply(409, { message: 'known' }, { 'x-line-accepted-request-id': 'r-0' });
    expect(await client.multicast(body, 'key-1')).toMatchObject({
      outcome: 'refused',
      status: 409,
      acceptedRequestId: 'r-0',
    });
  });

  it("tells LINE's message with the properties that it names", async () => {
    nock(api)
      .post('/v2/bot/message/reply')
      .reply(400, {
        message: 'The request body has 1 error(s)',
        details: [{ message: 'May not be empty', property: 'messages[0].text' }],
      });
    expect(await client.reply(body)).toMatchObject({
      outcome: 'refused',
      message: 'The request body has 1 error(s); messages[0].text: May not be empty',
    });
  });

  it('calls each endpoint by its method and path', async () => {
    const seen = [
      nock(api).post(`/v2/bot/user/${user}/richmenu/menu-1`).reply(200, {}),
      nock(api).delete(`/v2/bot/user/${user}/richmenu`).reply(200, {}),
      nock(api).get('/v2/bot/richmenu/alias/shuke-vip-card').reply(200, { richMenuId: 'menu-1' }),
      nock(api).get(`/v2/bot/profile/${user}`).reply(200, { displayName: 'Ada' }),
      nock(api).post(`/v2/bot/user/${user}/linkToken`).reply(200, { linkToken: 't' }),
      nock(api).get('/v2/bot/info').reply(200, { basicId: '@demo' }),
      nock(api).get('/v2/bot/message/quota').reply(200, { type: 'none' }),
      nock(api).get('/v2/bot/message/quota/consumption').reply(200, { totalUsage: 3 }),
      nock(api).post('/v2/bot/chat/loading/start', { chatId: user, loadingSeconds: 20 }).reply(202, {}),
    ];
    const answers = [
      await client.linkRichMenu(user, 'menu-1'),
      await client.unlinkRichMenu(user),
      await client.resolveAlias('shuke-vip-card'),
      await client.profile(user),
      await client.linkToken(user),
      await client.botInfo(),
      await client.quota(),
      await client.consumption(),
      await client.loading(user, 20),
    ];
    expect(answers.map(({ outcome }) => outcome)).toEqual(Array(9).fill('ok'));
    expect(seen.every((scope) => scope.isDone())).toBe(true);
  });

  it('refuses to be built for another host where only this machine may be called', () => {
    const options = {
      apiBaseUrl: api,
      dataApiBaseUrl: 'http://127.0.0.1:1',
      token: fixedToken('x'),
      loopbackOnly: true,
    };
    expect(() => createLineClient(options)).toThrow(/api\.line\.me/);
  });
});

describe('stateless tokens', () => {
  const wire = createFixedClock('2026-12-01T00:00:00Z');
  const source = () =>
    createStatelessTokens({ apiBaseUrl: api, channelId: '1234567890', channelSecret: 'hidden', wire });
  const issue = (token: string) =>
    nock(api)
      .post('/oauth2/v3/token', {
        grant_type: 'client_credentials',
        client_id: '1234567890',
        client_secret: 'hidden',
      })
      .reply(200, { access_token: token, expires_in: 900 });

  it('are asked for once at a time and kept for twelve minutes', async () => {
    issue('one');
    const tokens = source();
    expect(await Promise.all([tokens.read(), tokens.read(), tokens.read()])).toEqual(['one', 'one', 'one']);
    wire.set('2026-12-01T00:11:59Z');
    expect(await tokens.read()).toBe('one');
    issue('two');
    wire.set('2026-12-01T00:12:01Z');
    expect(await tokens.read()).toBe('two');
  });

  it('are renewed once after a 401, and the call is made again', async () => {
    issue('dead');
    issue('alive');
    nock(api, { reqheaders: { authorization: 'Bearer dead' } })
      .get('/v2/bot/info')
      .reply(401, { message: 'no' });
    nock(api, { reqheaders: { authorization: 'Bearer alive' } })
      .get('/v2/bot/info')
      .reply(200, { basicId: '@demo' });
    const client = createLineClient({ apiBaseUrl: api, dataApiBaseUrl: api, token: source(), fetch });
    expect(await client.botInfo()).toMatchObject({ outcome: 'ok' });
  });

  it('that LINE does not give leave the call unmade', async () => {
    nock(api).post('/oauth2/v3/token').reply(503);
    const client = createLineClient({ apiBaseUrl: api, dataApiBaseUrl: api, token: source(), fetch });
    expect(await client.botInfo()).toMatchObject({ outcome: 'unknown', reached: false });
  });
});

describe('a fresh token', () => {
  const client = () =>
    createLineClient({
      apiBaseUrl: api,
      dataApiBaseUrl: api,
      token: createStatelessTokens({
        apiBaseUrl: api,
        channelId: '1234567890',
        channelSecret: 'hidden',
        wire: createFixedClock('2026-12-01T00:00:00Z'),
      }),
      fetch,
    });
  const issue = (token: string) =>
    nock(api).post('/oauth2/v3/token').reply(200, { access_token: token, expires_in: 900 });
  const refuseInfo = () => nock(api).get('/v2/bot/info').reply(401, { message: 'no' });

  it.each([500, 503, 429])(
    'that LINE cannot give just now (%i) is no second 401: asked for again, it is used',
    async (status) => {
      issue('dead');
      refuseInfo();
      nock(api).post('/oauth2/v3/token').reply(status);
      const line = client();
      expect(await line.botInfo()).toMatchObject({ outcome: 'unknown', reached: false });
      issue('alive');
      nock(api, { reqheaders: { authorization: 'Bearer alive' } })
        .get('/v2/bot/info')
        .reply(200, {});
      await expect.poll(() => line.botInfo()).toMatchObject({ outcome: 'ok' });
    },
  );

  it('whose request is reset is no second 401 either', async () => {
    issue('dead');
    refuseInfo();
    nock(api).post('/oauth2/v3/token').replyWithError('socket hang up');
    expect(await client().botInfo()).toMatchObject({ outcome: 'unknown', reached: false });
  });

  it.each([400, 401, 403])('that LINE refuses (%i) is a second 401', async (status) => {
    issue('dead');
    refuseInfo();
    nock(api).post('/oauth2/v3/token').reply(status);
    expect(await client().botInfo()).toMatchObject({ outcome: 'refused', status: 401 });
  });

  it('is refused like a 401 where LINE never gave one', async () => {
    nock(api).post('/oauth2/v3/token').reply(400);
    expect(await client().botInfo()).toMatchObject({ outcome: 'refused', status: 401 });
  });

  it('is not asked for by every call while LINE gives none', async () => {
    nock(api).post('/oauth2/v3/token').reply(503);
    const line = client();
    // A second request would meet no answer here, and would be told apart by its words.
    for (let nth = 0; nth < 5; nth++)
      expect(await line.botInfo()).toMatchObject({
        outcome: 'unknown',
        cause: expect.stringContaining('(503)'),
      });
  });
});

describe('the connection pool', () => {
  const server = createServer((request, response) => {
    request.resume();
    if (request.url?.endsWith('/reply')) return;
    if (request.url?.endsWith('/push')) return request.socket.destroy();
    response.writeHead(200, { 'x-line-request-id': 'r-9', 'content-type': 'application/json' });
    if (request.url?.endsWith('/info')) return response.end('{"basicId":"@demo"}');
    response.write('{"half":');
    response.socket?.end();
  });
  const listening = new Promise<number>((resolve) =>
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)),
  );
  const open = async (port?: number, timeoutMs = 20_000) => {
    const url = `http://127.0.0.1:${port ?? (await listening)}`;
    return createLineClient({
      apiBaseUrl: url,
      dataApiBaseUrl: url,
      token: fixedToken('x'),
      loopbackOnly: true,
      timeoutMs,
    });
  };
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  it('answers as the other transport does', async () => {
    expect(await (await open()).botInfo()).toMatchObject({
      outcome: 'ok',
      status: 200,
      requestId: 'r-9',
      body: { basicId: '@demo' },
    });
  });

  it.each([
    ['no answer in time', 'reply'],
    ['a reset', 'push'],
    ['half an answer', 'quota'],
  ] as const)('says that %s may have arrived', async (_name, call) => {
    const client = await open(undefined, call === 'reply' ? 300 : undefined);
    const answer =
      call === 'push'
        ? await client.push(body, 'k')
        : await (call === 'reply' ? client.reply(body) : client.quota());
    expect(answer).toMatchObject({ outcome: 'unknown', reached: true });
  });

  it('says that what nobody listens to did not arrive', async () => {
    const free = createServer();
    const port = await new Promise<number>((resolve) =>
      free.listen(0, '127.0.0.1', () => resolve((free.address() as AddressInfo).port)),
    );
    await new Promise((resolve) => free.close(resolve));
    expect(await (await open(port)).push(body, 'k')).toMatchObject({ outcome: 'unknown', reached: false });
  });
});
