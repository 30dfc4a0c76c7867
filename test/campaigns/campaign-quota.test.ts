import { beforeEach, describe, expect, it } from 'vitest';
import { sql } from '#foundation/db.ts';
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
