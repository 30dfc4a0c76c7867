import type pg from 'pg';
import { changeAudienceMembers } from '#features/audiences/change-audience-members.ts';
import { saveAudience } from '#features/audiences/save-audience.ts';
import { campaignDraft } from '#features/campaigns/campaign-draft-rules.ts';
import { createCampaign } from '#features/campaigns/save-campaign.ts';
import { scheduleCampaign } from '#features/campaigns/schedule-campaign.ts';
import { saveTemplate } from '#features/campaigns/templates/save-template.ts';
import { templateContent } from '#features/campaigns/templates/template-rules.ts';
import type { Actor } from '#foundation/audit.ts';
import { type Db, sql } from '#foundation/db.ts';
import { createTransact } from '#foundation/facts.ts';
import { quotaMonth } from '#outbox/quota-month-rules.ts';
import { seedBoundPeople } from '../support/bound-people.ts';
import { atAnyHour, changeReach } from '../support/reach-policy.ts';
import { leanQuota } from './lean-line-server.ts';

/** A card like those that marketers send, 1.7 kB on the wire. */
const text = [
  '這一季的新品到店了，謝謝這一年常來。這張卡片寫著目前的點數，結帳前出示會員碼就能折抵，',
  '也可以換成優惠券留到下個月。門市週末備有試吃，數量不多，先到先得；不方便出門的話，',
  '線上商店同步開賣，滿千免運，當天下午三點以前下單隔天就到。若是想先看看有什麼，',
  '點下面的按鈕就有完整的目錄，每一樣都附上產地與保存方式。有任何想知道的事，',
  '直接在這裡留言就可以，營業時間內由店裡的人親自回覆。祝順心，期待很快再見到面。',
].join('');

/** A template whose words name their reader's points, and one that says the same to all. */
export const templateKeys = ['personal', 'common'] as const;
export type TemplateKey = (typeof templateKeys)[number];

const contentOf = (key: TemplateKey) =>
  templateContent.parse({
    arms: [
      {
        key: 'a',
        messages: {
          'zh-TW': [
            {
              type: 'card',
              title: key === 'personal' ? '您有 {points} 點可以用' : '新品到店',
              text,
              buttons: [
                { label: '看看目錄', uri: 'https://shuke.example/catalogue/autumn' },
                { label: '找門市', uri: 'https://shuke.example/stores' },
              ],
            },
          ],
        },
      },
    ],
  });

const actor: Actor = { kind: 'system', id: 'bench' };
const audienceKey = 'everybody';

/**
 * Bound members who agreed to be told, with points of two days' end, all of them in one audience; no quiet hours, and
 * the templates.
 */
export async function seedCampaignBrand(pool: pg.Pool, db: Db, given: { people: number; now: Date }) {
  const { people, now } = given;
  await seedBoundPeople(pool, people);
  await pool.query(`
    insert into member_consents (member_id, purpose, text_version, given_at, source)
    select id, 'marketing', '1', now(), 'bench' from members`);
  await seedPoints(pool);
  await changeReach(pool, { ...atAnyHour, caps: { perDay: 1000, perSevenDays: 1000 } });
  // Before a campaign the service has read LINE's quota, and each lease takes from the month's row.
  await pool.query(
    'insert into outbox_quota (month, message_limit, used_count, read_at) values ($1, $2, 0, now())',
    [quotaMonth(now), leanQuota],
  );
  const everybody = await sql<{ id: number }>`select id from members order by id`.execute(db);
  const add = everybody.rows.map(({ id }) => id);
  await createTransact(
    db,
    [],
  )(async (tx) => {
    await saveAudience(tx, { key: audienceKey, name: audienceKey, now, actor });
    await changeAudienceMembers(tx, { key: audienceKey, add, remove: [], now, actor });
    for (const key of templateKeys)
      await saveTemplate(tx, { key, name: key, content: contentOf(key), now, actor });
  });
  await pool.query('vacuum analyze');
}

/** What a member holds stands in two lots, as after two purchases. */
async function seedPoints(pool: pg.Pool): Promise<void> {
  await pool.query(`
    with held as (
      insert into points_accounts (member_id, kind, balance) select id, 'active', 0 from members
      returning id, member_id, member_id % 2500 + 1 as half
    ), moved as (
      insert into points_transactions (idem_key, request_hash, reason, source_kind, source_id, member_id, actor_kind,
                                       actor_id, occurred_at)
      select 'points:' || member_id, sha256('bench'), 'seeded', 'bench', member_id, member_id, 'system', 'bench', now()
      from held returning id, member_id
    ), booked as (
      insert into points_entries (transaction_id, account_id, amount)
      select m.id, e.account_id, e.amount from moved m join held h using (member_id)
      cross join lateral (
        select h.id, 2 * half union all select (select id from points_accounts where kind = 'issued'), -2 * half
      ) as e (account_id, amount)
    )
    insert into points_lots (account_id, transaction_id, earned, remaining, ends_on)
    select h.id, m.id, half, half, current_date + days
    from held h join moved m using (member_id) cross join unnest(array[100, 400]) days`);
}

/** Writes down a campaign for everybody and schedules it for `now`, as a marketer does. @returns its id */
export async function scheduleForAll(db: Db, given: { template: TemplateKey; now: Date }): Promise<number> {
  const { template, now } = given;
  const draft = campaignDraft.parse({
    name: template,
    goal: 'repurchase',
    audienceKey,
    templateKey: template,
  });
  return createTransact(
    db,
    [],
  )(async (tx) => {
    const created = await createCampaign(tx, { draft, now, actor });
    if (!created.ok) throw new Error(created.reason);
    const { campaignId } = created.campaign;
    const done = await scheduleCampaign(tx, { campaignId, scheduledAt: now, approvalId: null, now, actor });
    if (!done.ok) throw new Error(done.reason);
    return campaignId;
  });
}
