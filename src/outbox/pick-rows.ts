import { sql } from 'kysely';
import type { Db, Tx } from '#foundation/db.ts';
import type { Locale } from '#foundation/i18n.ts';
import type { OutboxMessagesTable } from './tables.ts';

/** `urgent`: replies, SMS, menus, webhooks; `messages`: pushes. They never wait for one another. */
export type LaneName = 'urgent' | 'messages';

export type PickedRow = {
  id: number;
  channel: OutboxMessagesTable['channel'];
  method: OutboxMessagesTable['method'];
  kind: string;
  purpose: OutboxMessagesTable['purpose'];
  lineUserId: string | null;
  memberId: number | null;
  data: unknown;
  secret: Buffer | null;
  expiresAt: Date | null;
  replyToken: string | null;
  replyReceivedAt: Date | null;
  retryKey: string;
  batchId: string | null;
  body: Buffer | null;
  attempts: number;
  doubts: number;
  firstTryAt: Date | null;
  /** First tried so long ago that LINE is about to forget the retry key. */
  isTooOld: boolean;
};

const columns = sql`id, channel, method, kind, purpose, line_user_id as "lineUserId", member_id as "memberId", data,
  secret_encrypted as secret, expires_at as "expiresAt", reply_token as "replyToken",
  reply_received_at as "replyReceivedAt", retry_key as "retryKey", batch_id as "batchId", body, attempts,
  doubt_count as doubts, first_try_at as "firstTryAt",
  coalesce(first_try_at < now() - interval '23 hours', false) as "isTooOld"`;

const laneFilter = {
  urgent: sql`not (channel = 'line_message' and method <> 'reply')`,
  // A multicast is picked by the row that holds its body; the others follow it.
  messages: sql`channel = 'line_message' and method <> 'reply' and (method <> 'multicast' or body is not null)`,
};

/** Locks up to `limit` rows that are due, passing over those that others hold. @param now business time */
export async function pickRows(
  tx: Tx,
  input: { lane: LaneName; limit: number; now: Date },
): Promise<PickedRow[]> {
  const picked = await sql<PickedRow>`
    select ${columns} from outbox_messages
    where state = 'planned' and due_at <= ${input.now} and retry_at <= now() and ${laneFilter[input.lane]}
    order by priority, outbox_messages.due_at, id limit ${input.limit}
    for update skip locked`.execute(tx);
  return picked.rows;
}

/** Whether `pickRows` would find anything, others' locks apart: one statement, so that looking costs an idle house little. */
export async function hasDueRows(db: Db, input: { lane: LaneName; now: Date }): Promise<boolean> {
  const found = await sql`
    select 1 from outbox_messages
    where state = 'planned' and due_at <= ${input.now} and retry_at <= now() and ${laneFilter[input.lane]}
    order by priority, outbox_messages.due_at, id limit 1`.execute(db);
  return found.rows.length > 0;
}

export type BatchMate = { id: number; state: OutboxMessagesTable['state']; lineUserId: string };

/**
 * The rows of a multicast, locked. @returns null while somebody else holds one of them: to wait here, with other
 * rows locked, could be waited for in turn
 */
export async function lockBatch(tx: Tx, batchId: string): Promise<BatchMate[] | null> {
  const all = await sql<BatchMate>`
    select id, state, line_user_id as "lineUserId" from outbox_messages
    where batch_id = ${batchId} order by id`.execute(tx);
  const locked = await sql<{ id: number }>`
    select id from outbox_messages where batch_id = ${batchId} order by id for update skip locked`.execute(
    tx,
  );
  return locked.rows.length === all.rows.length ? all.rows : null;
}

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
    from line_friends where line_user_id = any(${wanted}::text[])
    order by line_user_id for update skip locked`.execute(tx);
  for (const { id, ...friend } of locked.rows) found.set(id, friend);
  const missing = wanted.filter((id) => !found.has(id));
  if (missing.length > 0) {
    const busy = await sql<{ id: string }>`
      select line_user_id as id from line_friends where line_user_id = any(${missing}::text[])`.execute(tx);
    for (const { id } of busy.rows) found.set(id, 'busy');
  }
  return found;
}

/** Business days of earlier marketing pushes, and whether there ever was one. */
export type MarketingPast = { sentOn: string[]; isFirst: boolean };

/** @param input.since business day; earlier ones only tell that this is not the first */
export async function readMarketingPast(
  tx: Tx,
  input: { lineUserIds: readonly string[]; since: string },
): Promise<Map<string, MarketingPast>> {
  const counted = await sql<{ id: string; sentOn: string[] | null }>`
    select line_user_id as id, array_agg(sent_on::text) filter (where sent_on > ${input.since}) as "sentOn"
    from outbox_caps where line_user_id = any(${[...input.lineUserIds]}::text[]) group by 1`.execute(tx);
  return new Map(counted.rows.map((row) => [row.id, { sentOn: row.sentOn ?? [], isFirst: false }]));
}
