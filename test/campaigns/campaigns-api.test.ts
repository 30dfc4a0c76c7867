import { describe, expect, it } from 'vitest';
import { campaignApproval } from '#features/campaigns/campaign-approval.ts';
import { campaignControlRoutes } from '#features/campaigns/campaign-control-routes.ts';
import { collectApprovalKinds } from '#features/staff/approvals/approval-kind-rules.ts';
import { approvalsRoutes } from '#features/staff/approvals/approvals-routes.ts';
import { staffPolicy } from '#features/staff/staff-policy-rules.ts';
import { sql } from '#foundation/db.ts';
import { publishPolicy, readPolicy } from '#foundation/policy.ts';
import { hire, openSession } from '../staff/people.ts';
import { openTestApi } from '../support/api.ts';
import { tester } from '../support/shop.ts';
import { makeAudience, noon, oneText, openCampaignStage, text } from './stage.ts';

const stage = await openCampaignStage();
const { db, call } = stage;
const [member = 0, other = 0] = await stage.crowd([{}, {}]);
await makeAudience(db, 'both', [member, other]);
await makeAudience(db, 'nobody', []);
await call('PUT', '/campaign-templates/hello', { name: '問候', content: oneText('您好') });
const draft = {
  name: '春季新品',
  goal: 'repurchase',
  audienceKey: 'both',
  templateKey: 'hello',
};
const fieldsOf = (answer: { body: { error?: { fields?: { path: string; code: string }[] } } }) =>
  (answer.body.error?.fields ?? []).map(({ path }) => path);
const create = async (more: object = {}) =>
  (await call('POST', '/campaigns', { ...draft, ...more })).body.id as string;

describe('templates at the door', () => {
  it('are made, changed in place, and begin a new version once one was scheduled', async () => {
    const path = '/campaign-templates/spring';
    const made = await call('PUT', path, { name: '春季', content: oneText('一') });
    expect(made).toMatchObject({ status: 201, body: { version: 1, lockedAt: null } });
    expect(await call('PUT', path, { name: '春季', content: oneText('一') })).toMatchObject({ status: 200 });
    expect((await call('PUT', path, { name: '春季', content: oneText('二') })).body).toMatchObject({
      version: 1,
    });
    const id = await create({ templateKey: 'spring' });
    await call('POST', `/campaigns/${id}/schedule`, {});
    expect((await call('GET', path)).body.lockedAt).not.toBeNull();
    expect((await call('PUT', path, { name: '春季', content: oneText('三') })).body).toMatchObject({
      version: 2,
      lockedAt: null,
    });
    expect((await call('GET', `/campaigns/${id}`)).body).toMatchObject({ templateVersion: 1 });
    expect(
      (await call('GET', '/campaign-templates?limit=200')).body.items.map(({ key }: { key: string }) => key),
    ).toContain('spring');
    const audited = await sql<{ action: string }>`
      select action from audit_entries where subject_kind = 'campaign_template' order by id`.execute(db);
    expect(audited.rows.map(({ action }) => action).slice(-3)).toEqual([
      'campaign_template.created',
      'campaign_template.changed',
      'campaign_template.changed',
    ]);
  });

  it.each<[string, object, string]>([
    ['a name of nothing', { name: '', content: oneText('一') }, 'name'],
    ['no content', { name: '一' }, 'content'],
    [
      'an unknown variable',
      { name: '一', content: oneText('{phone}') },
      'content.arms.0.messages.zh-TW.0.text',
    ],
    [
      'an unknown coupon',
      {
        name: '一',
        content: { arms: [{ key: 'a', messages: { 'zh-TW': [{ type: 'coupon', couponKey: 'none' }] } }] },
      },
      'content.arms.0.messages.zh-TW.0.couponKey',
    ],
    [
      'a coupon that only rules give',
      {
        name: '一',
        content: { arms: [{ key: 'a', messages: { 'zh-TW': [{ type: 'coupon', couponKey: 'welcome' }] } }] },
      },
      'content.arms.0.messages.zh-TW.0.couponKey',
    ],
    ['a field of its own', { name: '一', content: oneText('一'), colour: 'red' }, 'colour'],
  ])('are refused with %s, and nothing is saved', async (_what, body, path) => {
    const answer = await call('PUT', '/campaign-templates/bad', body);
    expect(answer.status).toBe(422);
    expect(fieldsOf(answer)).toContain(path);
    expect((await call('GET', '/campaign-templates/bad')).status).toBe(404);
  });
});

describe('campaigns at the door', () => {
  it('are drafted, changed, listed and told', async () => {
    const id = await create();
    expect((await call('GET', `/campaigns/${id}`)).body).toMatchObject({
      name: '春季新品',
      state: 'draft',
      goalDays: 14,
      quiet: 'hold',
      lifeHours: 24,
      ifOverQuota: 'refuse',
      templateVersion: null,
      counts: { people: 0, items: [] },
    });
    const changed = await call('PUT', `/campaigns/${id}`, { ...draft, name: '改名', pacePerSecond: 100 });
    expect(changed).toMatchObject({ status: 200, body: { name: '改名', pacePerSecond: 100 } });
    expect(await call('PUT', `/campaigns/${id}`, { ...draft, name: '改名', pacePerSecond: 100 })).toEqual(
      changed,
    );
    expect((await call('GET', '/campaigns?state=draft')).body.items[0]).toMatchObject({ id, name: '改名' });
    expect((await call('GET', `/campaigns/${id}/preview`)).body).toMatchObject({
      people: 2,
      reachable: 2,
      leftOut: [],
      quota: { needed: 2, fits: true },
    });
    const audited = await sql<{ action: string }>`
      select action from audit_entries where subject_kind = 'campaign' and subject_id = ${id} order by id`.execute(
      db,
    );
    expect(audited.rows.map(({ action }) => action)).toEqual(['campaign.created', 'campaign.changed']);
  });

  it.each<[string, object, string]>([
    ['no goal', { goal: undefined }, 'goal'],
    ['a goal of its own', { goal: 'fame' }, 'goal'],
    ['an unknown audience', { audienceKey: 'strangers' }, 'audienceKey'],
    ['an unknown template', { templateKey: 'none' }, 'templateKey'],
    ['a pace of nothing', { pacePerSecond: 0 }, 'pacePerSecond'],
    ['a pace beyond LINE', { pacePerSecond: 2_001 }, 'pacePerSecond'],
    ['an odd quiet', { quiet: 'loud' }, 'quiet'],
    ['a life of two weeks', { lifeHours: 336 }, 'lifeHours'],
    ['a name of two lines', { name: 'a\nb' }, 'name'],
    ['a state', { state: 'running' }, 'state'],
  ])('are refused with %s, and nothing is saved', async (_what, wrong, path) => {
    const before = await sql<{ count: number }>`select count(*) as count from campaigns`.execute(db);
    const answer = await call('POST', '/campaigns', { ...draft, ...wrong });
    expect(answer.status).toBe(422);
    expect(fieldsOf(answer)).toContain(path);
    const after = await sql<{ count: number }>`select count(*) as count from campaigns`.execute(db);
    expect(after.rows).toEqual(before.rows);
  });

  it('are scheduled once, for a time ahead, with somebody to tell', async () => {
    const id = await create();
    const at = '2026-12-03T01:00:00.000Z';
    const answers = await Promise.all([1, 2, 3].map(() => call('POST', `/campaigns/${id}/schedule`, { at })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
    expect((await call('GET', `/campaigns/${id}`)).body).toMatchObject({
      state: 'scheduled',
      scheduledAt: at,
    });
    expect(await call('PUT', `/campaigns/${id}`, draft)).toMatchObject({ status: 409 });
    await stage.run();
    expect(await stage.state(id)).toBe('scheduled');
    expect((await call('POST', `/campaigns/${id}/stop`, {})).body).toMatchObject({ state: 'stopped' });

    const empty = await create({ audienceKey: 'nobody' });
    const refused = await call('POST', `/campaigns/${empty}/schedule`, {});
    expect(refused).toMatchObject({ status: 409, body: { error: { code: 'nobody' } } });
    expect(fieldsOf(refused)).toEqual(['audienceKey']);
    const far = await call('POST', `/campaigns/${empty}/schedule`, { at: '2126-12-03T01:00:00Z' });
    expect([far.status, ...fieldsOf(far)]).toEqual([422, 'at']);
  });

  it('do nothing that their state has no place for', async () => {
    const id = await create();
    for (const what of ['pause', 'resume', 'stop'])
      expect(await call('POST', `/campaigns/${id}/${what}`, {})).toMatchObject({ status: 409 });
    expect(await call('POST', `/campaigns/${id}/pace`, { pacePerSecond: 5 })).toMatchObject({ status: 409 });
    for (const what of ['schedule', 'pause', 'resume', 'stop'])
      expect((await call('POST', `/campaigns/999999/${what}`, {})).status).toBe(404);
    expect((await call('GET', '/campaigns/999999')).status).toBe(404);
    expect((await call('GET', '/campaigns/x')).status).toBe(400);
    const key = await stage.api.issueKey(['stores']);
    const refused = await call('GET', '/campaigns', undefined, { authorization: `Bearer ${key}` });
    expect(refused.status).toBe(403);
  });

  it('wait for a second person where they tell more than one person may decide on, and stay as they were agreed to', async () => {
    const policy = await readPolicy(db, staffPolicy, new Date(noon));
    const { version: _version, ...data } = policy;
    await stage.inTx((tx) =>
      publishPolicy(tx, staffPolicy, {
        data: { ...data, campaignPeopleAbove: 1 },
        effectiveFrom: new Date(noon),
        now: new Date(noon),
        actor: tester,
      }),
    );
    const kinds = collectApprovalKinds([campaignApproval]);
    const api = await openTestApi(
      stage,
      (parts) => [campaignControlRoutes(parts, stage.client), approvalsRoutes(parts, kinds)],
      {
        now: noon,
      },
    );
    const as = async (role: 'marketer' | 'owner') =>
      openSession(api, (await hire(db, role, { name: role })).staffId);
    const [marketer, owner] = [await as('marketer'), await as('owner')];
    const post = async (who: Record<string, string>, path: string, body: object) => {
      const answer = await api.app.inject({
        method: 'POST',
        url: `/api/v1${path}`,
        headers: who,
        payload: body,
      });
      return { status: answer.statusCode, body: answer.json() };
    };
    const byKey = await call('POST', `/campaigns/${await create()}/schedule`, {});
    expect(byKey).toMatchObject({ status: 409, body: { error: { code: 'needs_approval' } } });

    const id = await create();
    const asked = await post(marketer, `/campaigns/${id}/schedule`, { reason: '新品上市' });
    expect(asked).toMatchObject({ status: 202, body: { campaign: { state: 'draft' } } });
    // What the template says from now on is a new version.
    await call('PUT', '/campaign-templates/hello', {
      name: '問候',
      content: { arms: [{ key: 'a', messages: { 'zh-TW': [text('別的話')] } }] },
    });
    expect((await post(owner, `/approvals/${asked.body.approvalId}/approve`, {})).status).toBe(200);
    expect((await call('GET', `/campaigns/${id}`)).body).toMatchObject({
      state: 'scheduled',
      templateVersion: 1,
    });

    const changed = await create();
    const again = await post(marketer, `/campaigns/${changed}/schedule`, { reason: '新品上市' });
    await call('PUT', `/campaigns/${changed}`, { ...draft, name: '別的' });
    expect((await post(owner, `/approvals/${again.body.approvalId}/approve`, {})).status).toBe(409);
    expect(await stage.state(changed)).toBe('draft');
  });
});
