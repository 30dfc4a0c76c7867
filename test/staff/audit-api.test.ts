import { describe, expect, it } from 'vitest';
import { auditRoutes } from '#features/staff/audit/audit-routes.ts';
import { staffRoles } from '#features/staff/permission-rules.ts';
import { staffPolicy } from '#features/staff/staff-policy-rules.ts';
import { recordAudit } from '#foundation/audit.ts';
import { addMs } from '#foundation/clock.ts';
import { publishPolicy, readPolicy } from '#foundation/policy.ts';
import { openTestApi } from '../support/api.ts';
import { openTestDatabase } from '../support/database.ts';
import { noon, openPerson, openStore } from '../support/shop.ts';
import { hire, openSession } from './people.ts';

const database = await openTestDatabase();
const { db } = database;
const api = await openTestApi(database, (parts) => [auditRoutes(parts)]);
const auditor = await hire(db, 'auditor', { name: 'Audi' });
const asAuditor = await openSession(api, auditor.staffId);

const get = (path: string, as = asAuditor) =>
  api.app.inject({ method: 'GET', url: `/api/v1${path}`, headers: as });
const record = (action: string, of: { memberId?: number; after?: object } = {}) =>
  api.transact((tx) =>
    recordAudit(tx, {
      at: noon,
      actor: auditor.actor,
      action,
      subjectKind: 'staff',
      subjectId: auditor.actor.id,
      ...of,
    }),
  );

describe('the audit page', () => {
  it('answers what auditors ask for, page by page', async () => {
    const { memberId, memberNo } = await openPerson(db);
    for (let n = 0; n < 3; n++) await record('test.listed', { memberId, after: { n } });
    const asked = `/audit?action=test.listed&actorId=${auditor.staffId}&memberNo=${memberNo}&from=2026-11-21&to=2026-11-21&limit=2`;
    const first = (await get(asked)).json();
    expect(first.items).toEqual([
      expect.objectContaining({
        at: noon.toISOString(),
        actor: { kind: 'staff', id: String(auditor.staffId), name: 'Audi' },
        subject: { kind: 'staff', id: String(auditor.staffId), name: 'Audi' },
        memberNo,
        before: null,
        after: { n: 2 },
        place: { store: null, device: null, address: null },
      }),
      expect.objectContaining({ after: { n: 1 } }),
    ]);
    const rest = (await get(`${asked}&cursor=${first.nextCursor}`)).json();
    expect(rest).toMatchObject({ items: [{ after: { n: 0 } }], nextCursor: null });
    expect((await get('/audit/actions')).json().items).toContain('test.listed');
  });

  it('refuses what it cannot read', async () => {
    for (const query of ['cursor=x', 'from=2026-02-30', 'memberNo=12', 'limit=201', 'actorKind=robot']) {
      expect([query, (await get(`/audit?${query}`)).statusCode]).toEqual([
        query,
        query === 'cursor=x' ? 422 : 400,
      ]);
    }
  });

  it('is for owners and auditors, and for no machine', async () => {
    const store = await openStore(db);
    for (const role of staffRoles) {
      const { staffId } = await hire(db, role, { storeIds: [store.storeId] });
      const as = await openSession(api, staffId);
      const expected = role === 'owner' || role === 'auditor' ? 200 : 403;
      for (const path of ['/audit', '/audit/actions', '/audit.csv']) {
        expect([role, path, (await get(path, as)).statusCode]).toEqual([role, path, expected]);
      }
    }
    expect((await api.call('GET', '/audit')).status).toBe(403);
    expect((await get('/audit', {})).statusCode).toBe(401);
  });

  it('hands out a file, and taking it away is an entry', async () => {
    const { memberNo, memberId } = await openPerson(db);
    await record('=cmd', { memberId });
    const file = await get(`/audit.csv?memberNo=${memberNo}`);
    expect(file.headers).toMatchObject({
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': 'attachment; filename="audit-2026-11-21.csv"',
      'cache-control': 'no-store',
    });
    expect(file.body.startsWith('\ufeff"id",')).toBe(true);
    expect(file.body.trimEnd().split('\r\n')).toHaveLength(2);
    expect(file.body).toContain(`"'=cmd"`);
    const [entry] = (await get('/audit?action=audit.exported&limit=1')).json().items;
    expect(entry).toMatchObject({
      actor: { name: 'Audi' },
      after: { memberNo },
      place: { address: '127.0.0.0/24' },
    });
  });

  it('tells who changed a policy, from what, to what, and from when on', async () => {
    const { version, ...data } = await readPolicy(db, staffPolicy, noon);
    const effectiveFrom = addMs(noon, 86_400_000);
    await api.transact((tx) =>
      publishPolicy(tx, staffPolicy, {
        data: { ...data, adjustPointsAbove: 100 },
        effectiveFrom,
        now: noon,
        actor: auditor.actor,
      }),
    );
    const [entry] = (await get('/audit?action=policy.published')).json().items;
    expect(entry).toMatchObject({
      at: noon.toISOString(),
      actor: { name: 'Audi' },
      subject: { kind: 'policy', id: 'staff' },
      before: { version, data: { adjustPointsAbove: 500 } },
      after: {
        version: version + 1,
        effectiveFrom: effectiveFrom.toISOString(),
        data: { adjustPointsAbove: 100 },
      },
    });
    expect((await readPolicy(db, staffPolicy, noon)).adjustPointsAbove).toBe(500);
    expect((await readPolicy(db, staffPolicy, effectiveFrom)).adjustPointsAbove).toBe(100);
  });
});
