import type pg from 'pg';

/** Quiet hours that never hold, so that what a process of today's clock sends does not depend on when it is run. */
export const atAnyHour = { quietHours: { from: '00:00', until: '00:00' } };

/** Publishes a version of the reach policy in which these members differ. */
export async function changeReach(pool: pg.Pool, changes: object): Promise<void> {
  await pool.query(
    `insert into brand_policies (section, version, effective_from, actor_kind, actor_id, data)
     select section, version + 1, now() - interval '1 day', 'system', 'test', data || $1::jsonb
     from brand_policies where section = 'reach' order by version desc limit 1`,
    [JSON.stringify(changes)],
  );
}
