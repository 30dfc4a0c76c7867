import type { Generated } from 'kysely';

export type InboxEventState = 'waiting' | 'done' | 'ignored' | 'parked';

export interface InboxSeenTable {
  event_key: string;
  received_at: Generated<Date>;
}

export interface InboxEventsTable {
  id: Generated<number>;
  event_key: string;
  queue_key: string;
  destination: string;
  event_type: string;
  message_id: string | null;
  line_user_id: string | null;
  event_at: Date;
  received_at: Date;
  body: Buffer | null;
  state: InboxEventState;
  ignored_reason: string | null;
  attempts: Generated<number>;
  /** After a failed try: not before. Wire clock. */
  retry_at: Generated<Date | null>;
  error: string | null;
  finished_at: Date | null;
  blanked_at: Date | null;
}

export interface InboxQueuesTable {
  queue_key: string;
  due_at: Date | null;
  arrivals: Generated<number>;
  lease_token: string | null;
  lease_until: Date | null;
}

export interface InboxDialogsTable {
  line_user_id: string;
  dialog: string;
  step: string;
  data_encrypted: Buffer;
  asked_at: Date;
  expires_at: Date;
}

export interface InboxGroupNoticesTable {
  chat_id: string;
  noticed_on: string;
}

export interface InboxCountsTable {
  name: string;
  count: Generated<number>;
}

declare module '#foundation/db.ts' {
  interface Database {
    inbox_seen: InboxSeenTable;
    inbox_events: InboxEventsTable;
    inbox_queues: InboxQueuesTable;
    inbox_dialogs: InboxDialogsTable;
    inbox_group_notices: InboxGroupNoticesTable;
    inbox_counts: InboxCountsTable;
  }
}
