import { brandPolicy } from '#foundation/brand.ts';
import { dateInZone } from '#foundation/clock.ts';
import { type Db, inOneGo, sql, type Tx } from '#foundation/db.ts';
import { Fault } from '#foundation/errors.ts';
import { gatherReads } from '#foundation/gather-reads.ts';
import { anyId } from '#foundation/lists.ts';
import { readPolicy } from '#foundation/policy.ts';
import type { TierReason } from './tables.ts';
import { type TiersPolicy, tiersPolicy } from './tier-rules.ts';

/** A living membership; `reviewOn` and `belowSince` are business days. */
export type HeldTier = {
  id: number;
  tierKey: string;
  reason: TierReason;
  policyVersion: number;
  reviewOn: string | null;
  belowSince: string | null;
};

export type TierState = {
  policy: TiersPolicy;
  /** The rules under which the tier was reached or last kept: they hold for the member until the review. */
  heldPolicy: TiersPolicy | null;
  zone: string;
  today: string;
  held: HeldTier | undefined;
};

/** The member's tier, locked: whoever changes it waits here. */
export async function lockTier(tx: Tx, input: { memberId: number; now: Date }): Promise<TierState> {
  const [, [held]] = await inOneGo<[unknown, HeldTier]>(
    tx,
    sql`select pg_advisory_xact_lock(hashtextextended('tier', ${input.memberId}))`,
    selectHeld(input.memberId),
  );
  return toState(tx, input.now, held);
}

export async function readTierState(db: Db, input: { memberId: number; now: Date }): Promise<TierState> {
  return toState(db, input.now, await readHeld(db, input.memberId));
}

const readHeld = gatherReads(async (db, memberIds: readonly number[]) => {
  const found = await sql<HeldTier & { memberId: number }>`
    select member_id as "memberId", ${heldColumns} from tier_memberships
    where member_id = ${anyId(memberIds)} and until is null`.execute(db);
  const held = new Map(found.rows.map(({ memberId, ...tier }) => [memberId, tier]));
  return memberIds.map((memberId) => held.get(memberId));
});

const heldColumns = sql`
  id, tier_key as "tierKey", reason, policy_version as "policyVersion", review_on as "reviewOn",
  below_since as "belowSince"`;

const selectHeld = (memberId: number) => sql<HeldTier>`
  select ${heldColumns} from tier_memberships where member_id = ${memberId} and until is null`;

async function toState(db: Db, now: Date, held: HeldTier | undefined): Promise<TierState> {
  const policy = await readPolicy(db, tiersPolicy, now);
  const brand = await readPolicy(db, brandPolicy, now);
  return {
    policy,
    heldPolicy:
      held && held.policyVersion !== policy.version ? await readTiersVersion(db, held.policyVersion) : null,
    zone: brand.zone,
    today: dateInZone(now, brand.zone),
    held,
  };
}

/** One version of the rules, as it was published. @throws Fault 'no_policy' */
export async function readTiersVersion(db: Db, version: number): Promise<TiersPolicy> {
  const found = await sql<{ data: unknown }>`
    select data from brand_policies where section = ${tiersPolicy.section} and version = ${version}`.execute(
    db,
  );
  const row = found.rows[0];
  if (!row) throw new Fault('no_policy', `There is no version ${version} of the tiers`);
  return { ...tiersPolicy.schema.parse(row.data), version };
}
