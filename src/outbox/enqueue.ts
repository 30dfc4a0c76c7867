import { sql } from 'kysely';
import { addMs } from '#foundation/clock.ts';
import type { Tx } from '#foundation/db.ts';
import type { Secrets } from '#foundation/secrets.ts';
import type { Message } from '#line/turn.ts';
import { endRows, endsWithout } from './end-rows.ts';
import type { MessageKind } from './kinds.ts';
import type { NoticeRoute } from './reach-rules.ts';

/** What every row needs: its once-for-ever key, and from when on (business time) it may leave. */
type Planned = { dedupeKey: string; dueAt: Date };

/** News that found no reply to ride on for so long is no news any more. */
const noticeLifeMs = 14 * 86_400_000;

/** One push to one person. `expiresAt` is business time, after which it is skipped, reason 'expired'. */
type Push<Data> = Planned & {
  lineUserId: string;
  memberId: number | null;
  data: Data;
  sourceRef?: string;
  priority?: number;
  expiresAt?: Date;
  /** The name under which LINE counts it, from `reserveUnits`. */
  unit?: string | null;
};

/**
 * Plans one push. The body is rendered when the row is leased.
 * @returns the row's id, or null when this key was planned before
 */
export async function enqueuePush<Data>(
  tx: Tx,
  kind: MessageKind<Data>,
  input: Push<Data>,
): Promise<number | null> {
  return insertRow(tx, toRow(kind, input, 'planned'));
}

/**
 * Tells a person something that is not worth a push by itself, along the route that policy gives to the kind:
 * with the next reply, by push, or never.
 */
export async function enqueueNotice<Data>(
  tx: Tx,
  kind: MessageKind<Data>,
  route: NoticeRoute,
  input: Push<Data>,
): Promise<number | null> {
  if (route === 'never') return null;
  if (route === 'push') return enqueuePush(tx, kind, input);
  const expiresAt = input.expiresAt ?? addMs(input.dueAt, noticeLifeMs);
  return insertRow(tx, toRow(kind, { ...input, expiresAt }, 'held'));
}

function toRow<Data>(kind: MessageKind<Data>, input: Push<Data>, state: 'planned' | 'held'): Row {
  return {
    channel: 'line_message',
    method: 'push',
    state,
    kind: kind.key,
    purpose: kind.purpose,
    lineUserId: input.lineUserId,
    memberId: input.memberId,
    dedupeKey: input.dedupeKey,
    sourceRef: input.sourceRef ?? null,
    data: kind.schema.parse(input.data),
    priority: input.priority ?? (kind.purpose === 'service' ? 3 : 5),
    dueAt: input.dueAt,
    expiresAt: input.expiresAt ?? null,
    unit: input.unit ?? null,
  };
}

/** Plans an SMS; number and text are sealed in the row. */
export async function enqueueSms(
  tx: Tx,
  secrets: Secrets,
  input: Planned & { to: string; text: string; expiresAt?: Date },
): Promise<number | null> {
  return insertRow(tx, {
    channel: 'sms',
    method: 'post',
    kind: 'sms',
    purpose: 'service',
    lineUserId: null,
    memberId: null,
    dedupeKey: input.dedupeKey,
    sourceRef: null,
    data: {},
    secret: secrets.encrypt(JSON.stringify({ to: input.to, text: input.text })),
    priority: 1,
    dueAt: input.dueAt,
    expiresAt: input.expiresAt ?? null,
  });
}

/** Plans a POST of JSON to an address of the house's own choosing; the address is sealed in the row. */
export async function enqueueWebhook(
  tx: Tx,
  secrets: Secrets,
  input: Planned & { kind: string; url: string; payload: Record<string, unknown> },
): Promise<number | null> {
  return insertRow(tx, {
    channel: 'webhook',
    method: 'post',
    kind: input.kind,
    purpose: 'service',
    lineUserId: null,
    memberId: null,
    dedupeKey: input.dedupeKey,
    sourceRef: null,
    data: {},
    secret: secrets.encrypt(JSON.stringify({ url: input.url, payload: input.payload })),
    priority: 2,
    dueAt: input.dueAt,
    expiresAt: null,
  });
}

/** The menus a person can have; 'guest' is the default menu, so it is an unlink. */
export type Menu = 'guest' | 'member' | 'vip';

/** Plans the linking of a rich menu; the row that leaves links what is due then, not what was due when planned. */
export async function enqueueRichMenuLink(
  tx: Tx,
  input: Planned & { lineUserId: string; menu: Menu },
): Promise<number | null> {
  return insertRow(tx, {
    channel: 'rich_menu_link',
    method: input.menu === 'guest' ? 'unlink' : 'link',
    kind: 'rich_menu_link',
    purpose: 'service',
    lineUserId: input.lineUserId,
    memberId: null,
    dedupeKey: input.dedupeKey,
    sourceRef: null,
    data: { menu: input.menu },
    priority: 2,
    dueAt: input.dueAt,
    expiresAt: null,
  });
}

/** Plans the answer to a turn. The body is final: the messages as they stand. */
export type PlannedReply = {
  eventKey: string;
  lineUserId: string;
  memberId: number | null;
  replyToken: string;
  receivedAt: Date;
  messages: Message[];
  late: 'push' | 'drop';
};

/**
 * Marketing rows of a person that have not left are skipped, at once; rows on the wire finish. The person's row is
 * locked first, as by those who lease: once this has committed, no further row of theirs is leased. Rows of streams
 * and of multicasts are not looked for: they are skipped when they come due.
 * @returns how many
 */
export async function cancelMarketing(tx: Tx, lineUserId: string, reason: string): Promise<number> {
  await sql`select 1 from line_friends where line_user_id = ${lineUserId} for update`.execute(tx);
  const isOpen = sql`m.state = 'planned' or (m.state = 'held' and m.batch_id is null)`;
  const cancelled = await endRows(
    tx,
    endsWithout(sql`
      select id, case when doubt_count > 0 then 'unknown' else 'skipped' end as state, ${reason} as reason
      from outbox_messages m
      where line_user_id = ${lineUserId} and purpose = 'marketing' and stream_id is null and method <> 'multicast'
        and (${isOpen}) for update`),
    isOpen,
  );
  return cancelled.length;
}

type Row = {
  channel: 'line_message' | 'rich_menu_link' | 'sms' | 'webhook';
  method: 'push' | 'link' | 'unlink' | 'post';
  state?: 'planned' | 'held';
  kind: string;
  purpose: 'service' | 'marketing';
  lineUserId: string | null;
  memberId: number | null;
  dedupeKey: string;
  sourceRef: string | null;
  data: unknown;
  secret?: Buffer;
  priority: number;
  dueAt: Date;
  expiresAt: Date | null;
  unit?: string | null;
};

async function insertRow(tx: Tx, row: Row): Promise<number | null> {
  const inserted = await sql<{ id: number }>`
    with fresh as (
      insert into outbox_keys (dedupe_key) values (${row.dedupeKey}) on conflict do nothing returning dedupe_key
    )
    insert into outbox_messages (channel, method, state, kind, purpose, line_user_id, member_id, dedupe_key,
                                 source_ref, data, secret_encrypted, priority, due_at, expires_at, unit)
    select ${row.channel}, ${row.method}, ${row.state ?? 'planned'}, ${row.kind}, ${row.purpose}, ${row.lineUserId},
           ${row.memberId}, dedupe_key, ${row.sourceRef}, ${JSON.stringify(row.data)}::jsonb, ${row.secret ?? null},
           ${row.priority}, ${row.dueAt}, ${row.expiresAt}, ${row.unit ?? null}
    from fresh
    returning id`.execute(tx);
  return inserted.rows[0]?.id ?? null;
}
