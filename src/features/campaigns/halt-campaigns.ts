import './tables.ts';
import { type Actor, recordAudit } from '#foundation/audit.ts';
import { sql, type Tx } from '#foundation/db.ts';
import { controlCampaign } from './control-campaign.ts';

/**
 * For a database that came back from a dump: what ran when the dump was made may have been sent since, under keys
 * that this database does not know. What runs is paused, and what is due to start is a draft again; a person decides
 * on each.
 * @param input.now business time
 * @returns how many
 */
export async function haltCampaigns(tx: Tx, input: { now: Date; actor: Actor }): Promise<number> {
  const { now, actor } = input;
  const found = await sql<{ id: number; name: string; state: string }>`
    select id, name, state from campaigns
    where state in ('planning', 'running') or (state = 'scheduled' and scheduled_at <= ${now})
    order by id for update`.execute(tx);
  for (const { id, name, state } of found.rows) {
    if (state !== 'scheduled') {
      await controlCampaign(tx, { campaignId: id, control: 'pause', now, actor });
      continue;
    }
    await tx
      .updateTable('campaigns')
      .set({ state: 'draft', template_version_id: null })
      .where('id', '=', id)
      .execute();
    await recordAudit(tx, {
      at: now,
      actor,
      action: 'campaign.unscheduled',
      subjectKind: 'campaign',
      subjectId: String(id),
      before: { state: 'scheduled' },
      after: { name, state: 'draft' },
    });
  }
  return found.rows.length;
}
