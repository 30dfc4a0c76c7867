import { type Actor, recordAudit } from '#foundation/audit.ts';
import { brandPolicy } from '#foundation/brand.ts';
import { dateInZone } from '#foundation/clock.ts';
import type { Tx } from '#foundation/db.ts';
import { readInstant } from '#foundation/http.ts';
import { type Refused, refuse } from '#foundation/outcome.ts';
import { readPolicy } from '#foundation/policy.ts';
import { readAudience } from '../audiences/audience-reads.ts';
import { readStoreByCode } from '../stores/store-reads.ts';
import type { CouponDefinition } from './coupon-definition-rules.ts';

export type CreateCouponOutcome =
  | { ok: true; couponId: number }
  | Refused<'key_taken'>
  | Refused<'unknown_store', { at: number }>
  | Refused<'unknown_audience', { at: number }>
  | Refused<'over' | 'claim_over' | 'starts_after_end'>;

/** Adds a definition. @param input.today the business day in the brand's zone: a coupon must have a day left */
export async function createCoupon(
  tx: Tx,
  input: { definition: CouponDefinition; now: Date; today: string; actor: Actor },
): Promise<CreateCouponOutcome> {
  const { definition } = input;
  const { validUntil, claimFrom, claimUntil } = definition;
  if (validUntil && validUntil < input.today) return refuse('over');
  if (claimUntil && readInstant(claimUntil) < input.now) return refuse('claim_over');
  if (validUntil && claimFrom) {
    const { zone } = await readPolicy(tx, brandPolicy, input.now);
    if (dateInZone(readInstant(claimFrom), zone) > validUntil) return refuse('starts_after_end');
  }
  for (const [at, code] of (definition.storeCodes ?? []).entries()) {
    if (!(await readStoreByCode(tx, code))) return refuse('unknown_store', { at });
  }
  for (const [at, key] of (definition.audienceKeys ?? []).entries()) {
    if (!(await readAudience(tx, key))) return refuse('unknown_audience', { at });
  }
  const { reward } = definition;
  const created = await tx
    .insertInto('coupons')
    .values({
      key: definition.key,
      title: JSON.stringify(definition.title),
      reward_kind: reward.kind,
      amount_off_twd: reward.kind === 'amount_off' ? reward.amountTwd : null,
      percent_off: reward.kind === 'percent_off' ? reward.percent : null,
      percent_off_max_twd: reward.kind === 'percent_off' ? (reward.maxTwd ?? null) : null,
      gift_name: reward.kind === 'gift' ? JSON.stringify(reward.name) : null,
      min_spend_twd: definition.minSpendTwd,
      store_codes: definition.storeCodes ?? null,
      categories: definition.categories ?? null,
      channels: reward.kind === 'free_shipping' ? ['online'] : (definition.channels ?? null),
      tier_keys: definition.tierKeys ?? null,
      audience_keys: definition.audienceKeys ?? null,
      is_claimable: definition.isClaimable,
      points_price: definition.pointsPrice ?? null,
      claim_from: toDate(definition.claimFrom),
      claim_until: toDate(definition.claimUntil),
      valid_days: definition.validDays ?? null,
      valid_until: definition.validUntil ?? null,
      quota: definition.quota ?? null,
      per_member: definition.perMember,
      created_at: input.now,
      withdrawn_at: null,
    })
    .onConflict((conflict) => conflict.column('key').doNothing())
    .returning('id')
    .executeTakeFirst();
  if (!created) return refuse('key_taken');
  await recordAudit(tx, {
    at: input.now,
    actor: input.actor,
    action: 'coupon.created',
    subjectKind: 'coupon',
    subjectId: String(created.id),
    after: definition,
  });
  return { ok: true, couponId: created.id };
}

const toDate = (text: string | null | undefined): Date | null => (text ? readInstant(text) : null);
