import { sql } from 'kysely';
import type { Db, Tx } from '#foundation/db.ts';
import type { Logger } from '#foundation/log.ts';
import type { Secrets } from '#foundation/secrets.ts';
import { enqueueWebhook } from './enqueue.ts';

export type AlarmDesk = {
  log: Logger;
  secrets: Secrets;
  /** ALERT_WEBHOOK_URL; null = alarms show in the log and in /health/ready only. */
  alertWebhookUrl: string | null;
};

/** An alarm that still stands. */
export type Alarm = { cause: string; message: string; raisedAt: Date };

/**
 * Tells people about a cause, once until it is cleared: error log, /health/ready, webhook.
 * @param input.message for people; no personal data. @param input.now business time
 * @returns whether it was raised now
 */
export async function raiseAlarm(
  tx: Tx,
  desk: AlarmDesk,
  input: { cause: string; message: string; now: Date },
): Promise<boolean> {
  const raised = await sql<{ raisedAt: Date }>`
    insert into outbox_alarms (cause, message) values (${input.cause}, ${input.message})
    on conflict (cause) do nothing returning raised_at as "raisedAt"`.execute(tx);
  const raisedAt = raised.rows[0]?.raisedAt;
  if (!raisedAt) return false;
  desk.log.error({ cause: input.cause }, `alarm: ${input.message}`);
  if (desk.alertWebhookUrl) {
    await enqueueWebhook(tx, desk.secrets, {
      kind: 'alarm',
      url: desk.alertWebhookUrl,
      payload: { text: `Shuke: ${input.message}`, cause: input.cause, raisedAt: raisedAt.toISOString() },
      dedupeKey: `alarm:${input.cause}:${raisedAt.toISOString()}`,
      dueAt: input.now,
    });
  }
  return true;
}

/** The cause has gone: the next time it is an alarm again. */
export async function clearAlarm(db: Db, cause: string): Promise<void> {
  await sql`delete from outbox_alarms where cause = ${cause}`.execute(db);
}
