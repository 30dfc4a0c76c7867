import { describe, expect, it } from 'vitest';
import { adjustmentRoutes } from '#features/points/adjustments/adjustment-routes.ts';
import { pointsAdjustment } from '#features/points/adjustments/points-adjustment-approval.ts';
import { collectApprovalKinds } from '#features/staff/approvals/approval-kind-rules.ts';
import { approvalsRoutes } from '#features/staff/approvals/approvals-routes.ts';
import { sql } from '#foundation/db.ts';
import { newMemberNo } from '#foundation/ids.ts';
import { openTestApi } from '../support/api.ts';
import { openTestDatabase } from '../support/database.ts';
import { noon, openPerson, openStore } from '../support/shop.ts';
import { hire, openSession } from './people.ts';

const database = await openTestDatabase();
const { db } = database;
const kinds = collectApprovalKinds([pointsAdjustment]);
const api = await openTestApi(database, (parts) => [adjustmentRoutes(parts), approvalsRoutes(parts, kinds)]);

const here = await openStore(db, 'here', 'Here');
const there = await openStore(db, 'there', 'There');
type As = Record<string, string>;

/** A call from a browser: no key comes with it. */
async function call(as: As, method: 'GET' | 'POST', path: string, body?: unknown) {
  const response = await api.app.inject({
    method,
    url: `/api/v1${path}`,
    headers: as,
    ...(body !== undefined && { payload: body as object }),
  });
  // biome-ignore lint/suspicious/noExplicitAny: tests read what they expect
  return { status: response.statusCode, body: response.json() as any };
}

const manager = await hire(db, 'manager', { storeIds: [here.storeId], name: 'Mana' });
const second = await hire(db, 'manager', { storeIds: [here.storeId], name: 'Seco' });
const owner = await hire(db, 'owner', { name: 'Owna' });
const asManager = await openSession(api, manager.staffId);
const asSecond = await openSession(api, second.staffId, { language: 'ja' });
const asOwner = await openSession(api, owner.staffId);

const adjust = (as: As, body: object) =>
  call(as, 'POST', '/members/points-adjustments', { points: 10, reason: 'counted wrong', ...body });
async function ask(points = 600) {
  const { memberNo } = await openPerson(db);
  const asked = await adjust(asManager, { memberNo, points });
  expect(asked).toMatchObject({ status: 202, body: { state: 'waiting' } });
  return { memberNo, path: `/approvals/${asked.body.approvalId}`, id: asked.body.approvalId as string };
}

describe('adjusting points by hand', () => {
  it('is done at once up to the limit, for the only store that somebody works in', async () => {
    const { memberNo, memberId } = await openPerson(db);
    expect(await adjust(asManager, { memberNo, points: 500 })).toEqual({
      status: 201,
      body: { state: 'done', balance: 500 },
    });
    const entry = await sql<{ place: object; after: { storeId: number } }>`
      select place, after from audit_entries where action = 'points.adjusted' and member_id = ${memberId}`.execute(
      db,
    );
    expect(entry.rows).toMatchObject([
      { place: { address: '127.0.0.0/24' }, after: { storeId: here.storeId } },
    ]);
  });

  it('asks for the store where somebody works in several, and reaches no other', async () => {
    const both = await hire(db, 'manager', { storeIds: [here.storeId, there.storeId] });
    const asBoth = await openSession(api, both.staffId);
    const { memberNo } = await openPerson(db);
    expect(await adjust(asBoth, { memberNo })).toMatchObject({
      status: 422,
      body: { error: { fields: [{ path: 'storeCode', code: 'store_needed' }] } },
    });
    expect(await adjust(asBoth, { memberNo, storeCode: 'there' })).toMatchObject({ status: 201 });
    expect(await adjust(asManager, { memberNo, storeCode: 'there' })).toMatchObject({ status: 403 });
    expect(await adjust(asManager, { memberNo, storeCode: 'nowhere' })).toMatchObject({
      status: 422,
      body: { error: { fields: [{ path: 'storeCode', code: 'unknown_store' }] } },
    });
    const onDevice = await openSession(api, both.staffId, { onDeviceOf: there.storeId });
    expect(await adjust(onDevice, { memberNo })).toMatchObject({ status: 201 });
    expect(await adjust(onDevice, { memberNo, storeCode: 'here' })).toMatchObject({ status: 403 });
    expect(await adjust(asOwner, { memberNo })).toMatchObject({ status: 201 });
  });

  it('says what is wrong', async () => {
    const { memberNo } = await openPerson(db);
    for (const [body, path] of [
      [{ points: 0 }, 'points'],
      [{ points: 1.5 }, 'points'],
      [{ points: 10_000_001 }, 'points'],
      [{ reason: ' ' }, 'reason'],
      [{ memberNo: '1234567890' }, 'memberNo'],
    ] as const) {
      expect(await adjust(asManager, { memberNo, ...body })).toMatchObject({
        status: 422,
        body: { error: { fields: [{ path }] } },
      });
    }
    expect(await adjust(asManager, { memberNo, points: -1 })).toMatchObject({
      status: 409,
      body: { error: { code: 'not_enough_points' } },
    });
    expect(await adjust(asManager, { memberNo: newMemberNo() })).toMatchObject({ status: 404 });
  });

  it('is not for machines', async () => {
    const { memberNo } = await openPerson(db);
    const answer = await api.call('POST', '/members/points-adjustments', {
      memberNo,
      points: 1,
      reason: 'test',
    });
    expect(answer.status).toBe(403);
    expect((await api.call('GET', '/approvals')).status).toBe(403);
  });
});

describe('what waits', () => {
  it('shows to who asked and to who may decide, each in their language, page by page', async () => {
    const { memberNo, id } = await ask();
    const mine = await call(asManager, 'GET', '/approvals?state=waiting&limit=1');
    expect(mine.body.items).toMatchObject([
      { id, isMine: true, mayDecide: false, askedBy: { name: 'Mana' } },
    ]);
    const theirs = await call(asSecond, 'GET', '/approvals?limit=1');
    expect(theirs.body.items).toMatchObject([
      { id, isMine: false, mayDecide: true, state: 'waiting', decidedBy: null, kind: 'points.adjustment' },
    ]);
    expect(theirs.body.items[0].summary.text).toBe(`会員${memberNo}に600ポイントを加算`);
    expect(mine.body.items[0].summary.text).toContain(memberNo);

    await ask(700);
    const ids: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page = await call(asSecond, 'GET', `/approvals?limit=1${cursor && `&cursor=${cursor}`}`);
      ids.push(...page.body.items.map((each: { id: string }) => each.id));
      cursor = page.body.nextCursor;
    }
    expect(ids).toEqual([...new Set(ids)].sort((a, b) => Number(b) - Number(a)));
    expect(ids).toContain(id);
  });

  it('is approved by another person, once', async () => {
    const { path } = await ask();
    expect(await call(asManager, 'POST', `${path}/approve`, {})).toMatchObject({
      status: 403,
      body: { error: { code: 'own_request' } },
    });
    expect(await call(asSecond, 'POST', `${path}/approve`, { note: 'fine' })).toMatchObject({
      status: 200,
      body: { state: 'approved', note: 'fine', decidedBy: { name: 'Seco' }, mayDecide: false },
    });
    expect(await call(asOwner, 'POST', `${path}/reject`, { note: 'no' })).toMatchObject({
      status: 409,
      body: { error: { code: 'already_decided' } },
    });
    const decided = await call(asManager, 'GET', '/approvals?state=decided&limit=1');
    expect(decided.body.items).toMatchObject([{ state: 'approved', isMine: true }]);
  });

  it('is rejected with a note, or taken back by who asked', async () => {
    const first = await ask();
    expect(await call(asSecond, 'POST', `${first.path}/reject`, {})).toMatchObject({ status: 422 });
    expect(await call(asSecond, 'POST', `${first.path}/reject`, { note: 'no receipt' })).toMatchObject({
      status: 200,
      body: { state: 'rejected', note: 'no receipt' },
    });
    const other = await ask();
    expect(await call(asSecond, 'POST', `${other.path}/withdraw`, {})).toMatchObject({ status: 403 });
    expect(await call(asManager, 'POST', `${other.path}/withdraw`, {})).toMatchObject({
      status: 200,
      body: { state: 'withdrawn', isMine: true },
    });
  });

  it('runs out, and that is kept although the answer is a refusal', async () => {
    const { path, id } = await ask();
    await sql`update staff_approvals set expires_at = ${noon} where id = ${id}`.execute(db);
    expect(await call(asSecond, 'POST', `${path}/approve`, {})).toMatchObject({
      status: 410,
      body: { error: { code: 'expired' } },
    });
    const row = await sql`select state from staff_approvals where id = ${id}`.execute(db);
    expect(row.rows).toEqual([{ state: 'expired' }]);
  });

  it('goes on waiting when it cannot be done now, and says why', async () => {
    const { memberNo } = await openPerson(db);
    await adjust(asOwner, { memberNo, points: 500 });
    await adjust(asSecond, { memberNo, points: 500 });
    const asked = await adjust(asManager, { memberNo, points: -1000 });
    await adjust(await openSession(api, (await hire(db, 'owner')).staffId), { memberNo, points: -1 });
    expect(await call(asSecond, 'POST', `/approvals/${asked.body.approvalId}/approve`, {})).toMatchObject({
      status: 409,
      body: {
        error: {
          code: 'not_enough_points',
          message: 'It goes on waiting: The member can use 999 points now',
        },
      },
    });
  });

  it('is unknown or forbidden to others', async () => {
    const { path } = await ask();
    const clerk = await openSession(api, (await hire(db, 'clerk', { storeIds: [here.storeId] })).staffId);
    const elsewhere = await openSession(
      api,
      (await hire(db, 'manager', { storeIds: [there.storeId] })).staffId,
    );
    expect((await call(clerk, 'POST', `${path}/approve`, {})).status).toBe(403);
    expect((await call(elsewhere, 'POST', `${path}/approve`, {})).status).toBe(403);
    expect((await call(clerk, 'GET', '/approvals')).body.items).toEqual([]);
    expect((await call(elsewhere, 'GET', '/approvals')).body.items).toEqual([]);
    expect((await call(asSecond, 'POST', '/approvals/999999/approve', {})).status).toBe(404);
    const { 'x-csrf-token': _, ...withoutToken } = asSecond;
    expect((await call(withoutToken, 'POST', `${path}/approve`, {})).status).toBe(403);
  });
});
