import { beforeEach, describe, expect, it } from 'vitest';
import { haltCampaigns } from '#features/campaigns/halt-campaigns.ts';
import { sql } from '#foundation/db.ts';
import { lineUserOf, type Someone } from '../flows/crowd.ts';
import { noon, oneText, openCampaignStage, tell, text } from './stage.ts';

const stage = await openCampaignStage();
const { db, call, counts, line, run, send } = stage;
const crowdOf = (count: number, of: Someone = {}) => stage.crowd(Array.from({ length: count }, () => of));
const post = (id: string, what: string, body: object = {}) => call('POST', `/campaigns/${id}/${what}`, body);
const sends = () =>
  line.calls.filter(({ path }) => path.startsWith('/v2/bot/message/') && !path.includes('quota'));
const bodies = () => sends().map(({ bytes }) => JSON.parse(bytes.toString('utf8')));

beforeEach(async () => {
  line.clear();
  stage.at(noon);
  await sql`delete from outbox_quota`.execute(db);
});

describe('a campaign on its way', () => {
  it('tells the same to all by multicast, under the name of its arm, and is finished when nothing is open', async () => {
    const members = await crowdOf(20);
    const id = await stage.scheduled({ members });
    await run();
    await send();
    expect(sends().map(({ path }) => path)).toEqual(['/v2/bot/message/multicast']);
    expect(bodies()[0]).toMatchObject({ customAggregationUnits: [`c${id}_a`] });
    expect(line.deliveries.map(({ to }) => to).sort()).toEqual(members.map(lineUserOf).sort());
    expect(line.deliveries[0]?.messages[0]).toMatchObject({ type: 'text', text: '新品到店，歡迎來看看' });
    expect(await stage.state(id)).toBe('running');
    expect(await run()).toMatchObject({ closed: 1 });
    expect(await stage.state(id)).toBe('finished');
    expect(await counts(id)).toMatchObject({ people: 20, byState: { sent: 20, planned: 0 } });
  });

  it('leaves an outbox behind that has given its pages back', async () => {
    const id = await stage.scheduled({ members: await crowdOf(2) });
    await run();
    await send();
    await sql`
      insert into outbox_messages (channel, method, kind, purpose, line_user_id, dedupe_key, data, due_at)
      select 'line_message', 'push', 'gone', 'service', 'U' || lpad(to_hex(n), 32, '0'), 'gone:' || n,
             jsonb_build_object('text', repeat('x', 7000)), now() from generate_series(1, 1200) n`.execute(
      db,
    );
    await sql`delete from outbox_messages where kind = 'gone'`.execute(db);
    expect(await run()).toMatchObject({ closed: 1 });
    expect(await stage.state(id)).toBe('finished');
    const size = await sql<{
      pages: number;
    }>`select pg_relation_size('outbox_messages') / 8192 as pages`.execute(db);
    expect(size.rows[0]?.pages).toBeLessThan(10);
  });

  it('tells each their own by push, in their language, and the arms apart', async () => {
    const members = await crowdOf(3);
    await sql`update line_friends set display_name = 'Anna', language = 'en'
              where line_user_id = ${lineUserOf(members[2] ?? 0)}`.execute(db);
    await sql`update line_friends set display_name = '大明' where line_user_id = ${lineUserOf(members[1] ?? 0)}`.execute(
      db,
    );
    const id = await stage.scheduled({
      members,
      content: {
        arms: [
          {
            key: 'a',
            messages: { 'zh-TW': [text('{name}，您有 {points}')], en: [text('{name}, you have {points}')] },
          },
        ],
      },
    });
    await run();
    await send();
    expect(sends().map(({ path }) => path)).toEqual(Array(3).fill('/v2/bot/message/push'));
    const heard = new Map(line.deliveries.map(({ to, messages }) => [to, messages[0]?.text]));
    expect(heard.get(lineUserOf(members[0] ?? 0))).toBe('小美，您有 0 點');
    expect(heard.get(lineUserOf(members[2] ?? 0))).toBe('Anna, you have 0 points');
    await run();
    expect(tell(await counts(id))).toEqual(['sent a 3']);
  });

  it('adds up whatever happens to its people on the way', async () => {
    const members = await stage.crowd([
      {},
      {},
      {},
      {},
      {},
      {},
      { friend: 'blocked' },
      { hasConsent: false },
      { isBound: false },
      { marketing: 'stopped' },
    ]);
    const id = await stage.scheduled({
      members,
      content: oneText('{name}，這個月還有 {pointsEnding} 到期'),
    });
    const other = await stage.scheduled({ members: members.slice(0, 6) });
    await run();
    const [first = 0, blocks = 0, stops = 0, unbinds = 0, takesBack = 0] = members;
    await sql`update line_friends set state = 'blocked' where line_user_id = ${lineUserOf(blocks)}`.execute(
      db,
    );
    await sql`update line_friends set marketing = 'stopped' where line_user_id = ${lineUserOf(stops)}`.execute(
      db,
    );
    await sql`update member_identities set until = now() where member_id = ${unbinds}`.execute(db);
    await sql`update member_consents set withdrawn_at = now() where member_id = ${takesBack}`.execute(db);
    await send();
    await run();
    // Nobody has points that end: the sentence would be empty, so nothing is said.
    expect(tell(await counts(id))).toEqual([
      'skipped empty_variable a 2',
      'skipped no_consent 1',
      'skipped no_consent a 1',
      'skipped not_a_friend a 1',
      'skipped not_bound 1',
      'skipped not_following 1',
      'skipped stopped 1',
      'skipped stopped a 1',
      'skipped unbound a 1',
    ]);
    expect(tell(await counts(other))).toEqual([
      'sent a 2',
      'skipped no_consent a 1',
      'skipped not_a_friend a 1',
      'skipped stopped a 1',
      'skipped unbound a 1',
    ]);
    expect(first).toBeGreaterThan(0);
    expect(await stage.broken()).toEqual([]);
  });

  it('is found out by the audit when somebody is lost, told twice, or to come when it is over', async () => {
    const id = await stage.scheduled({ members: await crowdOf(3) });
    await run();
    const streamId = sql`(select stream_id from campaigns where id = ${id}::bigint)`;
    const rows = sql`outbox_messages where stream_id = ${streamId}`;
    await sql`delete from ${rows} and id = (select min(id) from ${rows})`.execute(db);
    expect(await stage.broken()).toEqual(['campaigns.sum']);
    await sql`update outbox_messages set line_user_id = (select min(line_user_id) from ${rows})
              where stream_id = ${streamId}`.execute(db);
    expect(await stage.broken()).toEqual(['campaigns.sum', 'campaigns.once']);
    await sql`update campaigns set state = 'finished', closed_at = now() where id = ${id}::bigint`.execute(
      db,
    );
    expect(await stage.broken()).toEqual(['campaigns.sum', 'campaigns.once', 'campaigns.over']);
    await sql`delete from ${rows}`.execute(db);
    await sql`delete from campaign_recipients where campaign_id = ${id}::bigint`.execute(db);
    expect(await stage.broken()).toEqual([]);
  });

  it('pauses, goes on and stops, once however many ask at the same time', async () => {
    const members = await crowdOf(12);
    const id = await stage.scheduled({ members, content: oneText('{name}，您好') });
    await run();
    const paused = await Promise.all([1, 2, 3].map(() => post(id, 'pause')));
    expect(paused.map(({ status, body }) => [status, body.state])).toEqual(Array(3).fill([200, 'paused']));
    await send();
    expect(sends()).toEqual([]);
    expect(await run()).toMatchObject({ closed: 0 });
    expect((await post(id, 'resume')).body).toMatchObject({ state: 'running' });
    expect((await post(id, 'pace', { pacePerSecond: 500 })).body).toMatchObject({ pacePerSecond: 500 });
    const ended = await Promise.all([post(id, 'stop'), post(id, 'pause'), post(id, 'stop')]);
    expect(ended.filter(({ status }) => status === 200).length).toBeGreaterThanOrEqual(2);
    expect(await stage.state(id)).toBe('stopped');
    expect(await post(id, 'resume')).toMatchObject({ status: 409, body: { error: { code: 'not_now' } } });
    await send();
    await run();
    expect(tell(await counts(id))).toEqual(['skipped stopped_by_staff a 12']);
    const audited = await sql<{ action: string }>`
      select action from audit_entries where subject_kind = 'campaign' and subject_id = ${id}
        and action ~ 'paused|resumed|stopped|pace' order by id`.execute(db);
    expect(audited.rows.map(({ action }) => action).slice(0, 4)).toEqual([
      'campaign.paused',
      'campaign.resumed',
      'campaign.pace_changed',
      expect.stringMatching(/paused|stopped/),
    ]);
    expect(audited.rows.filter(({ action }) => action === 'campaign.stopped')).toHaveLength(1);
    expect(await stage.broken()).toEqual([]);
  });

  it('is refused where LINE has no room, and says the numbers, or is trimmed by choice', async () => {
    const members = await crowdOf(30);
    const roomFor = async (room: number) =>
      sql`insert into outbox_quota (month, message_limit, used_count, read_at)
          values ('2026-12-01', ${room}::int, 0, now())
          on conflict (month) do update set message_limit = excluded.message_limit, used_count = 0`.execute(
        db,
      );
    // Five of a hundred are kept for service messages.
    await roomFor(21);
    const refused = await stage.draft({ members });
    const answer = await post(refused, 'schedule');
    expect(answer.status).toBe(409);
    expect(answer.body.error.code).toBe('over_quota');
    expect(answer.body.error.fields[0].path).toBe('ifOverQuota');
    expect(answer.body.error.message).toMatch(/takes 30 messages/);

    const trimmed = await stage.draft({ members, more: { ifOverQuota: 'trim' } });
    const done = await post(trimmed, 'schedule');
    expect(done).toMatchObject({ status: 200, body: { preview: { quota: { needed: 30, fits: false } } } });
    const { room } = done.body.preview.quota;
    expect(room).toBeLessThan(30);
    line.fail(/quota/, { status: 500 }, { status: 500 });
    await run();
    const counted = await counts(trimmed);
    expect(counted.people).toBe(30);
    expect(counted.byState.planned).toBeLessThanOrEqual(room);
    expect(counted.byState.planned).toBeGreaterThan(0);
    expect((counted.byState.planned ?? 0) + (counted.byState.skipped ?? 0)).toBe(30);
    expect((await call('GET', `/campaigns/${trimmed}`)).body.mostPeople).toBe(room);
    await post(trimmed, 'stop');
    expect(await stage.broken()).toEqual([]);
  });

  it('does not start where LINE has no room any more: it is a draft again, with an alarm', async () => {
    const members = await crowdOf(10);
    const id = await stage.scheduled({ members });
    await sql`update outbox_quota set message_limit = 5, used_count = 0`.execute(db);
    line.fail(/quota/, { status: 500 }, { status: 500 });
    expect(await run()).toMatchObject({ started: 0, planned: 0 });
    expect((await call('GET', `/campaigns/${id}`)).body).toMatchObject({
      state: 'draft',
      quota: { needed: 10, fits: false },
    });
    const alarms = await sql<{ message: string }>`
      select message from outbox_alarms where cause = ${`campaign_over_quota:${id}`}`.execute(db);
    expect(alarms.rows[0]?.message).toMatch(/takes 10 messages/);
  });

  it('leaves without a name for counting once 900 are used in a month, with an alarm', async () => {
    await sql`insert into outbox_units (month, name, is_refused)
              select '2026-12-01', 'other_' || n, false from generate_series(1, 899) n`.execute(db);
    await sql`delete from outbox_units where name not like 'other%'`.execute(db);
    const id = await stage.scheduled({
      members: await crowdOf(40),
      content: {
        arms: [
          { key: 'a', messages: { 'zh-TW': [text('一')] } },
          { key: 'b', messages: { 'zh-TW': [text('二')] } },
        ],
      },
    });
    await run();
    await send();
    const named = bodies().map(({ customAggregationUnits: unit }) => unit ?? null);
    expect(named).toContainEqual([`c${id}_a`]);
    expect(named).toContain(null);
    expect(named).not.toContainEqual([`c${id}_b`]);
    const alarms = await sql`select 1 from outbox_alarms where cause = 'units_used_up'`.execute(db);
    expect(alarms.rows).toHaveLength(1);
    await sql`delete from outbox_units`.execute(db);
  });

  it('is halted by who brings a dump back: what ran is paused, what was due is a draft again', async () => {
    const members = await crowdOf(4);
    const [ran, due, later] = [
      await stage.scheduled({ members }),
      await stage.draft({ members }),
      await stage.draft({ members }),
    ];
    await run();
    await post(due, 'schedule');
    await post(later, 'schedule', { at: '2026-12-05T04:00:00Z' });
    const actor = { kind: 'system', id: 'test' } as const;
    expect(
      await stage.inTx((tx) => haltCampaigns(tx, { now: stage.clock.now(), actor })),
    ).toBeGreaterThanOrEqual(2);
    expect([await stage.state(ran), await stage.state(due), await stage.state(later)]).toEqual([
      'paused',
      'draft',
      'scheduled',
    ]);
    await send();
    expect(sends()).toEqual([]);
  });
});
