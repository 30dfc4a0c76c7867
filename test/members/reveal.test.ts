import { describe, expect, it } from 'vitest';
import { revealRoutes } from '#features/members/reveal/reveal-routes.ts';
import { sql } from '#foundation/db.ts';
import { newMemberNo } from '#foundation/ids.ts';
import { hire, openSession } from '../staff/people.ts';
import { openTestApi } from '../support/api.ts';
import { openTestDatabase } from '../support/database.ts';
import { openPerson, openStore } from '../support/shop.ts';

const database = await openTestDatabase();
const { db } = database;
const api = await openTestApi(database, (parts) => [revealRoutes(parts)]);
const store = await openStore(db);
const manager = await hire(db, 'manager', { storeIds: [store.storeId] });
const asManager = await openSession(api, manager.staffId);

async function reveal(as: Record<string, string>, body: object) {
  const response = await api.app.inject({
    method: 'POST',
    url: '/api/v1/members/reveal',
    headers: as,
    payload: { reason: 'calls back', ...body },
  });
  return { status: response.statusCode, body: response.json() };
}
const entriesOf = async (memberId: number) =>
  (
    await sql<{ actor: string; after: object }>`
      select actor_kind || ':' || actor_id as actor, after from audit_entries
      where action = 'member.revealed' and member_id = ${memberId} order by id`.execute(db)
  ).rows;

async function openKnown() {
  const person = await openPerson(db, '0987654321');
  const name = api.secrets.encrypt('Lin Mei');
  await sql`
    update members set name_encrypted = ${name}, birth_month = 2, birth_day = 29 where id = ${person.memberId}`.execute(
    db,
  );
  return person;
}

describe('personal data in the clear', () => {
  it('shows what was asked for and no more; that it was seen is an entry, what was seen is not', async () => {
    const { memberNo, memberId } = await openKnown();
    expect(await reveal(asManager, { memberNo, fields: ['phone'] })).toEqual({
      status: 200,
      body: { phone: '+886987654321' },
    });
    expect(
      await reveal(asManager, { memberNo, fields: ['birthday', 'name'], reason: 'gift for 0987-654-321' }),
    ).toEqual({ status: 200, body: { name: 'Lin Mei', birthday: { year: null, month: 2, day: 29 } } });
    const entries = await entriesOf(memberId);
    expect(entries).toEqual([
      { actor: `staff:${manager.staffId}`, after: { fields: ['phone'], reason: 'calls back' } },
      {
        actor: `staff:${manager.staffId}`,
        after: { fields: ['name', 'birthday'], reason: 'gift for ***321' },
      },
    ]);
    expect(JSON.stringify(entries)).not.toMatch(/87654321|Mei|29/);
  });

  it('says that something is not known', async () => {
    const { memberNo, memberId } = await openPerson(db);
    await sql`update member_identities set until = since where member_id = ${memberId}`.execute(db);
    expect(await reveal(asManager, { memberNo, fields: ['phone', 'name', 'birthday'] })).toEqual({
      status: 200,
      body: { phone: null, name: null, birthday: null },
    });
  });

  it('needs a reason, a field, a right and a person: refused, nothing is noted', async () => {
    const { memberNo, memberId } = await openPerson(db);
    const fields = ['phone'];
    expect((await reveal(asManager, { memberNo, fields, reason: '  ' })).status).toBe(422);
    expect((await reveal(asManager, { memberNo, fields: [] })).status).toBe(422);
    expect((await reveal(asManager, { memberNo, fields: ['email'] })).status).toBe(422);
    expect((await reveal(asManager, { memberNo: newMemberNo(), fields })).status).toBe(404);
    for (const role of ['clerk', 'marketer', 'consultant', 'auditor'] as const) {
      const { staffId } = await hire(db, role, { storeIds: [store.storeId] });
      expect((await reveal(await openSession(api, staffId), { memberNo, fields })).status).toBe(403);
    }
    expect((await api.call('POST', '/members/reveal', { memberNo, fields, reason: 'test' })).status).toBe(
      403,
    );
    expect(await entriesOf(memberId)).toEqual([]);
  });
});
