import { randomInt } from 'node:crypto';
import '../tables.ts';
import { addMs } from '#foundation/clock.ts';
import type { Tx } from '#foundation/db.ts';
import type { Locale } from '#foundation/i18n.ts';
import { type Refused, refuse } from '#foundation/outcome.ts';
import type { Secrets } from '#foundation/secrets.ts';
import { fillText } from '../coupon-rules.ts';
import {
  type CodeKind,
  codeAlphabet,
  codeKindsOf,
  counterCodeLength,
  counterCodeMinutes,
  hashCode,
  writeOnlineCode,
} from './code-rules.ts';

export type ShownCode = {
  claimId: number;
  kind: CodeKind;
  code: string;
  /** Wire time; null = as long as the coupon. */
  expiresAt: Date | null;
  title: Record<Locale, string>;
  /** The coupon's last day. */
  endsOn: string;
  /** All that this coupon has codes for. */
  kinds: readonly CodeKind[];
};

/**
 * Makes a code for a coupon in the member's hand: for a counter a new one, by which the one before is over; for an
 * online shop the same as ever. Without `kind`, the first that the coupon is for.
 * @param input.today the business day in the brand's zone
 */
export async function showCode(
  tx: Tx,
  secrets: Secrets,
  input: { claimId: number; memberId: number; kind: CodeKind | null; today: string; wireNow: Date },
): Promise<({ ok: true } & ShownCode) | Refused<'not_held' | 'other_channel'>> {
  const claim = await tx
    .selectFrom('coupon_claims as claim')
    .innerJoin('coupons as coupon', 'coupon.id', 'claim.coupon_id')
    .select(['claim.state', 'claim.ends_on', 'coupon.title', 'coupon.channels'])
    .where('claim.id', '=', input.claimId)
    .where('claim.member_id', '=', input.memberId)
    .forUpdate('claim')
    .executeTakeFirst();
  if (claim?.state !== 'held' || claim.ends_on < input.today) return refuse('not_held');
  const kinds = codeKindsOf(claim.channels);
  const kind = input.kind ?? kinds[0];
  if (!kind || !kinds.includes(kind)) return refuse('other_channel');
  const code = kind === 'counter' ? drawCode() : writeOnlineCode(secrets, input.claimId);
  const expiresAt = kind === 'counter' ? addMs(input.wireNow, counterCodeMinutes * 60_000) : null;
  const row = {
    code_hmac: hashCode(secrets, code),
    made_at: input.wireNow,
    expires_at: expiresAt,
    spent_at: null,
  };
  await tx
    .insertInto('coupon_codes')
    .values({ claim_id: input.claimId, kind, ...row })
    .onConflict((conflict) => conflict.columns(['claim_id', 'kind']).doUpdateSet(row))
    .execute();
  return {
    ok: true,
    claimId: input.claimId,
    kind,
    code,
    expiresAt,
    title: fillText(claim.title),
    endsOn: claim.ends_on,
    kinds,
  };
}

const drawCode = (): string =>
  Array.from({ length: counterCodeLength }, () => codeAlphabet[randomInt(codeAlphabet.length)]).join('');
