import { afterAll, describe, expect, it } from 'vitest';
import { wireClock } from '#foundation/clock.ts';
import { connectDatabase } from '#foundation/db.ts';
import { createTransact } from '#foundation/facts.ts';
import { createLogger } from '#foundation/log.ts';
import { createSecrets } from '#foundation/secrets.ts';
import { choosePaces } from '#outbox/pace-rules.ts';
import { createTally } from '#outbox/tally-sending.ts';
import { openDoors } from '#web/open-doors.ts';

const log = createLogger('silent');
const secrets = createSecrets(Buffer.alloc(32, 1));
// Nothing listens there.
const away = connectDatabase('postgres://shuke@127.0.0.1:1/shuke', { log, name: 'test', max: 1 });
const http = await openDoors({
  settings: {
    hasWeb: true,
    publicUrl: 'https://club.example.com',
    proxyCount: 0,
    metricsToken: undefined,
    line: { channelSecrets: ['0'.repeat(32)] },
  },
  api: {
    db: away.db,
    transact: createTransact(away.db, []),
    secrets,
    clock: wireClock,
    wire: wireClock,
    log,
    origin: 'https://club.example.com',
    hasSecureCookies: true,
    brandName: async () => 'Shuke',
    lineLogin: null,
  },
  line: {
    quota: () => Promise.reject(new Error('no LINE')),
    consumption: () => Promise.reject(new Error('no LINE')),
  },
  approvalKinds: new Map(),
  house: () => Promise.reject(new Error('no house')),
  store: { store: async () => undefined },
  ourUserId: () => null,
  outboxHeld: () => null,
  sending: { tally: createTally(), paces: choosePaces() },
  afterWrite: () => undefined,
});
afterAll(async () => {
  await http.close();
  await away.close();
});

describe('all doors', () => {
  it.each(['/m/some-token', '/api/v1/flows'])('tell nothing of a fault outward: %s', async (url) => {
    const answer = await http.inject({ url, headers: { authorization: `Bearer shk_${'a'.repeat(43)}` } });
    expect(answer.statusCode).toBe(503);
    expect(answer.json()).toEqual({ error: { code: 'unavailable', message: expect.any(String) } });
    expect(answer.body).not.toMatch(/ECONNREFUSED|127\.0\.0\.1/);
  });

  it('answer an unknown address in the shape of every refusal, without repeating it', async () => {
    const answer = await http.inject({ url: '/nowhere/0912345678' });
    expect(answer.statusCode).toBe(404);
    expect(answer.json()).toEqual({ error: { code: 'not_found', message: expect.any(String) } });
    expect(answer.body).not.toContain('0912345678');
  });
});
