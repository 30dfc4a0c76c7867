import type pg from 'pg';
import { campaignKind } from '#features/campaigns/templates/campaign-messages.ts';
import { wireClock } from '#foundation/clock.ts';
import { type Db, sql } from '#foundation/db.ts';
import { openStream } from '#outbox/open-stream.ts';
import { planStream } from '#outbox/plan-stream.ts';
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

const contentOf = (isPersonal: boolean) => ({
  holdOutPercent: 0,
  arms: [
    {
      key: 'a',
      weight: 1,
      messages: {
        'zh-TW': [
          {
            type: 'card',
            title: isPersonal ? '您有 {points} 點可以用' : '新品到店',
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

/** Of a template; a row of a personal one carries the points that its words name. */
export type Version = { id: number; isPersonal: boolean };

/** Bound members who agreed to be told, no quiet hours, and a template with and one without a variable. */
export async function seedCampaignBrand(
  pool: pg.Pool,
  people: number,
): Promise<{ personal: Version; common: Version }> {
  await seedBoundPeople(pool, people);
  await pool.query(`
    insert into member_consents (member_id, purpose, text_version, given_at, source)
    select id, 'marketing', '1', now(), 'bench' from members`);
  await changeReach(pool, { ...atAnyHour, caps: { perDay: 1000, perSevenDays: 1000 } });
  // Before a campaign the service has read LINE's quota, and each lease takes from the month's row.
  await pool.query(
    'insert into outbox_quota (month, message_limit, used_count, read_at) values ($1, $2, 0, now())',
    [quotaMonth(wireClock.now()), leanQuota],
  );
  const versionOf = async (isPersonal: boolean): Promise<Version> => {
    const { rows } = await pool.query<{ id: string }>(
      `with made as (
         insert into campaign_templates (key, name, created_at) values ($1, $1, now()) returning id
       )
       insert into campaign_template_versions (template_id, version, content, changed_at, locked_at)
       select id, 1, $2, now(), now() from made returning id`,
      [isPersonal ? 'personal' : 'common', JSON.stringify(contentOf(isPersonal))],
    );
    return { id: Number(rows[0]?.id), isPersonal };
  };
  const versions = { personal: await versionOf(true), common: await versionOf(false) };
  await pool.query('vacuum analyze');
  return versions;
}

/** People in one transaction of the plan, as the planner of campaigns takes them. */
const peoplePerBatch = 5_000;

/**
 * Plans a message to everybody as the planner of campaigns does it: what a batch wrote leaves while the next is written.
 * @param input.onBatch a batch is committed
 */
export async function planForAll(
  db: Db,
  input: { sourceRef: string; version: Version; people: number; now: Date; onBatch(): void },
): Promise<number> {
  const { sourceRef, now, version, people } = input;
  const stream = { sourceRef, pacePerSecond: null, quiet: 'hold', now } as const;
  const streamId = await db.transaction().execute((tx) => openStream(tx, stream));
  const everybody = await sql<{ id: number }>`select id from members order by id limit ${people}`.execute(db);
  for (let reached = 0; reached < people; reached += peoplePerBatch) {
    const ids = everybody.rows.slice(reached, reached + peoplePerBatch).map(({ id }) => id);
    const select = sql`
      select m.id, i.line_user_id, 'a', null,
             jsonb_build_object('versionId', ${version.id}::int, 'arm', 'a')
             ${version.isPersonal ? sql`|| jsonb_build_object('points', m.id % 5000)` : sql``}
      from members m join member_identities i on i.member_id = m.id and i.kind = 'line' and i.until is null
      where m.id = any(${ids}::bigint[])`;
    const row = { streamId, kind: campaignKind, select, dueAt: now, expiresAt: null };
    const planned = await db.transaction().execute((tx) => planStream(tx, row));
    if (planned !== ids.length) throw new Error(`${planned} of ${ids.length} were planned`);
    input.onBatch();
  }
  return streamId;
}
