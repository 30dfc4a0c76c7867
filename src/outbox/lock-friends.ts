import { sql } from 'kysely';
import type { Tx } from '#foundation/db.ts';
import type { Locale } from '#foundation/i18n.ts';
import { userIdList } from '#foundation/lists.ts';
import { afresh } from '#foundation/prepared-statements.ts';
import type { PastPush } from './reach-rules.ts';

/** What the outbox must know of a person; the row lock decides caps and 停止 between all who send. */
export type LockedFriend = {
  state: 'following' | 'blocked' | 'unknown';
  marketing: 'all' | 'less' | 'stopped';
  pausedUntil: Date | null;
  displayName: string | null;
  locale: Locale;
  menu: 'guest' | 'member' | 'vip';
};

/**
 * Locks the persons' rows. @returns 'busy' for a person whose row somebody else holds right now (a chat turn, most
 * often): never waited for, because whoever holds it may be waiting for a row that we hold
 */
export async function lockFriends(
  tx: Tx,
  lineUserIds: readonly string[],
): Promise<Map<string, LockedFriend | 'busy'>> {
  const wanted = [...new Set(lineUserIds)].sort();
  const found = new Map<string, LockedFriend | 'busy'>();
  if (wanted.length === 0) return found;
  const locked = await sql<LockedFriend & { id: string }>`
    select line_user_id as id, state, marketing, marketing_paused_until as "pausedUntil",
           display_name as "displayName", coalesce(language, 'zh-TW') as locale, rich_menu as menu
    from line_friends where line_user_id = any((select ${userIdList(wanted)})::text[])
    order by line_user_id for update skip locked`.execute(tx);
  for (const { id, ...friend } of locked.rows) found.set(id, friend);
  const missing = wanted.filter((id) => !found.has(id));
  if (missing.length > 0) {
    const busy = await sql<{ id: string }>`
      select line_user_id as id from line_friends where line_user_id = any((select ${userIdList(missing)})::text[])`.execute(
      tx,
    );
    for (const { id } of busy.rows) found.set(id, 'busy');
  }
  return found;
}

/** Earlier marketing pushes that still count, and whether there never was one. */
export type MarketingPast = { pushes: PastPush[]; isFirst: boolean };

/**
 * Each person is looked up by index, and only the days that count are read: asked for all of them in one condition, a
 * table of which nothing is known yet would be read whole. The table fills up from nothing in a brand's first campaign,
 * hence no plan is kept.
 * @param input.since business day; later ones count, up to the day after `today`, where midnight was elsewhere first
 * @returns those who were ever sent an offer
 */
export async function readMarketingPast(
  tx: Tx,
  input: { lineUserIds: readonly string[]; since: string; today: string },
): Promise<Map<string, MarketingPast>> {
  const { since, today } = input;
  const lineUserIds = [...new Set(input.lineUserIds)];
  const counted = await sql<{ id: string; lines: string }>`${afresh}
    select asked.id, past.lines
    from unnest(${userIdList(lineUserIds)}) as asked (id)
    cross join lateral (
      select string_agg(sent_on || ' ' || kind, e'\n') as lines from outbox_caps
      where outbox_span(sent_on) = any(array(
              select generate_series(outbox_span(${since}::date), outbox_span(${today}::date + 1))))
        and line_user_id = asked.id and sent_on > ${since}::date) past
    where past.lines is not null`.execute(tx);
  const past = new Map<string, MarketingPast>();
  for (const { id, lines } of counted.rows) past.set(id, { pushes: readPushes(lines), isFirst: false });
  const others = lineUserIds.filter((id) => !past.has(id));
  for (const id of await listOffered(tx, others, since)) past.set(id, { pushes: [], isFirst: false });
  return past;
}

/** Who of these persons, to whom nothing left that counts, was ever sent an offer. */
async function listOffered(tx: Tx, lineUserIds: readonly string[], since: string): Promise<string[]> {
  if (lineUserIds.length === 0) return [];
  // The spans of days of which something is kept that counts no more: a hop along the index for each.
  const found = await sql<{ id: string }>`${afresh}
    with recursive hop as (
      (select outbox_span(sent_on) as span from outbox_caps order by 1 limit 1)
      union all
      select (select outbox_span(sent_on) from outbox_caps where outbox_span(sent_on) > hop.span order by 1 limit 1)
      from hop where hop.span < outbox_span(${since}::date)
    )
    select asked.id from unnest(${userIdList(lineUserIds)}) as asked (id)
    where (select true from outbox_offered where line_user_id = asked.id)
      or (select true from outbox_caps
          where outbox_span(sent_on) = any(array(select span from hop where span <= outbox_span(${since}::date)))
            and line_user_id = asked.id limit 1)`.execute(tx);
  return found.rows.map(({ id }) => id);
}

const dayLength = 'YYYY-MM-DD'.length;

/** One push a line, its day and its kind: half the price of JSON where hundreds of people are asked for at once. */
function readPushes(lines: string): PastPush[] {
  return lines
    .split('\n')
    .map((line) => ({ day: line.slice(0, dayLength), kind: line.slice(dayLength + 1) }));
}
