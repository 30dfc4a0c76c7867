import { createCoupon } from '../../features/coupons/create-coupon.ts';
import { issueCoupon } from '../../features/coupons/issue-coupon.ts';
import { flowKeys } from '../../features/flows/flow-rules.ts';
import { switchFlow } from '../../features/flows/switch-flow.ts';
import { importMembers } from '../../features/members/import-members.ts';
import { setDueMenu } from '../../features/members/set-due-menu.ts';
import { openBalances } from '../../features/points/open-balances.ts';
import { importPurchases, type PastPurchase } from '../../features/purchases/import-purchases.ts';
import { referralsPolicy } from '../../features/referrals/referral-rules.ts';
import { saveStore } from '../../features/stores/save-store.ts';
import { assignTiers } from '../../features/tiers/assign-tiers.ts';
import { brandPolicy } from '../../foundation/brand.ts';
import { addDays, addMs, dateInZone, instantInZone, timeInZone } from '../../foundation/clock.ts';
import { type Db, sql, type Tx } from '../../foundation/db.ts';
import { createTransact } from '../../foundation/facts.ts';
import { toLocale } from '../../foundation/i18n.ts';
import { publishPolicy, readPolicy } from '../../foundation/policy.ts';
import type { Secrets } from '../../foundation/secrets.ts';
import { markFriendState } from '../../friends/mark-friend-state.ts';
import { pastOfRole, roles, type SeededShopper } from './demo-roles.ts';
import { publishDemoRules } from './demo-rules.ts';
import { demoBrandName, demoCoupons, demoStores } from './demo-shop.ts';
import { makeHistory, type PastShopper } from './make-history.ts';

export type SeedOutcome =
  | { ok: true; members: number; purchases: number; followers: string[] }
  | { ok: false; reason: 'has_members' };

const actor = { kind: 'system', id: 'seed' } as const;
const source = 'demo';
const dayMs = 86_400_000;
const endingCoupon = { key: 'welcome', validDays: 60 } as const;

/**
 * Fills an empty database with the demo brand, in one transaction: stores, coupons, 500 people with 18 months of
 * purchases and returns, points, tiers, flows on. A database that has members is left as it is. The import counts
 * as yesterday's, so that the next morning's flows reach who is due then.
 * @param input.shoppers the cast; three of them are members from the start (demo-roles.ts)
 * @param input.now business time; everything is dated relative to it
 * @returns `followers`: those of the cast who follow the account already
 */
export async function seedDemoBrand(
  db: Db,
  input: { secrets: Secrets; now: Date; shoppers?: readonly SeededShopper[]; people?: number; seed?: number },
): Promise<SeedOutcome> {
  const { secrets, shoppers = [], people = 500, seed = 20_260_301 } = input;
  const before = addMs(input.now, -dayMs);
  const outcome = await createTransact(
    db,
    [],
  )(async (tx): Promise<SeedOutcome> => {
    await sql`select pg_advisory_xact_lock(hashtextextended('seed', 0))`.execute(tx);
    const known = await sql`select 1 from members limit 1`.execute(tx);
    if (known.rows.length > 0) return { ok: false, reason: 'has_members' };

    const brand = await readPolicy(tx, brandPolicy, input.now);
    const { zone } = brand;
    const firstMorning = nextMorning(input.now, zone);
    const { version: _, ...policy } = brand;
    const named = { ...policy, name: demoBrandName };
    await publishPolicy(tx, brandPolicy, { data: named, effectiveFrom: before, now: before, actor });
    // A newcomer who plays wants to invite somebody at once.
    const referrals = await readPolicy(tx, referralsPolicy, input.now);
    const open = { ...referrals, minKeptPurchases: 0 };
    await publishPolicy(tx, referralsPolicy, { data: open, effectiveFrom: before, now: before, actor });
    await publishDemoRules(tx, { firstMorning, effectiveFrom: before, now: before, actor });
    const stores = new Map<string, number>();
    for (const store of demoStores) {
      const saved = await saveStore(tx, { ...store, now: before, actor });
      stores.set(store.code, saved.store.storeId);
    }
    const later = instantInZone(addDays(firstMorning, 3), '10:00', zone).toISOString();
    for (const definition of demoCoupons({ later })) {
      await createCoupon(tx, { definition, now: before, today: dateInZone(before, zone), actor });
    }
    for (const key of flowKeys) await switchFlow(tx, { key, on: true, now: before, actor });

    const played = roles.flatMap(({ place, role }) => {
      const shopper = shoppers[place];
      return shopper
        ? [{ role, shopper, past: pastOfRole(role, shopper.displayName, firstMorning, zone) }]
        : [];
    });
    const history = makeHistory({ people, firstMorning, zone, seed });
    const till = pastOfRole('till', history[0]?.name ?? '', firstMorning, zone);
    const pasts = [...played.map((each) => each.past), till, ...history];
    for (const { shopper } of played) await follow(tx, shopper, before);
    const ids = await importMembers(
      tx,
      secrets,
      pasts.map((past, at) => toMember(past, played[at]?.shopper ?? null, before)),
      { now: before, actor, source },
    );

    const receipts = pasts.flatMap((past, at) => toPurchases(past, ids[at] ?? 0, stores, before));
    const purchases = await importPurchases(tx, receipts, { now: before, actor, source });
    const balances = pasts.map((past, at) => ({ memberId: ids[at] ?? 0, points: pointsOf(past) }));
    await openBalances(tx, balances, { now: before, actor });
    await assignTiers(tx, { today: dateInZone(before, zone), now: before });

    for (const [at, { role, shopper }] of played.entries()) {
      const memberId = ids[at] ?? 0;
      await setDueMenu(tx, {
        lineUserId: shopper.userId,
        menu: 'member',
        cause: `seed:${memberId}`,
        now: input.now,
      });
      if (role === 'birthday')
        await thankForOnline(tx, { memberId, now: before, today: dateInZone(before, zone) });
      const ends = role === 'ending_coupon' ? [7, 5] : [40];
      for (const inDays of ends) {
        await giveEnding(tx, {
          memberId,
          endsOn: addDays(firstMorning, inDays),
          now: before,
          nth: ends.indexOf(inDays),
        });
      }
    }
    return {
      ok: true,
      members: ids.length,
      purchases,
      followers: played.map(({ shopper }) => shopper.userId),
    };
  });
  // The planner knows nothing of what was just loaded, and the first screens follow at once.
  if (outcome.ok) await sql`analyze`.execute(db);
  return outcome;
}

/** The day of the next morning plan (08:50). */
function nextMorning(now: Date, zone: string): string {
  const today = dateInZone(now, zone);
  return timeInZone(now, zone) < '08:50' ? today : addDays(today, 1);
}

async function follow(tx: Tx, shopper: SeededShopper, at: Date): Promise<void> {
  await markFriendState(tx, {
    lineUserId: shopper.userId,
    eventKey: `seed:${shopper.userId}`,
    eventAt: new Date(0),
    now: at,
    change: { to: 'following', isUnblocked: false },
    profile: { displayName: shopper.displayName, language: toLocale(shopper.language) },
  });
}

function toMember(past: PastShopper, shopper: SeededShopper | null, before: Date) {
  const since = past.purchases[0]?.at ?? before;
  return {
    phone: past.phone,
    name: past.name,
    language: shopper ? toLocale(shopper.language) : null,
    birthday: past.birthday,
    knownSince: since,
    bound: shopper ? { lineUserId: shopper.userId, at: since, acceptsMarketing: true } : null,
    memberNo: past.memberNo,
  };
}

function toPurchases(
  past: PastShopper,
  memberId: number,
  stores: ReadonlyMap<string, number>,
  before: Date,
): PastPurchase[] {
  return past.purchases.map((receipt) => {
    const lines = receipt.lines.map(({ product, category, quantity }, at) => ({
      lineNo: at + 1,
      sku: product.sku,
      name: product.name,
      category,
      quantity,
      unitPriceTwd: product.priceTwd,
      discountTwd: 0,
    }));
    const returnedAt = receipt.back ? addMs(receipt.at, receipt.back.afterDays * dayMs) : null;
    const first = lines[0];
    const one =
      first && lines.length > 1
        ? [{ lineNo: 1, quantity: first.quantity, amountTwd: first.quantity * first.unitPriceTwd }]
        : ('all' as const);
    return {
      storeId: stores.get(receipt.storeCode) ?? 0,
      receiptNo: receipt.receiptNo,
      purchasedAt: receipt.at,
      channel: receipt.channel,
      memberId,
      lines,
      totalTwd: receipt.totalTwd,
      back:
        receipt.back && returnedAt && returnedAt <= before
          ? {
              returnNo: `B${receipt.receiptNo}`,
              returnedAt,
              lines: receipt.back.what === 'all' ? 'all' : one,
            }
          : null,
    };
  });
}

/** A point per NT$100 of what was kept; some were spent since. */
function pointsOf(past: PastShopper): number {
  const kept = past.purchases.filter((receipt) => receipt.back === null);
  const earned = kept.reduce((sum, receipt) => sum + Math.floor(receipt.totalTwd / 100), 0);
  return earned % 3 === 0 ? Math.floor(earned / 2) : earned;
}

/** Who bought online is thanked with a coupon that brings them to a shop. */
async function thankForOnline(tx: Tx, of: { memberId: number; now: Date; today: string }): Promise<void> {
  const issueKey = `seed:${of.memberId}:thanks`;
  await issueCoupon(tx, { ...of, couponKey: 'online-thanks', issueKey, actor, source, isHistory: true });
}

/** A coupon that ends on a day to come: given so long ago that its days run out then. */
async function giveEnding(
  tx: Tx,
  of: { memberId: number; endsOn: string; now: Date; nth: number },
): Promise<void> {
  await issueCoupon(tx, {
    couponKey: of.nth === 0 ? endingCoupon.key : 'referral',
    memberId: of.memberId,
    issueKey: `seed:${of.memberId}:${of.nth}`,
    now: of.now,
    today: addDays(of.endsOn, -endingCoupon.validDays),
    actor,
    source,
    isHistory: true,
  });
}
