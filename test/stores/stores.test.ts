import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { answerStores } from '#features/stores/stores-chat.ts';
import { storeRoutes } from '#features/stores/stores-routes.ts';
import { openTestApi } from '../support/api.ts';
import { openTestDatabase } from '../support/database.ts';
import { makeHouse, makeTurn } from '../support/turn.ts';

const api = await openTestApi(await openTestDatabase(), (context) => [storeRoutes(context)]);
const house = await makeHouse(api.db);
const xinyi = { name: '信義店', address: '台北市信義區松高路 1 號', phone: '02-2345-6789' };
const chat = (over = {}) => api.transact((tx) => answerStores(makeTurn(house, over), tx));

describe('stores', () => {
  it('say so when there are none yet', async () => {
    expect((await chat()).messages).toMatchObject([
      { type: 'text', text: expect.stringContaining('還沒放上來') },
    ]);
  });

  it('are made once and replaced by the same call; saving the same again changes nothing', async () => {
    expect((await api.call('PUT', '/stores/xinyi', xinyi)).status).toBe(201);
    expect((await api.call('PUT', '/stores/xinyi', xinyi)).status).toBe(200);
    const changed = await api.call('PUT', '/stores/xinyi', {
      ...xinyi,
      openingHours: '10:00–21:30',
      closedDays: '週一公休',
    });
    expect(changed).toEqual({
      status: 200,
      body: {
        id: expect.any(String),
        code: 'xinyi',
        ...xinyi,
        openingHours: '10:00–21:30',
        closedDays: '週一公休',
      },
    });
    const audit = await sql<{ action: string }>`
      select action from audit_entries where subject_kind = 'store' order by id`.execute(api.db);
    expect(audit.rows.map((entry) => entry.action)).toEqual(['store.created', 'store.changed']);
  });

  it.each([
    ['name', { ...xinyi, name: ' ' }],
    ['phone', { ...xinyi, phone: 'call us' }],
    ['address', { name: 'a', phone: '0223456789' }],
    ['fax', { ...xinyi, fax: '1' }],
  ])('refuse a bad %s by its path', async (path, body) => {
    expect(await api.call('PUT', '/stores/bad', body)).toMatchObject({
      status: 422,
      body: { error: { fields: [{ path }] } },
    });
  });

  it('refuse a code that a till could not print', async () => {
    expect((await api.call('PUT', '/stores/a%20b', xinyi)).status).toBe(400);
  });

  it('are shown in the chat with address, number, map and call', async () => {
    const { messages } = await chat();
    expect(messages[0]).toMatchObject({ type: 'text', text: '1 家門市都在這裡。' });
    const card = JSON.stringify(messages[1]);
    for (const shown of [
      '信義店',
      xinyi.address,
      xinyi.phone,
      '10:00–21:30',
      '週一公休',
      '"tel:0223456789"',
    ]) {
      expect(card).toContain(shown);
    }
    const query = encodeURIComponent(`信義店 ${xinyi.address}`);
    expect(card).toContain(`https://www.google.com/maps/search/?api=1&query=${query}`);
  });

  it('come in pages of ten, in the chat and through the door', async () => {
    for (let n = 10; n < 22; n++) await api.call('PUT', `/stores/s${n}`, { ...xinyi, name: `店 ${n}` });
    const { messages } = await chat();
    expect(messages[1]).toMatchObject({ contents: { type: 'carousel' } });
    const more = /"data":"v1:go:stores\?after=(s\d+)"/.exec(JSON.stringify(messages[1]))?.[1];
    expect(more).toBe('s19');
    const rest = await chat({
      input: { kind: 'postback', name: 'go:stores', args: { after: more }, params: {} },
    });
    expect(JSON.stringify(rest.messages)).toContain('店 20');
    expect(JSON.stringify(rest.messages)).not.toContain('店 19');

    const first = await api.call('GET', '/stores?limit=12');
    const { nextCursor, items } = first.body as { nextCursor: string; items: unknown[] };
    const second = await api.call('GET', `/stores?limit=12&cursor=${nextCursor}`);
    expect([items.length, second.body]).toMatchObject([12, { items: [{ code: 'xinyi' }], nextCursor: null }]);
  });

  it('start from the first page when a button carries a code that no store has', async () => {
    const odd = await chat({
      input: { kind: 'postback', name: 'go:stores', args: { after: '\u0000' }, params: {} },
    });
    expect(odd.messages).toEqual((await chat()).messages);
  });
});
