import { type Db, sql } from '#foundation/db.ts';
import { endRows, endsWithout } from '#outbox/end-rows.ts';

/** One person of a test; dates 'YYYY-MM-DD'. Bound, following and consenting unless told otherwise. */
export type Someone = {
  birth?: [month: number, day: number];
  isBound?: boolean;
  friend?: 'following' | 'blocked';
  marketing?: 'all' | 'less' | 'stopped';
  hasConsent?: boolean;
  joinedAt?: string;
  importedAt?: string;
  /** Days of purchases; one with ! was wholly returned. */
  bought?: string[];
  category?: string;
};

let made = 0;

export const lineUserOf = (memberId: number) => `U${memberId.toString(16).padStart(32, '0')}`;

/** Makes people in sets, as many as wanted at once. @returns their ids in order */
export async function makePeople(db: Db, people: readonly Someone[]): Promise<number[]> {
  const rows = people.map((one, at) => ({
    member_no: String(1_000_000_000 + made + at),
    joined_at: one.isBound === false ? null : (one.joinedAt ?? '2026-01-01T00:00:00Z'),
    imported_at: one.importedAt ?? null,
    birth_month: one.birth?.[0] ?? null,
    birth_day: one.birth?.[1] ?? null,
  }));
  made += people.length;
  const inserted = await sql<{ id: number }>`
    insert into members (member_no, joined_at, imported_at, birth_month, birth_day, created_at)
    select member_no, joined_at, imported_at, birth_month, birth_day, '2026-01-01T00:00:00Z'
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r (member_no text, joined_at timestamptz,
      imported_at timestamptz, birth_month smallint, birth_day smallint)
    returning id`.execute(db);
  const ids = inserted.rows.map((row) => row.id);
  const known = people.map((one, at) => ({
    ...one,
    id: ids[at] as number,
    line: lineUserOf(ids[at] as number),
  }));
  const bound = known
    .filter((one) => one.isBound !== false)
    .map(({ id, line, friend = 'following', marketing = 'all' }) => ({ id, line, friend, marketing }));
  await sql`
    insert into line_friends (line_user_id, display_name, state, state_event_at, marketing)
    select line, '小美', friend, now(), marketing
    from jsonb_to_recordset(${JSON.stringify(bound)}::jsonb) as r (line text, friend text, marketing text)`.execute(
    db,
  );
  await sql`
    insert into member_identities (member_id, kind, value_hmac, line_user_id, since)
    select id, 'line', sha256(line::bytea), line, '2026-01-01T00:00:00Z'
    from jsonb_to_recordset(${JSON.stringify(bound)}::jsonb) as r (id bigint, line text)`.execute(db);
  const consenting = known.filter((one) => one.hasConsent !== false).map((one) => one.id);
  await sql`
    insert into member_consents (member_id, purpose, text_version, given_at, source)
    select id, 'marketing', '1', '2026-01-01T00:00:00Z', 'chat' from unnest(${consenting}::bigint[]) as c (id)`.execute(
    db,
  );
  await buy(
    db,
    known.flatMap((one) =>
      (one.bought ?? []).map((day) => ({ memberId: one.id, day, category: one.category })),
    ),
  );
  // What autovacuum does within a minute.
  if (people.length > 1_000) await sql`analyze`.execute(db);
  return ids;
}

/** Records purchases of NT$500, in sets. */
export async function buy(
  db: Db,
  purchases: readonly { memberId: number; day: string; category?: string | undefined }[],
): Promise<void> {
  const rows = purchases.map(({ memberId, day, category }, at) => ({
    member_id: memberId,
    receipt_no: `R${made}-${at}`,
    day: day.replace('!', ''),
    is_returned: day.endsWith('!'),
    category: category ?? '茶葉',
  }));
  made += purchases.length;
  await sql`
    insert into stores (code, name, address, phone, created_at)
    values ('S1', '一店', '台北市', '02-2345-6789', now()) on conflict do nothing`.execute(db);
  await sql`
    with r as (
      select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r (member_id bigint, receipt_no text,
        day date, is_returned boolean, category text)
    ), p as (
      insert into purchases (store_id, receipt_no, purchased_on, purchased_at, channel, member_id, total_twd,
                             returned_twd, fully_returned_at, request_hash, is_history)
      select s.id, receipt_no, day, day + time '04:00', 'store', member_id, 500,
             case when is_returned then 500 else 0 end, case when is_returned then day + time '05:00' end,
             sha256(receipt_no::bytea), true
      from r, stores s where s.code = 'S1'
      returning id, receipt_no
    )
    insert into purchase_lines (purchase_id, line_no, sku, name, category, quantity, unit_price_twd, discount_twd,
                                amount_twd, returned_quantity, returned_twd)
    select p.id, 1, 'T1', '茶', r.category, 1, 500, 0, 500, case when is_returned then 1 else 0 end,
           case when is_returned then 500 else 0 end
    from p join r using (receipt_no)`.execute(db);
  if (purchases.length > 1_000) await sql`analyze`.execute(db);
}

/** Lets everything leave that is planned, on a day. */
export async function deliver(db: Db, day: string): Promise<void> {
  const ends = sql`select id, 'sent' as state, null as reason from outbox_messages where state = 'planned'`;
  const sent = await endRows(db, endsWithout(ends), sql`true`);
  await sql`
    insert into outbox_caps (line_user_id, sent_on, kind, outbox_id)
    select line_user_id, ${day}, kind, id from outbox_sent where id = any(${sent}::bigint[])`.execute(db);
}

/** Puts a coupon of a brand's default keys into someone's hand. @returns the claim */
export async function hold(
  db: Db,
  claim: { memberId: number; endsOn: string; couponKey?: string },
): Promise<number> {
  made += 1;
  const found = await sql<{ id: number }>`
    insert into coupon_claims (coupon_id, member_id, seq, issue_key, claimed_at, ends_on)
    select id, ${claim.memberId}, ${made}, ${`test:${made}`}, '2026-01-01T00:00:00Z', ${claim.endsOn}
    from coupons where key = ${claim.couponKey ?? 'welcome'}
    returning id`.execute(db);
  return found.rows[0]?.id as number;
}

export type Entry = {
  memberId: number;
  flow: string;
  step: string;
  occasion: string;
  state: string;
  reason: string | null;
  plannedFor: string;
};

export async function readEntries(db: Db): Promise<Entry[]> {
  const found = await sql<Entry>`
    select member_id as "memberId", flow_key as flow, step, occasion, state, reason, planned_for as "plannedFor"
    from flow_entries order by member_id, flow_key, occasion`.execute(db);
  return found.rows;
}

/** What stands in the outbox: 'kind → member' with the day it is due. */
export async function readPushes(
  db: Db,
): Promise<
  { kind: string; memberId: number; dueAt: string; expiresAt: string; data: Record<string, unknown> }[]
> {
  const found = await sql<{
    kind: string;
    memberId: number;
    due: Date;
    expires: Date;
    data: Record<string, unknown>;
  }>`
    select kind, member_id as "memberId", due_at as due, expires_at as expires, data from outbox_published_messages
    order by id`.execute(db);
  return found.rows.map(({ due, expires, ...row }) => ({
    ...row,
    dueAt: due.toISOString(),
    expiresAt: expires.toISOString(),
  }));
}

/** Leaves the brand's defaults and nobody; all flows switched on at `on`. */
export async function startAfresh(db: Db, on: string): Promise<void> {
  await db.transaction().execute(async (tx) => {
    // The ledger refuses to be emptied; a test's database starts anew.
    await sql`set local session_replication_role = replica`.execute(tx);
    await sql`truncate flow_entries, outbox_messages, outbox_sent, outbox_keys, outbox_caps, outbox_offered, coupon_claims, purchases, stores,
                       member_consents, member_identities, members, line_friends, facts
              restart identity cascade`.execute(tx);
    await sql`update coupons set claimed_count = 0, quota = null, withdrawn_at = null`.execute(tx);
    await sql`update flows set is_on = true, switched_on_at = ${on}`.execute(tx);
  });
}
