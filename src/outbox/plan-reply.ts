import { sql } from 'kysely';
import type { Clock } from '#foundation/clock.ts';
import type { Tx } from '#foundation/db.ts';
import { Fault } from '#foundation/errors.ts';
import { newUuid } from '#foundation/ids.ts';
import type { Logger } from '#foundation/log.ts';
import { sha256 } from '#foundation/secrets.ts';
import type { House } from '#line/turn.ts';
import { lateReplyKind, replyTokenMs } from './decide-row.ts';
import type { PlannedReply } from './enqueue.ts';
import { joinRiders } from './join-riders.ts';
import type { MessageKinds } from './kinds.ts';
import type { Errand } from './retry-rules.ts';
import { maxMessages } from './stop-hint-messages.ts';

export type ReplyDesk = {
  kinds: MessageKinds;
  house(): Promise<House>;
  clock: Clock;
  wire: Clock;
  log: Logger;
  leaseMs: number;
};

/**
 * Writes down the answer to a turn, leased by this process with its frozen body: the attempt is committed with the
 * turn, before the call. Held notices of the person ride along where there is room.
 * @returns what to send once the transaction is committed; null when there is nothing to send now (planned before,
 * too late for the token, or no messages)
 */
export async function planReply(tx: Tx, desk: ReplyDesk, reply: PlannedReply): Promise<Errand | null> {
  if (reply.messages.length === 0) return null;
  if (reply.messages.length > maxMessages) {
    throw new Fault(
      'too_many_messages',
      `A reply of ${reply.messages.length} messages: LINE takes ${maxMessages}`,
    );
  }
  const fresh = await sql`
    insert into outbox_keys (dedupe_key) values (${`reply:${reply.eventKey}`}) on conflict do nothing
    returning dedupe_key`.execute(tx);
  if (fresh.rows.length === 0) return null;
  const isLate = desk.wire.now().getTime() - reply.receivedAt.getTime() > replyTokenMs;
  if (isLate) {
    await insertLate(tx, desk, reply);
    return null;
  }
  const batchId = newUuid();
  const messages = await joinRiders(tx, desk, { ...reply, batchId });
  return insertLeased(
    tx,
    desk,
    { ...reply, messages },
    messages.length > reply.messages.length ? batchId : null,
  );
}

async function insertLeased(
  tx: Tx,
  desk: ReplyDesk,
  reply: PlannedReply,
  batchId: string | null,
): Promise<Errand> {
  const json = JSON.stringify({ replyToken: reply.replyToken, messages: reply.messages });
  const leaseToken = newUuid();
  const inserted = await sql<{ id: number; retryKey: string }>`
    insert into outbox_messages (channel, method, kind, purpose, line_user_id, member_id, dedupe_key, data, state,
                                 priority, due_at, reply_token, reply_received_at, batch_id, body, body_sha256,
                                 lease_token, lease_until, first_try_at, attempts, doubt_count)
    values ('line_message', 'reply', 'reply', 'reply', ${reply.lineUserId}, ${reply.memberId},
            ${`reply:${reply.eventKey}`}, ${JSON.stringify({ late: reply.late })}::jsonb, 'sending', 0,
            ${desk.clock.now()}, ${reply.replyToken}, ${reply.receivedAt}, ${batchId}, convert_to(${json}, 'UTF8'),
            ${sha256(json)}, ${leaseToken}, now() + make_interval(secs => ${desk.leaseMs / 1000}), now(), 1, 1)
    returning id, retry_key as "retryKey"`.execute(tx);
  const { id, retryKey } = inserted.rows[0] as { id: number; retryKey: string };
  return {
    ids: [id],
    leaseToken,
    channel: 'line_message',
    method: 'reply',
    purpose: 'reply',
    lineUserId: reply.lineUserId,
    retryKey,
    body: Buffer.from(json),
    secret: null,
    hasRiders: batchId !== null,
    attempts: 1,
    doubts: 1,
  };
}

/** The token has run out before any attempt: dropped, or a push where the person must know what was done. */
async function insertLate(tx: Tx, desk: ReplyDesk, reply: PlannedReply): Promise<void> {
  const isPush = reply.late === 'push';
  const json = isPush ? JSON.stringify({ to: reply.lineUserId, messages: reply.messages }) : null;
  await sql`
    insert into outbox_messages (channel, method, kind, purpose, line_user_id, member_id, dedupe_key, state, reason,
                                 priority, due_at, finished_at, body, body_sha256)
    values ('line_message', ${isPush ? 'push' : 'reply'}, ${isPush ? lateReplyKind : 'reply'},
            ${isPush ? 'service' : 'reply'}, ${reply.lineUserId}, ${reply.memberId}, ${`reply:${reply.eventKey}`},
            ${isPush ? 'planned' : 'skipped'}, ${isPush ? null : 'late'}, 1, ${desk.clock.now()},
            case when ${isPush} then null else now() end, convert_to(${json}::text, 'UTF8'),
            ${json === null ? null : sha256(json)})`.execute(tx);
}
