import './tables.ts';
import { type Actor, recordAudit } from '#foundation/audit.ts';
import { sql, type Tx } from '#foundation/db.ts';
import { type Refused, refuse } from '#foundation/outcome.ts';
import { readAudience } from './audience-reads.ts';

/**
 * Puts people into an audience and takes others out; who is in (or out) already stays so.
 * @returns how many came in and went out
 */
export async function changeAudienceMembers(
  tx: Tx,
  input: {
    key: string;
    add: readonly number[];
    remove: readonly number[];
    now: Date;
    actor: Actor;
  },
): Promise<{ ok: true; added: number; removed: number; memberCount: number } | Refused<'unknown_audience'>> {
  const { key, add, remove, now, actor } = input;
  const audience = await readAudience(tx, key);
  if (!audience) return refuse('unknown_audience');
  const { audienceId } = audience;
  const gone = await sql<{ id: number }>`
    delete from audience_members where audience_id = ${audienceId} and member_id = any(${remove}::bigint[])
    returning member_id as id`.execute(tx);
  const come = await sql<{ id: number }>`
    insert into audience_members (audience_id, member_id, added_at)
    select ${audienceId}, m, ${now} from unnest(${add}::bigint[]) m order by m
    on conflict do nothing returning member_id as id`.execute(tx);
  const [added, removed] = [come.rows.length, gone.rows.length];
  if (added + removed > 0) {
    await recordAudit(tx, {
      at: now,
      actor,
      action: 'audience.members_changed',
      subjectKind: 'audience',
      subjectId: String(audienceId),
      after: { key, added, removed },
    });
  }
  const memberCount = (await readAudience(tx, key))?.memberCount ?? 0;
  return { ok: true, added, removed, memberCount };
}
