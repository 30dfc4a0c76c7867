import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { selectDueTiers } from '#features/tiers/review/review-tiers-job.ts';
import { openTestDatabase } from '../support/database.ts';

const { db } = await openTestDatabase();

it('the tiers that are due are found by an index among all that there are', async () => {
  await sql`
    with made as (
      insert into members (member_no, joined_at, created_at)
      select to_char(n, 'FM0000000000'), now(), now() from generate_series(1, 20000) n returning id
    )
    insert into tier_memberships (member_id, tier_key, policy_version, reason, since, review_on)
    select id, 'silver', 1, 'risen', now(), date '2027-01-01' + (id % 360)::int from made`.execute(db);
  await sql`analyze members, tier_memberships`.execute(db);
  const plan = JSON.stringify(await selectDueTiers(db, '2027-01-02').explain('json'));
  expect(plan).toContain('tier_memberships_review');
  expect(plan).not.toContain('Seq Scan');
  expect((await selectDueTiers(db, '2027-01-02').execute()).length).toBeGreaterThan(50);
});
