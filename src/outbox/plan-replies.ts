import { type RawBuilder, sql } from 'kysely';
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
 * Writes down the answers to turns of different people, leased by this process with their frozen bodies: each attempt
 * is committed with its turn, before the call. Held notices of a person ride along where there is room.
 * @returns what to send once the transaction is committed; left out is what was planned before, is too late for its
 * token, or says nothing
 */
export async function planReplies(
  tx: Tx,
  desk: ReplyDesk,
  replies: readonly PlannedReply[],
): Promise<Errand[]> {
  const long = replies.find(({ messages }) => messages.length > maxMessages);
  if (long) {
    throw new Fault(
      'too_many_messages',
      `A reply of ${long.messages.length} messages: LINE takes ${maxMessages}`,
    );
  }
  const now = desk.wire.now().getTime();
  const isLate = ({ receivedAt }: PlannedReply) => now - receivedAt.getTime() > replyTokenMs;
  const saying = replies.filter(({ messages }) => messages.length > 0);
  for (const late of saying.filter(isLate)) await insertLate(tx, desk, late);
  const drafts = saying
    .filter((reply) => !isLate(reply))
    .map((reply) => draftOf(reply, { batchId: null, leaseToken: newUuid() }));
  if (drafts.length === 0) return [];
  const { errands, withHeld } = await insertFresh(tx, desk, drafts);
  for (const draft of withHeld) errands.push(await insertWithRiders(tx, desk, draft));
  return errands;
}

/** A reply with its frozen body. */
type Draft = { reply: PlannedReply; key: string; json: string; batchId: string | null; leaseToken: string };

function draftOf(reply: PlannedReply, of: Pick<Draft, 'batchId' | 'leaseToken'>): Draft {
  const { replyToken, messages } = reply;
  return { reply, key: `reply:${reply.eventKey}`, json: JSON.stringify({ replyToken, messages }), ...of };
}

type Inserted = { key: string; id: number; retryKey: string };

/** What was not planned before is written at once, apart from the replies to people for whom something is held. */
async function insertFresh(
  tx: Tx,
  desk: ReplyDesk,
  drafts: readonly Draft[],
): Promise<{ errands: Errand[]; withHeld: Draft[] }> {
  const rows = await sql<Inserted | { key: string; id: null }>`
    with fresh as (
      insert into outbox_keys (dedupe_key) select unnest((select ${drafts.map(({ key }) => key).sort()}::text[]))
      on conflict do nothing returning dedupe_key
    ), inserted as (
      ${insertFrom(desk, drafts)}
      where (given.dedupe_key in (select dedupe_key from fresh)) is true and (
              select true from outbox_messages held
              where held.line_user_id = given.line_user_id and held.state = 'held' and held.batch_id is null
              limit 1) is null
      returning dedupe_key, id, retry_key
    )
    select dedupe_key as key, null as id, null as "retryKey" from fresh
    union all select dedupe_key, id, retry_key from inserted`.execute(tx);
  const byKey = new Map(rows.rows.map((row) => [row.key, row]));
  const errands: Errand[] = [];
  const withHeld: Draft[] = [];
  for (const draft of drafts) {
    const row = byKey.get(draft.key);
    if (!row) continue;
    if (row.id === null) withHeld.push(draft);
    else errands.push(toErrand(draft, row));
  }
  return { errands, withHeld };
}

async function insertWithRiders(tx: Tx, desk: ReplyDesk, { reply, leaseToken }: Draft): Promise<Errand> {
  const batchId = newUuid();
  const messages = await joinRiders(tx, desk, { ...reply, batchId });
  const isJoined = messages.length > reply.messages.length;
  const draft = draftOf({ ...reply, messages }, { batchId: isJoined ? batchId : null, leaseToken });
  const rows = await sql<Inserted>`
    ${insertFrom(desk, [draft])}
    returning dedupe_key as key, id, retry_key as "retryKey"`.execute(tx);
  return toErrand(draft, rows.rows[0] as Inserted);
}

/** Bodies travel as lines, for JSON has no line feed: as elements of an array each would be quoted and unquoted. */
function insertFrom(desk: ReplyDesk, drafts: readonly Draft[]): RawBuilder<unknown> {
  const replies = drafts.map(({ reply }) => reply);
  return sql`
    insert into outbox_messages (channel, method, kind, purpose, line_user_id, member_id, dedupe_key, data, state,
                                 priority, due_at, reply_token, reply_received_at, batch_id, body, body_sha256,
                                 lease_token, lease_until, first_try_at, attempts, doubt_count)
    select 'line_message', 'reply', 'reply', 'reply', given.line_user_id, given.member_id, dedupe_key,
           jsonb_build_object('late', given.late), 'sending', 0, ${desk.clock.now()}::timestamptz, given.reply_token,
           given.received_at, given.batch_id, convert_to(given.json, 'UTF8'), decode(given.hash, 'hex'),
           given.lease_token, now() + make_interval(secs => ${desk.leaseMs / 1000}), now(), 1, 1
    from unnest(
      (select ${drafts.map(({ key }) => key)}::text[]), (select ${replies.map(({ lineUserId }) => lineUserId)}::text[]),
      (select ${replies.map(({ memberId }) => memberId)}::bigint[]), (select ${replies.map(({ late }) => late)}::text[]),
      (select ${replies.map(({ replyToken }) => replyToken)}::text[]),
      (select ${replies.map(({ receivedAt }) => receivedAt.toISOString())}::timestamptz[]),
      (select ${drafts.map(({ batchId }) => batchId)}::uuid[]),
      (select string_to_array(${drafts.map(({ json }) => json).join('\n')}, chr(10))),
      (select ${drafts.map(({ json }) => sha256(json).toString('hex'))}::text[]),
      (select ${drafts.map(({ leaseToken }) => leaseToken)}::uuid[]))
    as given(dedupe_key, line_user_id, member_id, late, reply_token, received_at, batch_id, json, hash, lease_token)`;
}

function toErrand({ reply, json, batchId, leaseToken }: Draft, row: Inserted): Errand {
  return {
    ids: [row.id],
    leaseToken,
    channel: 'line_message',
    method: 'reply',
    purpose: 'reply',
    lineUserId: reply.lineUserId,
    stream: null,
    retryKey: row.retryKey,
    body: Buffer.from(json),
    secret: null,
    isProbe: false,
    hasRiders: batchId !== null,
    replyReceivedAt: reply.receivedAt,
    attempts: 1,
    doubts: 1,
  };
}

/** The token has run out before any attempt: dropped, or a push where the person must know what was done. */
async function insertLate(tx: Tx, desk: ReplyDesk, reply: PlannedReply): Promise<void> {
  const fresh = sql`
    insert into outbox_keys (dedupe_key) values (${`reply:${reply.eventKey}`}) on conflict do nothing
    returning dedupe_key`;
  const { lineUserId, memberId } = reply;
  if (reply.late === 'drop') {
    await sql`
      with fresh as (${fresh})
      insert into outbox_sent (id, channel, method, kind, purpose, line_user_id, member_id, dedupe_key, data, state,
                               reason, due_at, retry_key, attempts, doubt_count, created_at)
      select nextval(pg_get_serial_sequence('outbox_messages', 'id')), 'line_message', 'reply', 'reply', 'reply',
             ${lineUserId}, ${memberId}::bigint, dedupe_key, '{}', 'skipped', 'late', ${desk.clock.now()}::timestamptz,
             gen_random_uuid(), 0, 0, now()
      from fresh`.execute(tx);
    return;
  }
  const json = JSON.stringify({ to: lineUserId, messages: reply.messages });
  await sql`
    with fresh as (${fresh})
    insert into outbox_messages (channel, method, kind, purpose, line_user_id, member_id, dedupe_key, priority,
                                 due_at, body, body_sha256)
    select 'line_message', 'push', ${lateReplyKind}, 'service', ${lineUserId}, ${memberId}::bigint, dedupe_key, 1,
           ${desk.clock.now()}::timestamptz, convert_to(${json}::text, 'UTF8'), ${sha256(json)}::bytea
    from fresh`.execute(tx);
}
