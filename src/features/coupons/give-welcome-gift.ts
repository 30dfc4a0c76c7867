import type { Actor } from '#foundation/audit.ts';
import { brandPolicy } from '#foundation/brand.ts';
import { addMs, dateInZone } from '#foundation/clock.ts';
import { sql, type Tx } from '#foundation/db.ts';
import { type Refused, refuse } from '#foundation/outcome.ts';
import { readPolicy } from '#foundation/policy.ts';
import { type IssueCouponOutcome, issueCoupon } from './issue-coupon.ts';
import { phoneRestMs, readWelcomeHolders } from './welcome-gift-reads.ts';

export type GiveWelcomeGiftOutcome = IssueCouponOutcome | Refused<'no_gift' | 'given_before'>;

/**
 * Gives the brand's welcome gift to someone who has just bound, once per person for ever: per member, per LINE
 * account and per phone, so that unbinding, following anew or binding as somebody else brings no second one.
 * Only a phone is free again after a year, for numbers are reissued.
 */
export async function giveWelcomeGift(
  tx: Tx,
  input: { memberId: number; now: Date; actor: Actor; source: string },
): Promise<GiveWelcomeGiftOutcome> {
  const { welcomeCouponKey, zone } = await readPolicy(tx, brandPolicy, input.now);
  if (welcomeCouponKey === null) return refuse('no_gift');
  const holders = await readWelcomeHolders(tx, input.memberId);
  const marked = await sql<{ holder: string }>`
    insert into coupon_once_keys (purpose, holder, given_at)
    select 'welcome', holder, ${input.now}::timestamptz from unnest(${holders}::text[]) as holder order by holder
    on conflict (purpose, holder) do update set given_at = excluded.given_at
      where coupon_once_keys.holder like 'phone:%'
        and coupon_once_keys.given_at < ${addMs(input.now, -phoneRestMs)}::timestamptz
    returning holder`.execute(tx);
  // The marks that are new stay: this LINE account and this phone belong to a person who had the gift.
  if (marked.rows.length < holders.length) return refuse('given_before');
  const issued = await issueCoupon(tx, {
    couponKey: welcomeCouponKey,
    memberId: input.memberId,
    issueKey: `welcome:${input.memberId}`,
    now: input.now,
    today: dateInZone(input.now, zone),
    actor: input.actor,
    source: input.source,
  });
  if (!issued.ok) {
    await sql`delete from coupon_once_keys where purpose = 'welcome' and holder = any (${holders}::text[])`.execute(
      tx,
    );
  }
  return issued;
}
