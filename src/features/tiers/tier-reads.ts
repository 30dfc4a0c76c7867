import { brandPolicy } from '#foundation/brand.ts';
import { addDays, addMonths, dateInZone } from '#foundation/clock.ts';
import { type Db, sql } from '#foundation/db.ts';
import { gatherReads } from '#foundation/gather-reads.ts';
import { readPolicy } from '#foundation/policy.ts';
import { bestDistance, type Measured, rulesOfSpend } from './promised-rules.ts';
import { type MemberPlace, readPlace } from './ranking/place-reads.ts';
import { type NextTier, rankOf, type Tier, type TiersPolicy, tierByKey, tiersPolicy } from './tier-rules.ts';
import { readTierState, type TierState } from './tier-state-reads.ts';

export type TierStanding = {
  tier: Tier;
  /** Net spend within the window, NT$. */
  netTwd: number;
  next: NextTier | null;
  /** The business day on which the tier is looked at again, or may first be lost; null in the first tier. */
  reviewOn: string | null;
  policy: TiersPolicy;
  /** By rank or score: where the member stood in the last ranking; null before the first. */
  place: MemberPlace | null;
};

/** Where a member stands: the tier held, and how far the next one is. */
export async function readTierStanding(db: Db, memberId: number, now: Date): Promise<TierStanding> {
  return toStanding(db, memberId, await readTierState(db, { memberId, now }));
}

async function toStanding(db: Db, memberId: number, state: TierState): Promise<TierStanding> {
  const { policy, held, today } = state;
  const measured = await measureSpend(db, memberId, state);
  const tier = tierByKey<Tier>(policy, held?.tierKey ?? null);
  const above: Tier | undefined = policy.tiers[rankOf(policy, tier.key) + 1];
  return {
    tier,
    netTwd: await readWindowSpend(db, { memberId, policy, today, measured }),
    next: above ? { tier: above, ...bestDistance(above.key, measured) } : null,
    reviewOn: held?.reviewOn ?? null,
    policy,
    place: policy.mode === 'threshold' ? null : await readPlace(db, memberId, above?.key ?? null),
  };
}

/**
 * What counts today under each of the rules that the member's spending is measured by.
 * @param inForce what counts by those in force, where it was read already
 */
export async function measureSpend(
  db: Db,
  memberId: number,
  state: TierState,
  inForce?: Measured | null,
): Promise<Measured[]> {
  const measured: Measured[] = [];
  for (const rules of rulesOfSpend({ ...state, reviewOn: state.held?.reviewOn ?? null })) {
    if (rules.version === inForce?.rules.version) measured.push(inForce);
    else measured.push({ rules, netTwd: await readNetSpend(db, memberId, state.today, rules.windowMonths) });
  }
  return measured;
}

/** What counts by the rules in force; null where they do not go by spending. */
export async function measureInForce(db: Db, of: { memberId: number; now: Date }): Promise<Measured | null> {
  const rules = await readPolicy(db, tiersPolicy, of.now);
  if (rules.mode !== 'threshold') return null;
  const { zone } = await readPolicy(db, brandPolicy, of.now);
  const today = dateInZone(of.now, zone);
  return { rules, netTwd: await readNetSpend(db, of.memberId, today, rules.windowMonths) };
}

/** Net spend of the window of the rules in force. */
export async function readWindowSpend(
  db: Db,
  of: { memberId: number; policy: TiersPolicy; today: string; measured: readonly Measured[] },
): Promise<number> {
  const { memberId, policy, today } = of;
  const known = of.measured.find(({ rules }) => rules.version === policy.version);
  if (known) return known.netTwd;
  if (policy.mode === 'threshold') return readNetSpend(db, memberId, today, policy.windowMonths);
  return readSpendBetween(db, memberId, { after: addDays(today, -policy.windowDays), until: today });
}

/** Net spend of the last `months` up to and including `today`, NT$. */
export function readNetSpend(db: Db, memberId: number, today: string, months: number): Promise<number> {
  return readSpendBetween(db, memberId, { after: addMonths(today, -months), until: today });
}

/** Net spend of the days after `after`, up to and including `until`, NT$. */
export function readSpendBetween(
  db: Db,
  memberId: number,
  days: { after: string; until: string },
): Promise<number> {
  return readSpend(db, { memberId, ...days });
}

const readSpend = gatherReads(
  async (db, asked: readonly { memberId: number; after: string; until: string }[]) => {
    const found = await sql<{ nth: number; net: number }>`
      select asked.nth, spent.net
      from unnest((select ${asked.map(({ memberId }) => memberId)}::bigint[]),
                  (select ${asked.map(({ after }) => after)}::date[]),
                  (select ${asked.map(({ until }) => until)}::date[])) with ordinality
        as asked(member_id, after_on, until_on, nth)
      cross join lateral (
        select coalesce(sum(net_twd), 0)::bigint as net from purchases_published_purchases p
        where p.member_id = asked.member_id and p.purchased_on > asked.after_on
          and p.purchased_on <= asked.until_on) spent`.execute(db);
    const spent = new Map(found.rows.map(({ nth, net }) => [nth, net]));
    return asked.map((_, at) => spent.get(at + 1) ?? 0);
  },
);

/** All tiers from the lowest up, with what is left to spend to each: 0 when it is reached, null where none leads there. */
export async function readTierLadder(
  db: Db,
  memberId: number,
  now: Date,
): Promise<{ key: string; tiers: { key: string; name: Tier['name']; distanceTwd: number | null }[] }> {
  const state = await readTierState(db, { memberId, now });
  const { policy } = state;
  const measured = await measureSpend(db, memberId, state);
  const held = tierByKey<Tier>(policy, state.held?.tierKey ?? null);
  return {
    key: held.key,
    tiers: policy.tiers.map(({ key, name }) => ({
      key,
      name,
      distanceTwd:
        bestDistance(key, measured).missingTwd ??
        (rankOf(policy, key) <= rankOf(policy, held.key) ? 0 : null),
    })),
  };
}
