import './tables.ts';
import { type Actor, recordAudit } from '#foundation/audit.ts';
import type { Tx } from '#foundation/db.ts';
import { type Refused, refuse } from '#foundation/outcome.ts';
import { controlStream } from '#outbox/control-stream.ts';
import { type Campaign, lockCampaign, readCampaign } from './campaign-reads.ts';
import { type CampaignState, type Control, hasPace, stateAfter } from './campaign-rules.ts';

export type ControlOutcome =
  | { ok: true; campaign: Campaign }
  | Refused<'unknown_campaign'>
  | Refused<'not_now', { state: CampaignState }>;

const actionOf = {
  pause: 'campaign.paused',
  resume: 'campaign.resumed',
  stop: 'campaign.stopped',
} as const satisfies Record<Control, string>;
const streamStateOf = { pause: 'paused', resume: 'running', stop: 'stopped' } as const;

/**
 * Pauses, resumes or stops a campaign; the couriers heed it within five seconds, and what is on the wire ends as it
 * ends. Stopped is for good: who has not been sent to is counted as skipped. What it is already stays so, unrecorded.
 * @param input.now business time
 */
export async function controlCampaign(
  tx: Tx,
  input: { campaignId: number; control: Control; now: Date; actor: Actor },
): Promise<ControlOutcome> {
  const { campaignId, control, now, actor } = input;
  const before = await lockCampaign(tx, campaignId);
  if (!before) return refuse('unknown_campaign');
  const state = stateAfter(before.state, control, before.plannedAt !== null);
  if (state === null) return refuse('not_now', { state: before.state });
  if (state === before.state) return { ok: true, campaign: before };
  if (before.streamId !== null)
    await controlStream(tx, { streamId: before.streamId, state: streamStateOf[control] });
  // Stopped before its start: nobody was written down, so nothing is open.
  const isOver = state === 'stopped' && before.streamId === null;
  await tx
    .updateTable('campaigns')
    .set({ state, ...(isOver && { closed_at: now }) })
    .where('id', '=', campaignId)
    .execute();
  await recordAudit(tx, {
    at: now,
    actor,
    action: actionOf[control],
    subjectKind: 'campaign',
    subjectId: String(campaignId),
    before: { state: before.state },
    after: { name: before.name, state },
  });
  return { ok: true, campaign: (await readCampaign(tx, campaignId)) as Campaign };
}

/** Changes how fast a campaign leaves, within five seconds. @param input.pacePerSecond null = as fast as all may */
export async function changePace(
  tx: Tx,
  input: { campaignId: number; pacePerSecond: number | null; now: Date; actor: Actor },
): Promise<ControlOutcome> {
  const { campaignId, pacePerSecond, now, actor } = input;
  const before = await lockCampaign(tx, campaignId);
  if (!before) return refuse('unknown_campaign');
  if (!hasPace(before.state)) return refuse('not_now', { state: before.state });
  if (before.pacePerSecond === pacePerSecond) return { ok: true, campaign: before };
  if (before.streamId !== null) await controlStream(tx, { streamId: before.streamId, pacePerSecond });
  await tx
    .updateTable('campaigns')
    .set({ pace_per_second: pacePerSecond })
    .where('id', '=', campaignId)
    .execute();
  await recordAudit(tx, {
    at: now,
    actor,
    action: 'campaign.pace_changed',
    subjectKind: 'campaign',
    subjectId: String(campaignId),
    before: { pacePerSecond: before.pacePerSecond },
    after: { name: before.name, pacePerSecond },
  });
  return { ok: true, campaign: (await readCampaign(tx, campaignId)) as Campaign };
}
