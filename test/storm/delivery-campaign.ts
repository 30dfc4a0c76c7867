import { changeAudienceMembers } from '#features/audiences/change-audience-members.ts';
import { saveAudience } from '#features/audiences/save-audience.ts';
import { createCampaign } from '#features/campaigns/save-campaign.ts';
import { scheduleCampaign } from '#features/campaigns/schedule-campaign.ts';
import { saveTemplate } from '#features/campaigns/templates/save-template.ts';
import type { TemplateContent } from '#features/campaigns/templates/template-rules.ts';
import { wireClock } from '#foundation/clock.ts';
import { sql } from '#foundation/db.ts';
import { askForQuota } from '../support/ask-for-quota.ts';
import { crowdUserId } from '../support/bound-people.ts';
import type { DeliveryWorld } from './delivery-world.ts';

const actor = { kind: 'system', id: 'storm' } as const;
const key = 'storm';
const arm = 'a';

/** A card that names its reader, so that each is told by a push of their own. */
const content: TemplateContent = {
  holdOutPercent: 0,
  arms: [
    {
      key: arm,
      weight: 1,
      messages: {
        'zh-TW': [
          {
            type: 'card',
            title: '新品到店',
            text: '{name}，這一季的新品到店了，您有 {points} 可以用。',
            buttons: [{ label: '看看目錄', uri: 'https://shuke.example/catalogue' }],
          },
        ],
      },
    },
  ],
};

/**
 * Schedules a marketer's campaign to all members, who agreed to be told, for now: the planner of the product takes it
 * from there.
 * @returns its id
 */
export async function scheduleForAll(world: DeliveryWorld, people: number): Promise<number> {
  const { db, pool, promised } = world;
  await pool.query(`
    insert into member_consents (member_id, purpose, text_version, given_at, source)
    select id, 'marketing', '1', now(), 'storm' from members`);
  // Short, for a sentence cuts a long name, and what is the same for many would leave by multicast.
  await pool.query(`update line_friends set display_name = 'N' || right(line_user_id, 5)`);
  const members = await pool.query<{ id: string }>('select id from members order by id');
  const add = members.rows.map(({ id }) => Number(id));
  const now = wireClock.now();
  await askForQuota(db, world.account, now);
  const campaignId = await db.transaction().execute(async (tx) => {
    await saveAudience(tx, { key, name: 'everybody', now, actor });
    await changeAudienceMembers(tx, { key, add, remove: [], now, actor });
    await saveTemplate(tx, { key, name: 'new things', content, now, actor });
    const made = await createCampaign(tx, {
      draft: {
        ...{ name: 'to everybody', goal: 'repurchase', goalDays: 14, audienceKey: key, templateKey: key },
        ...{ pacePerSecond: null, quiet: 'hold', lifeHours: 24, ifOverQuota: 'refuse' },
      },
      now,
      actor,
    });
    if (!made.ok) throw new Error(made.reason);
    const { campaignId } = made.campaign;
    const scheduled = await scheduleCampaign(tx, {
      campaignId,
      scheduledAt: now,
      approvalId: null,
      now,
      actor,
    });
    if (!scheduled.ok) throw new Error(scheduled.reason);
    return campaignId;
  });
  await pool.query('analyze');
  const lineUserIds = Array.from({ length: people }, (_, at) => crowdUserId(at + 1));
  promised.push({ source: `campaign:${campaignId}`, lineUserIds });
  return campaignId;
}

export type CampaignStanding = { state: string; plannedCount: number; isPlanned: boolean };

export async function readStanding({ db }: DeliveryWorld, campaignId: number): Promise<CampaignStanding> {
  const found = await sql<CampaignStanding>`
    select state, planned_count as "plannedCount", planned_at is not null as "isPlanned"
    from campaigns where id = ${campaignId}`.execute(db);
  return found.rows[0] as CampaignStanding;
}

/** When LINE's month was last read: what leaves after it is counted by ourselves, until it is read again. */
export async function readQuotaStamp({ db }: DeliveryWorld): Promise<string | null> {
  const found = await sql<{ stamp: string }>`select max(read_at)::text as stamp from outbox_quota`.execute(
    db,
  );
  return found.rows[0]?.stamp ?? null;
}

/**
 * A campaign that reached everybody says so: it is finished, each member of the audience was planned, sent to and
 * counted against caps once, and LINE's month has as many messages less.
 * @param input.quotaStamp of the reading with which it began
 */
export async function checkCampaign(
  world: DeliveryWorld,
  input: { campaignId: number; people: number; quotaStamp: string | null },
): Promise<string[]> {
  const { db } = world;
  const { campaignId, people, quotaStamp } = input;
  const findings: string[] = [];
  const expect = (what: string, is: unknown, wanted: unknown) => {
    const [told, script] = [JSON.stringify(is), JSON.stringify(wanted)];
    if (told !== script) findings.push(`${what}: ${told}, by the script ${script}`);
  };
  const { state, plannedCount } = await readStanding(world, campaignId);
  expect("the campaign's state", state, 'finished');
  expect('planned', plannedCount, people);
  const results = await sql`
    select arm, state, reason, people_count as people from campaign_results
    where campaign_id = ${campaignId}`.execute(db);
  expect("the campaign's results", results.rows, [{ arm, state: 'sent', reason: '', people }]);
  const recipients = await sql`
    select count(*) as people, count(reason) as "leftOut" from campaign_recipients
    where campaign_id = ${campaignId}`.execute(db);
  expect('recipients', recipients.rows, [{ people, leftOut: 0 }]);
  const caps = await sql`
    select count(*) as counted, count(distinct line_user_id) as people from outbox_caps`.execute(db);
  expect('counted against caps', caps.rows, [{ counted: people, people }]);
  // Read again on the way, it lacks what was on the wire at that moment.
  if ((await readQuotaStamp(world)) === quotaStamp) {
    const quota = await sql`select used_count as used from outbox_quota`.execute(db);
    expect("taken from LINE's month", quota.rows, [{ used: people }]);
  }
  return findings;
}
