import { sql } from 'kysely';
import type { Tx } from '#foundation/db.ts';
import { describeError } from '#foundation/errors.ts';
import type { Locale } from '#foundation/i18n.ts';
import type { Message } from '#line/turn.ts';
import { endRows, endsWithout } from './end-rows.ts';
import type { PlannedReply } from './enqueue.ts';
import { finishRows } from './freeze-rows.ts';
import type { ReplyDesk } from './plan-replies.ts';
import { RowFault, renderRow } from './render-row.ts';
import { joinMessages, maxMessages } from './stop-hint-messages.ts';

type HeldRow = { id: number; kind: string; lineUserId: string; memberId: number | null; data: unknown };

/**
 * The reply's messages, and after them the notices that wait for this person, as far as there is room. Those that
 * go along are marked with `batchId`. A notice that cannot be rendered never spoils the reply.
 */
export async function joinRiders(
  tx: Tx,
  desk: ReplyDesk,
  reply: PlannedReply & { batchId: string },
): Promise<Message[]> {
  const room = maxMessages - reply.messages.length;
  if (room <= 0) return reply.messages;
  const now = desk.clock.now();
  await endRows(
    tx,
    endsWithout(sql`
      select id, 'skipped' as state, 'expired' as reason from outbox_messages
      where line_user_id = ${reply.lineUserId} and state = 'held' and batch_id is null and expires_at <= ${now}
      for update`),
    sql`m.state = 'held' and m.batch_id is null`,
  );
  const held = await sql<HeldRow>`
    select id, kind, line_user_id as "lineUserId", member_id as "memberId", data from outbox_messages
    where line_user_id = ${reply.lineUserId} and state = 'held' and batch_id is null
      and due_at <= ${now}
    order by id limit ${room} for update skip locked`.execute(tx);
  if (held.rows.length === 0) return reply.messages;
  await sql`savepoint riders`.execute(tx);
  try {
    const joined = await renderRiders(tx, desk, reply, held.rows);
    await sql`release savepoint riders`.execute(tx);
    return joined;
  } catch (error) {
    await sql`rollback to savepoint riders`.execute(tx);
    desk.log.error(
      { err: describeError(error), eventKey: reply.eventKey },
      'held notices could not ride along',
    );
    if (error instanceof RowFault) {
      await finishRows(tx, [{ id: error.rowId, state: 'failed', reason: `not rendered: ${error.message}` }]);
    }
    return reply.messages;
  }
}

async function renderRiders(
  tx: Tx,
  desk: ReplyDesk,
  reply: PlannedReply & { batchId: string },
  held: readonly HeldRow[],
): Promise<Message[]> {
  const found = await sql<{ locale: Locale; displayName: string | null }>`
    select coalesce(language, 'zh-TW') as locale, display_name as "displayName" from line_friends
    where line_user_id = ${reply.lineUserId}`.execute(tx);
  const friend = found.rows[0] ?? { locale: 'zh-TW' as const, displayName: null };
  const context = { kinds: desk.kinds, house: await desk.house(), now: desk.clock.now(), log: desk.log };
  const ended: { id: number; state: 'skipped' | 'failed'; reason: string }[] = [];
  const riding: number[] = [];
  let messages = reply.messages;
  for (const row of held) {
    const rendered = await renderRow(tx, row, friend, context);
    if (rendered.outcome === 'skip') ended.push({ id: row.id, state: 'skipped', reason: rendered.reason });
    else if (rendered.outcome === 'fault')
      ended.push({ id: row.id, state: 'failed', reason: rendered.reason });
    else if (messages.length + rendered.messages.length <= maxMessages) {
      messages = joinMessages(messages, rendered.messages);
      riding.push(row.id);
    }
  }
  await finishRows(tx, ended);
  await sql`update outbox_messages set batch_id = ${reply.batchId}
            where id = any(${riding}::bigint[])`.execute(tx);
  return messages;
}
