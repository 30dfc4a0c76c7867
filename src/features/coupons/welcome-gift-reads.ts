import { brandPolicy } from '#foundation/brand.ts';
import { addMs } from '#foundation/clock.ts';
import { type Db, sql } from '#foundation/db.ts';
import type { Locale } from '#foundation/i18n.ts';
import { readPolicy } from '#foundation/policy.ts';
import { readIdentityHashes } from '../members/identity-hash-reads.ts';
import { readCouponTitle } from './coupon-reads.ts';
import { fillText } from './coupon-rules.ts';

/** Longer than Taiwan's carriers let a number rest before someone else gets it. */
export const phoneRestMs = 365 * 86_400_000;

/** By what a person is remembered to have had the welcome gift; hashes only. */
export async function readWelcomeHolders(db: Db, memberId: number): Promise<string[]> {
  const identities = await readIdentityHashes(db, memberId);
  return [`member:${memberId}`, ...identities.map(({ kind, hash }) => `${kind}:${hash.toString('hex')}`)];
}

/** The gift that waits for this person until they bind, or null: the brand gives none, or they had it. */
export async function readWelcomeOffer(
  db: Db,
  input: { memberId: number; now: Date },
): Promise<{ title: Record<Locale, string> } | null> {
  const { welcomeCouponKey } = await readPolicy(db, brandPolicy, input.now);
  if (welcomeCouponKey === null) return null;
  const title = await readCouponTitle(db, welcomeCouponKey);
  if (title === null) return null;
  const holders = await readWelcomeHolders(db, input.memberId);
  const had = await sql`
    select 1 from coupon_once_keys
    where purpose = 'welcome' and holder = any (${holders}::text[])
      and (holder not like 'phone:%' or given_at >= ${addMs(input.now, -phoneRestMs)})
    limit 1`.execute(db);
  return had.rows.length === 0 ? { title } : null;
}

/** The welcome gift that was given to a member at `at`, the moment of binding; null when none was. */
export async function readWelcomeGift(
  db: Db,
  input: { memberId: number; at: Date },
): Promise<{ title: Record<Locale, string>; endsOn: string } | null> {
  const gift = await db
    .selectFrom('coupon_claims as claim')
    .innerJoin('coupons as coupon', 'coupon.id', 'claim.coupon_id')
    .select(['coupon.title', 'claim.ends_on'])
    .where('claim.issue_key', '=', `welcome:${input.memberId}`)
    .where('claim.claimed_at', '=', input.at)
    .executeTakeFirst();
  return gift ? { title: fillText(gift.title), endsOn: gift.ends_on } : null;
}
