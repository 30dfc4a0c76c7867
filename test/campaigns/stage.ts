import { campaignControlRoutes } from '#features/campaigns/campaign-control-routes.ts';
import { campaignProofs } from '#features/campaigns/campaigns-audit-reads.ts';
import { campaignsRoutes } from '#features/campaigns/campaigns-routes.ts';
import { planCampaignBatch } from '#features/campaigns/run/plan-campaign-batch.ts';
import { runCampaigns } from '#features/campaigns/run/run-campaigns-job.ts';
import { startCampaign } from '#features/campaigns/run/start-campaign.ts';
import { campaignKind } from '#features/campaigns/templates/campaign-messages.ts';
import { templateRoutes } from '#features/campaigns/templates/template-routes.ts';
import { type Db, sql } from '#foundation/db.ts';
import { createLogger } from '#foundation/log.ts';
import { proveAll } from '#foundation/prove.ts';
import { collectMessageKinds } from '#outbox/kinds.ts';
import { makePeople, type Someone } from '../flows/crowd.ts';
import { openOutboxHouse } from '../outbox/outbox-house.ts';
import { openTestApi } from '../support/api.ts';

/** A Tuesday noon in Taipei. */
export const noon = '2026-12-01T04:00:00Z';

export type Counts = {
  people: number;
  byState: Record<string, number>;
  items: { arm: string | null; state: string; reason: string | null; people: number }[];
};
// biome-ignore lint/suspicious/noExplicitAny: what a JSON answer holds is for each test to say
type Answer = { status: number; body: any };

let made = 0;
export const text = (words: string) => ({ type: 'text', text: words });
/** A template of one arm that says one text to all. */
export const oneText = (words: string) => ({ arms: [{ key: 'a', messages: { 'zh-TW': [text(words)] } }] });

/** A brand with LINE's stand-in, the doors of campaigns, and the job that runs them when a test says so. */
export async function openCampaignStage() {
  const house = await openOutboxHouse({ max: 16 });
  const { db, clock } = house;
  const api = await openTestApi(
    house,
    (parts) => [
      templateRoutes(parts),
      campaignsRoutes(parts, house.client),
      campaignControlRoutes(parts, house.client),
    ],
    { now: noon },
  );
  const call = api.call as (...args: Parameters<typeof api.call>) => Promise<Answer>;
  const kinds = collectMessageKinds([campaignKind]);
  const desk = { log: createLogger('silent'), secrets: house.secrets, alertWebhookUrl: null };

  async function draft(of: { members: readonly number[]; content?: object; more?: object }): Promise<string> {
    const key = `k${++made}`;
    await makeAudience(db, key, of.members);
    const saved = await call('PUT', `/campaign-templates/${key}`, {
      name: key,
      content: of.content ?? oneText('新品到店，歡迎來看看'),
    });
    if (saved.status !== 201) throw new Error(JSON.stringify(saved.body));
    const created = await call('POST', '/campaigns', {
      name: `活動 ${made}`,
      goal: 'repurchase',
      audienceKey: key,
      templateKey: key,
      ...of.more,
    });
    if (created.status !== 201) throw new Error(JSON.stringify(created.body));
    return created.body.id;
  }

  return {
    ...house,
    api,
    call,
    at(instant: string) {
      clock.set(instant);
      api.clock.set(instant);
    },
    crowd: (people: readonly Someone[]) => makePeople(db, people),
    draft,
    async scheduled(of: Parameters<typeof draft>[0]): Promise<string> {
      const id = await draft(of);
      const done = await call('POST', `/campaigns/${id}/schedule`, {});
      if (done.status !== 200) throw new Error(JSON.stringify(done.body));
      return id;
    },
    /** One run of the minute's job. */
    run: (options: { peoplePerBatch?: number } = {}) =>
      runCampaigns(
        { db, transact: house.transact, desk, client: house.client, wake: () => undefined },
        { now: clock.now() },
        options,
      ),
    /** Starts it and writes down so many people, as a planner that is killed after one batch. */
    async startAndPlanOne(id: string, size: number): Promise<void> {
      const [campaignId, now] = [Number(id), clock.now()];
      await house.inTx((tx) => startCampaign(tx, desk, { campaignId, now }));
      await db
        .transaction()
        .setIsolationLevel('repeatable read')
        .execute((tx) => planCampaignBatch(tx, { campaignId, size, now }));
    },
    send: () => house.courier({ kinds }).drain(),
    async counts(id: string): Promise<Counts> {
      return (await call('GET', `/campaigns/${id}`)).body.counts;
    },
    state: async (id: string): Promise<string> => (await call('GET', `/campaigns/${id}`)).body.state,
    /** Which proofs do not hold, and how many subjects were looked at. */
    async broken(): Promise<string[]> {
      const { proved } = await proveAll(db, campaignProofs);
      return proved.filter(({ broken }) => broken > 0).map(({ name }) => name);
    },
  };
}

export async function makeAudience(db: Db, key: string, members: readonly number[]): Promise<void> {
  await sql`
    with made as (insert into audiences (key, name, created_at) values (${key}, ${key}, now()) returning id)
    insert into audience_members (audience_id, member_id, added_at)
    select made.id, m, now() from made, unnest(${[...members]}::bigint[]) m`.execute(db);
}

export type Recipient = { memberId: number; arm: string | null; reason: string | null };

export async function readRecipients(db: Db, campaignId: string): Promise<Recipient[]> {
  const found = await sql<Recipient>`
    select member_id as "memberId", arm, reason from campaign_recipients
    where campaign_id = ${campaignId}::bigint order by member_id`.execute(db);
  return found.rows;
}

/** The counts by state and reason in one line each: "skipped stopped 1". */
export const tell = ({ items }: Counts): string[] =>
  items
    .map(({ arm, state, reason, people }) =>
      [state, reason, arm, people].filter((part) => part !== null).join(' '),
    )
    .sort();
