import type { ColumnType, Generated } from 'kysely';
import type { LineEndpoint } from '#line/limit-rules.ts';

type Json = ColumnType<unknown, string, string>;

/** What is common to rows that are still to leave and rows that have ended. */
type MessageColumns = {
  channel: 'line_message' | 'rich_menu_link' | 'sms' | 'webhook';
  method: 'reply' | 'push' | 'multicast' | 'link' | 'unlink' | 'post';
  kind: string;
  purpose: 'reply' | 'service' | 'marketing';
  line_user_id: string | null;
  member_id: number | null;
  dedupe_key: string;
  source_ref: string | null;
  stream_id: number | null;
  arm: string | null;
  unit: string | null;
  data: Json;
  secret_encrypted: Buffer | null;
  due_at: Date;
  expires_at: Date | null;
  reply_token: string | null;
  retry_key: Generated<string>;
  batch_id: string | null;
  body: Buffer | null;
  body_sha256: Buffer | null;
  first_try_at: Date | null;
  attempts: Generated<number>;
  doubt_count: Generated<number>;
  answer_status: number | null;
  reason: string | null;
  created_at: Generated<Date>;
};

export type OpenState = 'planned' | 'held' | 'sending';
export type FinalState = 'sent' | 'skipped' | 'failed' | 'unknown';

export type OutboxMessagesTable = MessageColumns & {
  id: Generated<number>;
  state: OpenState;
  priority: number;
  retry_at: Generated<Date>;
  reply_received_at: Date | null;
  lease_token: string | null;
  lease_until: Date | null;
};

type OutboxSentTable = MessageColumns & {
  id: number;
  state: FinalState;
  blanked_at: Date | null;
  line_request_id: string | null;
  finished_at: Generated<Date>;
};

export type StreamState = 'running' | 'paused' | 'stopped';

type OutboxStreamsTable = {
  id: Generated<number>;
  source_ref: string;
  state: StreamState;
  pace_per_second: number | null;
  quiet: 'hold' | 'skip';
  free_at: Generated<Date>;
  created_at: Date;
  started_at: Generated<Date>;
};

declare module '#foundation/db.ts' {
  interface Database {
    outbox_keys: { dedupe_key: string; created_at: Generated<Date> };
    outbox_streams: OutboxStreamsTable;
    outbox_messages: OutboxMessagesTable;
    outbox_sent: OutboxSentTable;
    outbox_caps: { line_user_id: string; sent_on: string; kind: string; outbox_id: number };
    outbox_quota: {
      month: string;
      message_limit: number | null;
      used_count: number;
      read_at: Date;
      taken_at: Date | null;
    };
    outbox_offered: { line_user_id: string };
    outbox_pace: { endpoint: LineEndpoint; free_at: Date; slow_until: Date };
    outbox_holds: { cause: 'line_token' | 'quota_used_up'; since: Generated<Date>; probe_at: Date };
    outbox_daily_counts: {
      on_day: string;
      purpose: 'service' | 'marketing';
      kind: string;
      in_stream: boolean;
      left_count: number;
      beyond_cap_count: number;
      in_quiet_count: number;
    };
    outbox_alarms: { cause: string; message: string; raised_at: Generated<Date> };
  }
}
