import { type Actor, recordAudit } from '#foundation/audit.ts';
import type { Tx } from '#foundation/db.ts';
import { readInstant } from '#foundation/http.ts';
import { type Refused, refuse } from '#foundation/outcome.ts';
import { readStoreByCode } from '../stores/store-reads.ts';
import type { CouponDefinition } from './coupon-definition-rules.ts';

export type CreateCouponOutcome =
  | { ok: true; couponId: number }
  | Refused<'key_taken'>
  | Refused<'unknown_store', { at: number }>
  | Refused<'over'>;

/** Adds a definition. @param input.today the business day in the brand's zone: a coupon must have a day left */
export async function createCoupon(
  tx: Tx,
  input: { definition: CouponDefinition; now: Date; today: string; actor: Actor },
): Promise<CreateCouponOutcome> {
  const { definition } = input;
  if (definition.validUntil && definition.validUntil < input.today) return refuse('over');
  for (const [at, code] of (definition.storeCodes ?? []).entries()) {
    if (!(await readStoreByCode(tx, code))) return refuse('unknown_store', { at });
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
      channels: definition.channels ?? null,
      tier_keys: definition.tierKeys ?? null,
      is_claimable: definition.isClaimable,
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
