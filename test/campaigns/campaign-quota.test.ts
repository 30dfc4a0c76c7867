import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeEach, describe, expect, it } from 'vitest';
import { scheduleCampaign } from '#features/campaigns/schedule-campaign.ts';
import { sql } from '#foundation/db.ts';
import { compileCache } from '../support/processes.ts';
import { noon, openCampaignStage, tell } from './stage.ts';

const stage = await openCampaignStage();
const { db, call, counts, line, run, startAndPlanOne } = stage;
const crowdOf = (count: number) => stage.crowd(Array.from({ length: count }, () => ({})));
const [small, middle, large] = [await crowdOf(10), await crowdOf(60), await crowdOf(100)];
const schedule = (id: string, at?: string) =>
  call('POST', `/campaigns/${id}/schedule`, at === undefined ? {} : { at });
/** What LINE said just now; five of a hundred are kept for service messages. */
const know = (limit: number | null, used = 0, month = '2026-12-01') =>
  sql`insert into outbox_quota (month, message_limit, used_count, read_at)
      values (${month}, ${limit}, ${used}, now())
      on conflict (month) do update
        set message_limit = excluded.message_limit, used_count = excluded.used_count, read_at = now()`.execute(
    db,
  );

beforeEach(async () => {
  line.clear();
  line.always(/quota/, { status: 500 });
  stage.at(noon);
  await sql`truncate campaigns, campaign_recipients, campaign_results, outbox_quota, outbox_alarms,
            outbox_messages, outbox_sent, outbox_caps, outbox_daily_counts cascade`.execute(db);
});

describe('the room for a campaign', () => {
  it('leaves out what others under way have not written down yet, paused or not', async () => {
    await know(120);
    const first = await stage.scheduled({ members: large });
    await startAndPlanOne(first, 10);
    const second = await stage.draft({ members: middle });
    const taken = { status: 409, body: { error: { code: 'over_quota' } } };
    expect(await schedule(second)).toMatchObject(taken);
    await call('POST', `/campaigns/${first}/pause`);
    expect(await schedule(second)).toMatchObject(taken);
    const quota = async () => (await call('GET', `/campaigns/${second}/preview`)).body.quota;
    expect(await quota()).toMatchObject({ needed: 60, left: 120, scheduled: 100, room: 14, fits: false });
    await call('POST', `/campaigns/${first}/resume`);
    await run();
    expect(await quota()).toMatchObject({ scheduled: 100, room: 14 });
  });

  it('leaves out what starts in the same minute before it', async () => {
    await know(130);
    const first = await stage.scheduled({ members: middle });
    const second = await stage.scheduled({ members: small });
    await sql`insert into audience_members (audience_id, member_id, added_at)
              select audience_id, m, now() from campaigns, unnest(${large}::bigint[]) m
              where id = ${second}::bigint`.execute(db);
    expect(await run()).toMatchObject({ started: 1, planned: 1 });
    expect([await stage.state(first), await stage.state(second)]).toEqual(['running', 'draft']);
  });

  it('counts of one that was trimmed no more than it was trimmed to', async () => {
    await know(100);
    const trimmed = await stage.scheduled({ members: large, more: { ifOverQuota: 'trim' } });
    await startAndPlanOne(trimmed, 10);
    await know(150);
    const other = await stage.draft({ members: small });
    const { quota } = (await call('GET', `/campaigns/${other}/preview`)).body;
    expect(quota).toMatchObject({ scheduled: 95, reserve: 8, room: 47 });
  });

  it('is there again when the life of a paused one is over', async () => {
    await know(120);
    const paused = await stage.scheduled({ members: large, more: { lifeHours: 2 } });
    await startAndPlanOne(paused, 10);
    await call('POST', `/campaigns/${paused}/pause`);
    stage.at('2026-12-01T06:00:01Z');
    const other = await stage.draft({ members: middle });
    expect(await schedule(other)).toMatchObject({ status: 200, body: { preview: { quota: { room: 114 } } } });
  });
});

describe('the doctor', () => {
  it('tells what campaigns will send and is not planned in the outbox yet', async () => {
    await know(200);
    await stage.scheduled({ members: small });
    const started = await stage.scheduled({ members: large });
    await startAndPlanOne(started, 10);
    // The command knows no clock but the real one.
    await sql`update outbox_quota set month = date_trunc('month', now() at time zone 'Asia/Tokyo')`.execute(
      db,
    );
    await sql`update campaigns set started_at = now() where started_at is not null`.execute(db);
    await sql`update campaigns set scheduled_at = now()`.execute(db);
    await sql`update outbox_messages set due_at = now(), expires_at = now() + interval '1 day'`.execute(db);
    const command = fileURLToPath(new URL('../../src/commands/doctor.ts', import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, [command], {
      env: { PATH: process.env.PATH, DATABASE_URL: stage.url, ...compileCache },
    });
    expect(stdout).toMatch(/LINE quota: 0 of 200 used.* To come this month: 110 scheduled, .* 80 are free/);
  });
});

describe('the month of a campaign', () => {
  const january = '2027-01-05T04:00:00Z';

  it('is the one in which it starts, with all of the last known limit', async () => {
    await know(100, 100);
    const id = await stage.draft({ members: small });
    expect(await schedule(id)).toMatchObject({ status: 409, body: { error: { code: 'over_quota' } } });
    const whole = { month: '2027-01', limit: 100, used: 0, left: 100, reserve: 5, room: 95, fits: true };
    const preview = (at: string) => call('GET', `/campaigns/${id}/preview${at}`);
    expect((await preview('')).body.quota).toMatchObject({ month: '2026-12', used: 100, fits: false });
    expect((await preview(`?at=${january}`)).body.quota).toMatchObject(whole);
    expect(await schedule(id, january)).toMatchObject({
      status: 200,
      body: { preview: { quota: whole }, campaign: { quota: whole } },
    });
    expect((await preview('')).body.quota).toMatchObject(whole);
    expect((await preview('?at=2126-01-05T04:00:00Z')).status).toBe(422);
  });

  it('turns at midnight in Tokyo, an hour before that of Taipei', async () => {
    await know(100, 100);
    const id = await stage.draft({ members: small });
    expect(await schedule(id, '2026-12-31T14:59:59Z')).toMatchObject({ status: 409 });
    expect(await schedule(id, '2026-12-31T15:00:00Z')).toMatchObject({ status: 200 });
  });

  it('is shared by those that start in it, and by no others', async () => {
    await know(150);
    const now = await stage.scheduled({ members: large });
    await startAndPlanOne(now, 10);
    const of = (members: readonly number[]) => stage.draft({ members });
    const [first, second, third] = [await of(large), await of(middle), await of(small)];
    expect(await schedule(first, january)).toMatchObject({
      status: 200,
      body: { preview: { quota: { scheduled: 0 } } },
    });
    const refused = await schedule(second, '2027-01-06T04:00:00Z');
    expect(refused).toMatchObject({ status: 409, body: { error: { code: 'over_quota' } } });
    expect(refused.body.error.message).toBe(
      "It takes 60 messages, and LINE's month 2027-01 has room for 42: of 150 are 0 used, 100 scheduled, " +
        '0 forecast for flows and 8 kept for service messages',
    );
    expect(await schedule(second, '2027-02-05T04:00:00Z')).toMatchObject({ status: 200 });
    expect(await schedule(third)).toMatchObject({
      status: 200,
      body: { preview: { quota: { month: '2026-12', scheduled: 100, room: 42 } } },
    });
  });

  it('is the running one when what was agreed to is past', async () => {
    await know(100);
    const id = await stage.draft({ members: small });
    const scheduledAt = new Date('2026-11-30T04:00:00Z');
    const actor = { kind: 'system', id: 'test' } as const;
    const done = await stage.inTx((tx) =>
      scheduleCampaign(tx, {
        campaignId: Number(id),
        scheduledAt,
        approvalId: null,
        now: stage.clock.now(),
        actor,
      }),
    );
    expect(done).toMatchObject({ ok: true, quota: { month: '2026-12', room: 95 } });
  });
});

describe('the word of LINE', () => {
  const asked = () => line.calls.filter(({ path }) => path.endsWith('/quota')).length;
  const unknown = { month: '2026-12', limit: null, readAt: null, room: null, fits: null };
  const unlimited = { month: '2026-12', limit: null, readAt: expect.any(String), room: null, fits: true };

  it('is asked for before a preview and a schedule where it is over an hour old', async () => {
    line.recover();
    const id = await stage.draft({ members: small });
    const preview = async () => (await call('GET', `/campaigns/${id}/preview`)).body.quota;
    const first = await preview();
    expect(first).toMatchObject({ month: '2026-12', limit: 500, used: 120, fits: true });
    expect(Date.now() - Date.parse(first.readAt)).toBeLessThan(60_000);
    await preview();
    expect(asked()).toBe(1);
    await sql`update outbox_quota set used_count = 0, read_at = now() - interval '59 minutes'`.execute(db);
    expect(await preview()).toMatchObject({ used: 0 });
    await sql`update outbox_quota set read_at = now() - interval '61 minutes'`.execute(db);
    expect(await schedule(id)).toMatchObject({ status: 200, body: { preview: { quota: { used: 120 } } } });
    expect(asked()).toBe(2);
  });

  it('stands where LINE does not answer, with the time at which it was given', async () => {
    await know(100, 20);
    await sql`update outbox_quota set read_at = now() - interval '3 hours'`.execute(db);
    const id = await stage.draft({ members: small });
    const { quota } = (await schedule(id)).body.preview;
    expect(quota).toMatchObject({ limit: 100, used: 20, fits: true });
    expect(Date.now() - Date.parse(quota.readAt)).toBeGreaterThan(2 * 3_600_000);
    expect(asked()).toBe(1);
  });

  it.each(['refuse', 'trim'])('is waited for before anything is scheduled: %s', async (ifOverQuota) => {
    const id = await stage.draft({ members: small, more: { ifOverQuota } });
    expect((await call('GET', `/campaigns/${id}/preview`)).body).toMatchObject({
      people: 10,
      quota: unknown,
    });
    const refused = { status: 503, body: { error: { code: 'quota_unknown' } } };
    expect(await schedule(id)).toMatchObject(refused);
    expect(await schedule(id, '2027-01-05T04:00:00Z')).toMatchObject(refused);
    expect(await stage.state(id)).toBe('draft');
    line.recover();
    expect(await schedule(id)).toMatchObject({ status: 200 });
  });

  it('may be that the plan has no limit, which is not the same as not known', async () => {
    await know(null, 7_000);
    const id = await stage.draft({ members: small });
    expect((await call('GET', `/campaigns/${id}/preview`)).body.quota).toMatchObject(unlimited);
    expect(await schedule(id)).toMatchObject({ status: 200, body: { preview: { quota: unlimited } } });
    expect((await call('GET', `/campaigns/${id}`)).body.quota).toMatchObject(unlimited);
  });

  it('is waited for by what is due in a month that was never read, with an alarm', async () => {
    await know(100);
    const id = await stage.scheduled({ members: small });
    await sql`delete from outbox_quota`.execute(db);
    const alarms = async () => (await sql`select cause from outbox_alarms`.execute(db)).rows;
    expect(await run()).toMatchObject({ started: 0 });
    expect(await stage.state(id)).toBe('scheduled');
    expect(await alarms()).toEqual([{ cause: 'campaign_quota_unknown' }]);
    line.recover();
    expect(await run()).toMatchObject({ started: 1, planned: 1 });
    expect(await alarms()).toEqual([]);
  });

  it('is told of campaigns that were weighed before its month and time were kept', async () => {
    await know(100);
    const id = await stage.scheduled({ members: small });
    await sql`update campaigns set quota = quota - 'month' - 'readAt' where id = ${id}::bigint`.execute(db);
    const { quota } = (await call('GET', `/campaigns/${id}`)).body;
    expect(quota).toMatchObject({ needed: 10, room: 95 });
    expect(quota).not.toHaveProperty('month');
  });
});

describe('the counts of a campaign', () => {
  it('add up to the audience while it is written down, paused or not', async () => {
    await know(null);
    const id = await stage.scheduled({ members: large });
    await startAndPlanOne(id, 10);
    expect(await counts(id)).toMatchObject({ people: 100, byState: { planned: 10, held: 90 } });
    await call('POST', `/campaigns/${id}/pause`);
    expect(tell(await counts(id))).toEqual(['held planning 90', 'planned a 10']);
    await call('POST', `/campaigns/${id}/resume`);
    await run();
    expect(tell(await counts(id))).toEqual(['planned a 100']);
  });

  it('add up at every moment while people are written down and sent to', async () => {
    await know(null);
    const id = await stage.scheduled({ members: large });
    await startAndPlanOne(id, 1);
    const seen: number[] = [];
    let isOver = false;
    const look = async () => {
      while (!isOver) seen.push((await counts(id)).people);
    };
    const work = async () => {
      await Promise.all([run({ peoplePerBatch: 5 }), stage.send()]);
      await stage.send();
      isOver = true;
    };
    await Promise.all([work(), look(), look()]);
    expect(seen.length).toBeGreaterThan(5);
    expect(new Set(seen)).toEqual(new Set([100]));
  });
});
