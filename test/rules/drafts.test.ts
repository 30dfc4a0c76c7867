import { beforeAll, describe, expect, it } from 'vitest';
import { pointsPolicy } from '#features/points/points-rules.ts';
import { brandPolicy } from '#foundation/brand.ts';
import { addMs } from '#foundation/clock.ts';
import { sql } from '#foundation/db.ts';
import { publishPolicy, readPolicy } from '#foundation/policy.ts';
import { openTestDatabase } from '../support/database.ts';
import { tester } from '../support/shop.ts';
import { openStaffHouse, type StaffMember } from '../support/staff-client.ts';

const database = await openTestDatabase();
const house = await openStaffHouse(database);
const { db, clock } = house;
let owner: StaffMember;
let marketer: StaffMember;
let manager: StaffMember;
let auditor: StaffMember;
beforeAll(async () => {
  owner = await house.hire('owner');
  marketer = await house.hire('marketer');
  manager = await house.hire('manager');
  auditor = await house.hire('auditor');
});

const usual = {
  twdPerPoint: 100,
  pointValueTwd: 1,
  returnWindowDays: { store: 0, online: 7 },
  ends: { kind: 'end_of_next_year' },
};
const day = 86_400_000;
const inDays = (days: number) => addMs(clock.now(), days * day).toISOString();

async function draft(change: object = {}, section = 'points') {
  const made = await marketer.visitor.post('/rules/drafts', { section, data: { ...usual, ...change } });
  expect(made.status).toBe(201);
  return made.body as { id: string; revision: number; basedOnVersion: number; data: object };
}
const publish = (id: string, body: object = {}) => owner.visitor.post(`/rules/drafts/${id}/publish`, body);
const versions = async (section = 'points') =>
  (
    await sql<{ version: number }>`
      select version from brand_policies where section = ${section} order by version`.execute(db)
  ).rows.map(({ version }) => version);

describe('what is in force', () => {
  it('is told section by section, with what comes, who published it and when', async () => {
    const seen = await auditor.visitor.get('/rules');
    expect(seen.status).toBe(200);
    expect(seen.body.sections.map(({ section }: { section: string }) => section)).toEqual([
      'points',
      'tiers',
      'referrals',
      'returns',
      'reach',
    ]);
    const [points] = seen.body.sections;
    expect(points.live).toMatchObject({
      version: 1,
      data: usual,
      publishedBy: { kind: 'system', name: null },
    });
    expect(points.scheduled).toEqual([]);
  });

  it('tells neither who the brand is nor what staff may decide: those are no rules for shoppers', async () => {
    const made = await marketer.visitor.post('/rules/drafts', { section: 'brand', data: {} });
    expect(made.status).toBe(422);
    expect(made.body.error.fields[0].path).toBe('section');
  });
});

describe('what is told of a section', () => {
  it('can be sent back as a draft, whatever was learned since it was published', async () => {
    for (const { section, live } of (await marketer.visitor.get('/rules')).body.sections) {
      const made = await marketer.visitor.post('/rules/drafts', { section, data: live.data });
      expect([section, made.status]).toEqual([section, 201]);
      await marketer.visitor.send('DELETE', `/rules/drafts/${made.body.id}`);
    }
  });
});

describe('a draft', () => {
  it('keeps what is written, with defaults filled in, on the newest version', async () => {
    const made = await marketer.visitor.post('/rules/drafts', {
      section: 'points',
      data: { ...usual, twdPerPoint: 50 },
      comment: 'Half the price of a point',
    });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      section: 'points',
      data: { ...usual, twdPerPoint: 50 },
      basedOnVersion: 1,
      state: 'open',
      revision: 1,
      comment: 'Half the price of a point',
      author: marketer.name,
    });
    const read = await auditor.visitor.get(`/rules/drafts/${made.body.id}`);
    expect(read.body).toEqual(made.body);
  });

  it.each([
    [{ twdPerPoint: 0 }, 'data.twdPerPoint'],
    [{ twdPerPoint: 1.5 }, 'data.twdPerPoint'],
    [{ twdPerPoint: '100' }, 'data.twdPerPoint'],
    [{ twdPerPoint: 1e12 }, 'data.twdPerPoint'],
    [{ returnWindowDays: { store: 0 } }, 'data.returnWindowDays.online'],
    [{ returnWindowDays: { store: -1, online: 7 } }, 'data.returnWindowDays.store'],
    [{ ends: { kind: 'months', months: 0 } }, 'data.ends.months'],
    [{ ends: { kind: 'tomorrow' } }, 'data.ends.kind'],
    [{ twdPerPoints: 90 }, 'data.twdPerPoints'],
    [{ ends: { kind: 'never', month: 3 } }, 'data.ends.month'],
  ])('that does not fit its section is refused by the name of the place: %j', async (change, path) => {
    const count = async () =>
      (await sql<{ n: number }>`select count(*) as n from rule_drafts`.execute(db)).rows[0]?.n;
    const before = await count();
    const made = await marketer.visitor.post('/rules/drafts', {
      section: 'points',
      data: { ...usual, ...change },
    });
    expect(made.status).toBe(422);
    expect(made.body.error.fields.map((field: { path: string }) => field.path)).toContain(path);
    expect(await count()).toBe(before);
  });

  it('of nothing, of a list and with unknown fields is refused', async () => {
    for (const body of [{}, { section: 'points' }, { section: 'points', data: [] }, { section: 'no' }])
      expect((await marketer.visitor.post('/rules/drafts', body)).status).toBe(422);
    const extra = await marketer.visitor.post('/rules/drafts', { section: 'points', data: usual, odd: 1 });
    expect(extra.body.error.fields[0]).toMatchObject({ path: 'odd', code: 'unknown_field' });
  });

  it('is changed by whoever saw its last revision; the other is told to read again', async () => {
    const { id, revision } = await draft();
    const path = `/rules/drafts/${id}`;
    const both = await Promise.all([
      marketer.visitor.send('PUT', path, { data: { ...usual, twdPerPoint: 60 }, revision }),
      owner.visitor.send('PUT', path, { data: { ...usual, twdPerPoint: 70 }, revision }),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
    const lost = both.find(({ status }) => status === 409);
    expect(lost?.body.error).toMatchObject({ code: 'changed_meanwhile', fields: [{ path: 'revision' }] });
    const won = both.find(({ status }) => status === 200);
    expect((await owner.visitor.get(path)).body).toEqual(won?.body);
    expect(won?.body.revision).toBe(2);
  });

  it('that was dropped stays readable and changes no more', async () => {
    const { id, revision } = await draft();
    const dropped = await marketer.visitor.send('DELETE', `/rules/drafts/${id}`);
    expect(dropped.body).toMatchObject({ state: 'dropped', closedBy: marketer.name });
    const again = [
      await marketer.visitor.send('DELETE', `/rules/drafts/${id}`),
      await marketer.visitor.send('PUT', `/rules/drafts/${id}`, { data: usual, revision }),
      await publish(id),
    ];
    for (const { status, body } of again) expect([status, body.error.code]).toEqual([409, 'not_open']);
    expect((await marketer.visitor.get('/rules/drafts?state=dropped')).body.items[0].id).toBe(id);
  });

  it('that nobody knows is not there', async () => {
    expect((await marketer.visitor.get('/rules/drafts/999999')).status).toBe(404);
    expect((await publish('999999')).status).toBe(404);
    expect((await marketer.visitor.get('/rules/drafts/x')).status).toBe(400);
  });

  it('is listed the newest first, page by page', async () => {
    const made = [await draft(), await draft(), await draft()].map(({ id }) => id);
    const first = await marketer.visitor.get('/rules/drafts?state=open&section=points&limit=2');
    expect(first.body.items.map(({ id }: { id: string }) => id)).toEqual([made[2], made[1]]);
    const next = await marketer.visitor.get(
      `/rules/drafts?state=open&section=points&limit=2&cursor=${first.body.nextCursor}`,
    );
    expect(next.body.items[0].id).toBe(made[0]);
  });

  it('is written by owners and marketers, published by owners alone', async () => {
    for (const who of [manager, auditor])
      expect((await who.visitor.post('/rules/drafts', { section: 'points', data: usual })).status).toBe(403);
    const { id } = await draft();
    for (const who of [manager, auditor, marketer])
      expect((await who.visitor.post(`/rules/drafts/${id}/publish`, {})).status).toBe(403);
    expect(await versions()).toEqual([1]);
  });
});

describe('publishing', () => {
  it('puts a version in force from the day that was said, not before, and leaves earlier ones as they are', async () => {
    const { id } = await draft({ twdPerPoint: 80 });
    const effectiveFrom = inDays(10);
    const done = await publish(id, { effectiveFrom });
    expect(done.status).toBe(200);
    expect(done.body).toMatchObject({
      version: 2,
      effectiveFrom,
      draft: { state: 'published', publishedVersion: 2, closedBy: owner.name },
    });
    const at = (days: number) => readPolicy(db, pointsPolicy, addMs(clock.now(), days * day));
    expect([(await at(0)).twdPerPoint, (await at(9.99)).twdPerPoint, (await at(10)).twdPerPoint]).toEqual([
      100, 100, 80,
    ]);
    const seen = (await owner.visitor.get('/rules')).body.sections[0];
    expect(seen.live.version).toBe(1);
    expect(seen.scheduled).toMatchObject([{ version: 2, publishedBy: { name: owner.name } }]);
    const audited = await sql<{ actor: string; after: { version: number } }>`
      select actor_id as actor, after from audit_entries
      where action = 'policy.published' and subject_id = 'points' order by id desc limit 1`.execute(db);
    expect(audited.rows[0]).toMatchObject({ actor: String(owner.id), after: { version: 2, effectiveFrom } });
  });

  it('of a draft on an older version is refused with what has changed since, until somebody looked at it', async () => {
    const first = await draft({ twdPerPoint: 90 });
    const second = await draft({ pointValueTwd: 2 });
    const basis = first.basedOnVersion;
    expect((await publish(first.id, { effectiveFrom: inDays(20) })).status).toBe(200);
    const refused = await publish(second.id, { effectiveFrom: inDays(21) });
    expect([refused.status, refused.body.error.code]).toEqual([409, 'basis_outdated']);
    expect(refused.body.error.fields).toEqual([
      { path: 'data.twdPerPoint', code: 'changed', message: 'Was 80, is 90' },
    ]);
    const later = await marketer.visitor.send('PUT', `/rules/drafts/${second.id}`, {
      data: { ...usual, twdPerPoint: 90, pointValueTwd: 2 },
      revision: second.revision,
      basedOnVersion: basis + 1,
    });
    expect(later.body.basedOnVersion).toBe(basis + 1);
    expect((await publish(second.id, { effectiveFrom: inDays(21) })).status).toBe(200);
    const beyond = await marketer.visitor.send('PUT', `/rules/drafts/${(await draft()).id}`, {
      data: usual,
      revision: 1,
      basedOnVersion: 999,
    });
    expect([beyond.status, beyond.body.error.fields[0].path]).toEqual([422, 'basedOnVersion']);
  });

  it('by two at once of two drafts on one version lets one through', async () => {
    const drafts = await Promise.all(Array.from({ length: 6 }, (_, at) => draft({ twdPerPoint: 100 + at })));
    const before = await versions();
    const done = await Promise.all(drafts.map(({ id }) => publish(id, { effectiveFrom: inDays(30) })));
    expect(done.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(done.filter(({ body }) => body.error?.code === 'basis_outdated')).toHaveLength(5);
    expect(await versions()).toHaveLength(before.length + 1);
  });

  it('of the same draft many times at once makes one version', async () => {
    const { id } = await draft({ twdPerPoint: 77 });
    const before = await versions();
    const done = await Promise.all(
      Array.from({ length: 6 }, () => publish(id, { effectiveFrom: inDays(31) })),
    );
    expect(done.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(done.filter(({ body }) => body.error?.code === 'not_open')).toHaveLength(5);
    expect(await versions()).toHaveLength(before.length + 1);
  });

  it('never reaches back, and not before a version that is scheduled unless that is meant', async () => {
    const { id } = await draft({ twdPerPoint: 66 });
    const past = await publish(id, { effectiveFrom: inDays(-0.001) });
    expect([past.status, past.body.error.fields[0]]).toMatchObject([
      422,
      { path: 'effectiveFrom', code: 'in_past' },
    ]);
    for (const effectiveFrom of ['tomorrow', '2026-12-01', '2026-12-01T00:00:00', 5, null])
      expect((await publish(id, { effectiveFrom })).body.error.fields[0].path).toBe('effectiveFrom');
    const early = await publish(id, { effectiveFrom: inDays(1) });
    expect([early.status, early.body.error.code]).toEqual([409, 'before_scheduled']);
    expect((await publish(id, { isInterim: true })).status).toBe(200);
    expect((await readPolicy(db, pointsPolicy, clock.now())).twdPerPoint).toBe(66);
    expect((await readPolicy(db, pointsPolicy, addMs(clock.now(), 31 * day))).twdPerPoint).toBe(77);
  });

  it('stops at what the linter calls an error, and passes what it only warns of', async () => {
    const all = await draft({ twdPerPoint: 10, pointValueTwd: 10 });
    const linted = await marketer.visitor.post(`/rules/drafts/${all.id}/lint`, {});
    expect(linted.body).toMatchObject({
      isPublishable: false,
      findings: [{ code: 'pays_back_all', severity: 'error', path: 'pointValueTwd' }],
    });
    expect(Object.keys(linted.body.findings[0].words)).toEqual(['zh-TW', 'en', 'ja']);
    const refused = await publish(all.id, { effectiveFrom: inDays(40) });
    expect([refused.status, refused.body.error.code]).toEqual([422, 'faulty']);
    expect(refused.body.error.fields[0]).toMatchObject({ path: 'data.pointValueTwd', code: 'pays_back_all' });
    const much = await draft({ twdPerPoint: 4 });
    const done = await publish(much.id, { effectiveFrom: inDays(40) });
    expect(done.status).toBe(200);
    expect(done.body.warnings).toMatchObject([{ code: 'pays_back_much', severity: 'warning' }]);
  });

  it('shows in the history what each version changed', async () => {
    const all = (await auditor.visitor.get('/rules/history?section=points')).body;
    expect(all.items.map(({ version }: { version: number }) => version)).toEqual(
      (await versions()).toReversed(),
    );
    expect(all.items[0].changes).toContainEqual({ path: 'twdPerPoint', before: 66, after: 4 });
    expect(all.items.at(-1)).toMatchObject({ version: 1, changes: [] });
    const page = (await auditor.visitor.get('/rules/history?section=points&limit=1')).body;
    expect(page.items).toHaveLength(1);
    const rest = (
      await auditor.visitor.get(`/rules/history?section=points&limit=200&cursor=${page.nextCursor}`)
    ).body;
    expect(rest.items).toHaveLength(all.items.length - 1);
    expect((await auditor.visitor.get('/rules/history?section=brand')).status).toBe(400);
  });

  it('leaves other sections as they are, those of the installation too', async () => {
    expect(await versions('tiers')).toEqual([1]);
    expect((await readPolicy(db, brandPolicy, clock.now())).version).toBe(1);
    // A version from elsewhere counts as the newest too.
    const { id } = await draft();
    await db.transaction().execute(async (tx) =>
      publishPolicy(tx, pointsPolicy, {
        data: await readPolicy(tx, pointsPolicy, clock.now()),
        effectiveFrom: addMs(clock.now(), 50 * day),
        now: clock.now(),
        actor: tester,
      }),
    );
    expect((await publish(id, { effectiveFrom: inDays(60) })).body.error.code).toBe('basis_outdated');
  });
});
