import { addMonths } from '#foundation/clock.ts';
import { type Db, sql } from '#foundation/db.ts';
import { readPolicy } from '#foundation/policy.ts';
import { noteDueMenus } from '#friends/note-due-menu.ts';
import { type Tier, tiersPolicy } from './tier-rules.ts';

/**
 * Sets the tiers of all members who have none, in one statement, by the window's net spend: after an import or a
 * seed. Nobody is told. Where tiers go by rank or score the next ranking deals them out. @returns how many got a tier above the first
 */
export async function assignTiers(db: Db, input: { today: string; now: Date }): Promise<number> {
  const policy = await readPolicy(db, tiersPolicy, input.now);
  if (policy.mode !== 'threshold') return 0;
  const steps = policy.tiers.slice(1);
  const assigned = await sql`
    insert into tier_memberships (member_id, tier_key, policy_version, reason, since, review_on)
    select spent.member_id, step.tier_key, ${policy.version}, 'imported', ${input.now}, ${addMonths(input.today, 12)}::date
    from (select member_id, sum(net_twd) as net from purchases_published_purchases
          where member_id is not null and purchased_on > ${addMonths(input.today, -policy.windowMonths)}
            and purchased_on <= ${input.today}
          group by 1) spent
    cross join lateral (
      select tier_key from unnest(${steps.map((each) => each.key)}::text[], ${steps.map((each) => each.thresholdTwd)}::int[])
        as steps (tier_key, threshold)
      where spent.net >= threshold order by threshold desc limit 1) step
    on conflict (member_id) where until is null do nothing`.execute(db);
  await noteTierMenus(db, steps);
  return Number(assigned.numAffectedRows ?? 0);
}

/** Whoever is reached by LINE gets the menu of the tier; the nightly look links what is not linked yet. */
async function noteTierMenus(db: Db, tiers: readonly Tier[]): Promise<void> {
  for (const { key, menu } of tiers.filter((tier) => tier.menu !== 'member')) {
    const reached = await sql<{ lineUserId: string }>`
      select m.line_user_id as "lineUserId" from tier_memberships t
      join members_published_members m on m.id = t.member_id
      where t.tier_key = ${key} and t.until is null and m.joined_at is not null and m.line_user_id is not null`.execute(
      db,
    );
    await noteDueMenus(db, { lineUserIds: reached.rows.map((row) => row.lineUserId), menu });
  }
}
