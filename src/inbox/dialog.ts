import { sql } from 'kysely';
import { addMs } from '../foundation/clock.ts';
import type { Db, Tx } from '../foundation/db.ts';
import type { Secrets } from '../foundation/secrets.ts';
import type { Ask, Asked } from '../line/turn.ts';

const dialogLifeMs = 30 * 60_000;

/** A row of inbox_dialogs. */
export type SealedDialog = { dialog: string; step: string; sealed: Buffer; expiresAt: Date };

/** The question that stands open, or the one that ran out less than a day ago (so that the answer can say so). */
export function openAsked(secrets: Secrets, sealed: SealedDialog | null, eventAt: Date): Asked | null {
  if (!sealed || addMs(sealed.expiresAt, 24 * 3_600_000) < eventAt) return null;
  return {
    dialog: sealed.dialog,
    step: sealed.step,
    data: JSON.parse(secrets.decrypt(sealed.sealed)),
    isExpired: sealed.expiresAt < eventAt,
  };
}

/** Leaves a question open for 30 minutes, or closes what is open. Answers so far are sealed: they hold a phone. */
export async function writeAsked(
  tx: Tx,
  secrets: Secrets,
  lineUserId: string,
  ask: Ask,
  eventAt: Date,
): Promise<void> {
  if (ask === null) {
    await sql`delete from inbox_dialogs where line_user_id = ${lineUserId}`.execute(tx);
    return;
  }
  const sealed = secrets.encrypt(JSON.stringify(ask.data));
  const expiresAt = addMs(eventAt, dialogLifeMs);
  await sql`
    insert into inbox_dialogs (line_user_id, dialog, step, data_encrypted, asked_at, expires_at)
    values (${lineUserId}, ${ask.dialog}, ${ask.step}, ${sealed}, ${eventAt}, ${expiresAt})
    on conflict (line_user_id) do update
      set dialog = excluded.dialog, step = excluded.step, data_encrypted = excluded.data_encrypted,
          asked_at = excluded.asked_at, expires_at = excluded.expires_at`.execute(tx);
}

/** Questions that ran out days ago are deleted, with what was answered to them. */
export async function forgetOldDialogs(db: Db): Promise<void> {
  await sql`delete from inbox_dialogs where expires_at < now() - interval '2 days'`.execute(db);
}
