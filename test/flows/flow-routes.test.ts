import { describe, expect, it } from 'vitest';
import { flowRoutes } from '#features/flows/flow-routes.ts';
import { sql } from '#foundation/db.ts';
import { openTestApi } from '../support/api.ts';
import { openTestDatabase } from '../support/database.ts';

const database = await openTestDatabase();
const api = await openTestApi(database, (context) => [flowRoutes(context)], { now: '2026-11-21T04:00:00Z' });

describe('the flows at the machine door', () => {
  it('are off at first and are switched on and off, once each, on record', async () => {
    const listed = await api.call('GET', '/flows');
    expect(listed).toMatchObject({
      status: 200,
      body: {
        items: [
          { key: 'birthday', on: false, switchedOnAt: null },
          { key: 'coupon_reminder', on: false },
          { key: 'win_back', on: false, settings: { windowDays: 90 } },
          { key: 'online_thanks', on: false, settings: { purchases: 'first' } },
        ],
      },
    });
    const on = await api.call('PUT', '/flows/birthday', { on: true });
    expect(on).toMatchObject({ status: 200, body: { on: true, switchedOnAt: '2026-11-21T04:00:00.000Z' } });
    api.clock.set('2026-11-22T04:00:00Z');
    expect(await api.call('PUT', '/flows/birthday', { on: true })).toEqual(on);
    await api.call('PUT', '/flows/birthday', { on: false });
    const again = await api.call('PUT', '/flows/birthday', { on: true });
    expect(again.body).toMatchObject({ switchedOnAt: '2026-11-22T04:00:00.000Z' });
    const audit = await sql<{ action: string }>`
      select action from audit_entries where subject_kind = 'flow' order by id`.execute(database.db);
    expect(audit.rows.map((row) => row.action)).toEqual([
      'flow.switched_on',
      'flow.switched_off',
      'flow.switched_on',
    ]);
  });

  it('refuse unknown flows, other bodies and keys without the scope', async () => {
    expect(await api.call('PUT', '/flows/nothing', { on: true })).toMatchObject({ status: 404 });
    expect((await api.call('PUT', '/flows/birthday', { on: 'yes' })).status).toBeGreaterThanOrEqual(400);
    const key = await api.issueKey(['stores']);
    const refused = await api.call('GET', '/flows', undefined, { authorization: `Bearer ${key}` });
    expect(refused.status).toBe(403);
  });
});
