import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { onMembersMerged as moveAudiences } from '#features/audiences/on-members-merged.ts';
import { onMembersMerged } from '#features/campaigns/on-members-merged.ts';
import { planCampaignBatch } from '#features/campaigns/run/plan-campaign-batch.ts';
import { startCampaign } from '#features/campaigns/run/start-campaign.ts';
import { membersMerged } from '#features/members/members-facts.ts';
import { mergePersons } from '#features/members/merge-persons.ts';
import { sql, type Tx } from '#foundation/db.ts';
import { createTransact, reactTo } from '#foundation/facts.ts';
import type { Someone } from '../flows/crowd.ts';
import { countRowsRead } from '../support/rows-read.ts';
import { openCampaignStage, readRecipients, tell, text } from './stage.ts';

const stage = await openCampaignStage();
const { db, run, counts, call, startAndPlanOne } = stage;
const crowdOf = (count: number, of: Someone = {}) => stage.crowd(Array.from({ length: count }, () => of));
const merging = createTransact(db, [
  reactTo(membersMerged, 'move audiences', moveAudiences),
  reactTo(membersMerged, 'move campaigns', onMembersMerged),
]);
const merge = (tx: Tx, pair: { fromId: number; intoId: number }) =>
  mergePersons(tx, {
    ...pair,
    now: stage.clock.now(),
    actor: { kind: 'system', id: 'test' },
    source: 'test',
  });
const rowsOf = async (id: string) => {
  const found = await sql<{
    memberId: number;
    arm: string;
    unit: string;
    data: Record<string, unknown>;
    due: Date;
  }>`
    select m.member_id as "memberId", m.arm, m.unit, m.data, m.due_at as due from outbox_published_messages m
    join campaigns c on c.stream_id = m.stream_id where c.id = ${id}::bigint order by m.member_id`.execute(
    db,
  );
  return found.rows;
};

// LINE's month has no limit here, and LINE does not say otherwise.
beforeEach(async () => {
  await sql`insert into outbox_quota (month, message_limit, used_count, read_at)
            values ('2026-12-01', null, 0, now()) on conflict (month) do update set message_limit = null`.execute(
    db,
  );
  stage.line.clear();
  stage.line.fail(/quota/, ...Array(20).fill({ status: 500 }));
});

describe('the plan of a campaign', () => {
  it('writes down everybody of the audience, each once, with the reason where somebody cannot be told', async () => {
    const members = await stage.crowd([
      {},
      { isBound: false },
      { friend: 'blocked' },
      { marketing: 'stopped' },
      { hasConsent: false },
      {},
    ]);
    const id = await stage.scheduled({ members });
    await run();
    expect(await readRecipients(db, id)).toEqual([
      { memberId: members[0], arm: 'a', reason: null },
      { memberId: members[1], arm: null, reason: 'not_bound' },
      { memberId: members[2], arm: null, reason: 'not_following' },
      { memberId: members[3], arm: null, reason: 'stopped' },
      { memberId: members[4], arm: null, reason: 'no_consent' },
      { memberId: members[5], arm: 'a', reason: null },
    ]);
    expect((await rowsOf(id)).map(({ memberId, unit }) => [memberId, unit])).toEqual([
      [members[0], `c${id}_a`],
      [members[5], `c${id}_a`],
    ]);
    expect(await counts(id)).toMatchObject({ people: 6, byState: { planned: 2, skipped: 4 } });
    expect(await stage.state(id)).toBe('running');
    await run();
    expect(await rowsOf(id)).toHaveLength(2);
    expect(await stage.broken()).toEqual([]);
  });

  it('freezes what a sentence names of its reader', async () => {
    const [rich = 0, poor = 0] = await crowdOf(2);
    await sql`insert into tier_memberships (member_id, tier_key, policy_version, reason, since)
              values (${rich}, 'gold', 1, 'risen', now())`.execute(db);
    const id = await stage.scheduled({
      members: [rich, poor],
      content: { arms: [{ key: 'a', messages: { 'zh-TW': [text('{name}，您是{tier}，有 {points}')] } }] },
    });
    await run();
    const planned = await rowsOf(id);
    expect(planned.map(({ data }) => data)).toEqual([
      { versionId: expect.any(Number), arm: 'a', tier: 'gold', points: 0 },
      { versionId: expect.any(Number), arm: 'a', tier: 'general', points: 0 },
    ]);
    // The version that was scheduled is kept; a change is a new one, also for the database's owner.
    const versionId = Number(planned[0]?.data.versionId);
    await expect(
      sql`update campaign_template_versions set content = '{}' where id = ${versionId}`.execute(db),
    ).rejects.toThrow(/stays as it is/);
    await expect(
      sql`delete from campaign_template_versions where id = ${versionId}`.execute(db),
    ).rejects.toThrow(/stays as it is/);
  });

  it('deals arms and the hold-out by a draw that is always the same for one person', async () => {
    const members = await crowdOf(800);
    const id = await stage.scheduled({
      members,
      content: {
        arms: [
          { key: 'a', weight: 3, messages: { 'zh-TW': [text('一')] } },
          { key: 'b', weight: 1, messages: { 'zh-TW': [text('二')] } },
        ],
        holdOutPercent: 20,
      },
    });
    const preview = (await call('GET', `/campaigns/${id}/preview`)).body;
    await run({ peoplePerBatch: 90 });
    const recipients = await readRecipients(db, id);
    const share = (of: (one: (typeof recipients)[number]) => boolean) => recipients.filter(of).length / 800;
    expect(recipients).toHaveLength(800);
    expect(share(({ reason }) => reason === 'hold_out')).toBeCloseTo(0.2, 1);
    expect(share(({ arm }) => arm === 'a')).toBeCloseTo(0.6, 1);
    expect(share(({ arm }) => arm === 'b')).toBeCloseTo(0.2, 1);
    expect(preview).toMatchObject({
      people: 800,
      reachable: recipients.filter(({ arm }) => arm !== null).length,
      leftOut: [{ reason: 'hold_out', people: recipients.filter(({ arm }) => arm === null).length }],
    });
  });

  it('is made once, however many plan it at the same time', async () => {
    const members = await crowdOf(300);
    const id = await stage.scheduled({ members });
    await Promise.all([1, 2, 3, 4].map(() => run({ peoplePerBatch: 20 })));
    await run();
    expect(await rowsOf(id)).toHaveLength(300);
    expect(await counts(id)).toMatchObject({ people: 300, byState: { planned: 300 } });
    const started = await sql`
      select 1 from audit_entries where action = 'campaign.started' and subject_id = ${id}`.execute(db);
    expect(started.rows).toHaveLength(1);
    expect(await stage.broken()).toEqual([]);
  });

  it('meets who comes into the audience behind the place that was reached, and who was merged on the way, once', async () => {
    const [late = 0, ...members] = await crowdOf(8);
    const id = await stage.scheduled({ members });
    const audience = sql`(select audience_id from campaigns where id = ${id}::bigint)`;
    await startAndPlanOne(id, 3);
    // One is behind the place that was reached, one of the met turns out to be one ahead.
    await sql`insert into audience_members (audience_id, member_id, added_at) values (${audience}, ${late}, now())`.execute(
      db,
    );
    await merging((tx) => merge(tx, { fromId: members[0] ?? 0, intoId: members[6] ?? 0 }));
    await run({ peoplePerBatch: 3 });
    const planned = (await rowsOf(id)).map(({ memberId }) => memberId);
    expect(planned).toEqual([late, ...members.slice(0, 6)]);
    expect((await readRecipients(db, id)).map(({ memberId }) => memberId)).toEqual([
      late,
      ...members.slice(1),
    ]);
    expect(await counts(id)).toMatchObject({ people: 7, byState: { planned: 7 } });
    expect(await stage.broken()).toEqual([]);
  });

  it('is tried again when somebody who comes next was merged, on the way, with one who is met already', async () => {
    const members = await crowdOf(6);
    const id = await stage.scheduled({ members });
    await startAndPlanOne(id, 2);
    let planning: Promise<unknown> = Promise.resolve();
    await merging(async (tx) => {
      await merge(tx, { fromId: members[0] ?? 0, intoId: members[3] ?? 0 });
      planning = run();
      const isWaiting = async () => {
        const waiting = await sql`
          select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`.execute(
          db,
        );
        return waiting.rows.length;
      };
      await expect.poll(isWaiting, { timeout: 10_000, interval: 5 }).toBe(1);
    });
    await planning;
    expect((await readRecipients(db, id)).map(({ memberId }) => memberId)).toEqual(members.slice(1));
    expect((await rowsOf(id)).map(({ memberId }) => memberId)).toEqual([
      ...members.slice(0, 3),
      ...members.slice(4),
    ]);
    expect(await stage.broken()).toEqual([]);
  });

  it('is proved to know everybody whom it wrote down', async () => {
    const id = await stage.scheduled({ members: await crowdOf(3) });
    await run();
    expect(await stage.broken()).toEqual([]);
    const stranger = sql`campaign_id = ${id}::bigint and member_id = 987654321`;
    await sql`insert into campaign_recipients (campaign_id, member_id, reason) values (${id}::bigint, 987654321, 'erased')`.execute(
      db,
    );
    expect(await stage.broken()).toContain('campaigns.known');
    await sql`delete from campaign_recipients where ${stranger}`.execute(db);
  });

  it('looks nobody up twice', async () => {
    const members = (await crowdOf(1_000)).slice(0, 40);
    await sql`analyze members, member_identities, line_friends`.execute(db);
    const id = await stage.scheduled({ members });
    const read: Record<string, number> = {};
    const [campaignId, now] = [Number(id), stage.clock.now()];
    const desk = { log: stage.api.log, secrets: stage.secrets, alertWebhookUrl: null };
    await stage.inTx((tx) => startCampaign(tx, desk, { campaignId, now }));
    const looked = ['members', 'member_identities', 'campaign_recipients'];
    await db
      .transaction()
      .setIsolationLevel('repeatable read')
      .execute(async (tx) => {
        for (const table of looked) read[table] = -(await countRowsRead(tx, table));
        await planCampaignBatch(tx, { campaignId, size: 40, now });
        for (const table of looked) read[table] = (read[table] ?? 0) + (await countRowsRead(tx, table));
      });
    expect(read).toEqual({ members: 40, member_identities: 40, campaign_recipients: 0 });
  });

  it('goes on where a planner was killed', { timeout: 120_000 }, async () => {
    const members = await crowdOf(1_500);
    const id = await stage.scheduled({ members });
    // Slow enough to be caught in the middle by a busy machine, too.
    await sql`create function brake() returns trigger language plpgsql as $$ begin
                perform pg_sleep(0.05); return new; end $$`.execute(db);
    await sql`create trigger brake before update on campaigns for each row execute function brake()`.execute(
      db,
    );
    const entry = fileURLToPath(new URL('./planner-process.ts', import.meta.url));
    const planned = async () =>
      (
        await sql<{
          count: number;
        }>`select planned_count as count from campaigns where id = ${id}::bigint`.execute(db)
      ).rows[0]?.count ?? 0;
    for (const enough of [200, 600]) {
      const child = spawn(process.execPath, [entry, stage.url], { stdio: 'ignore' });
      running.add(child);
      await expect.poll(planned, { timeout: 40_000, interval: 5 }).toBeGreaterThan(enough);
      child.kill('SIGKILL');
      await new Promise((done) => child.once('exit', done));
      expect(await planned()).toBeLessThan(1_500);
    }
    await sql`drop function brake cascade`.execute(db);
    // PostgreSQL may take a while to notice that the planner is gone, and keeps its lock until then.
    const locks = async () =>
      (
        await sql`select from pg_locks l join pg_database d on d.oid = l.database
                  where l.locktype = 'advisory' and d.datname = current_database()`.execute(db)
      ).rows.length;
    await expect.poll(locks, { timeout: 20_000 }).toBe(0);
    await run();
    expect(await stage.state(id)).toBe('running');
    expect(await rowsOf(id)).toHaveLength(1_500);
    expect(await counts(id)).toMatchObject({ people: 1_500, byState: { planned: 1_500 } });
    expect(await stage.broken()).toEqual([]);
  });

  it('counts who was not written down yet when it was stopped', async () => {
    const members = await crowdOf(10);
    const id = await stage.scheduled({ members });
    await startAndPlanOne(id, 4);
    expect((await call('POST', `/campaigns/${id}/stop`)).body).toMatchObject({ state: 'stopped' });
    await run();
    await stage.send();
    await run();
    expect(tell(await counts(id))).toEqual(['skipped stopped_by_staff 6', 'skipped stopped_by_staff a 4']);
    expect((await call('GET', `/campaigns/${id}`)).body.closedAt).not.toBeNull();
    expect(await stage.broken()).toEqual([]);
  });
});

const running = new Set<ChildProcess>();
afterAll(() => {
  for (const child of running) child.kill('SIGKILL');
});
