import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { brandPolicy } from '#foundation/brand.ts';
import { dateInZone } from '#foundation/clock.ts';
import {
  type ApiContext,
  type ApiProblem,
  answerOnce,
  fieldProblem,
  idText,
  problem,
  readStoreCode,
} from '#foundation/http.ts';
import { neverHappens } from '#foundation/outcome.ts';
import { readPolicy } from '#foundation/policy.ts';
import { findPerson } from '../members/find-person-reads.ts';
import { checkSpending } from '../members/spending-rules.ts';
import { readStoreByCode } from '../stores/store-reads.ts';
import { type RedeemClaimOutcome, redeemClaim } from './redeem-claim.ts';
import { undoRedemption } from './undo-redemption.ts';
import { readRedemptionStoreCode } from './used-claims-reads.ts';

const redemptionBody = z.strictObject({
  memberNo: z.string().min(1).max(20),
  claimId: idText,
  storeCode: z.string().min(1).max(20),
  receiptNo: z.string().trim().min(1).max(60),
});
const redemptionAnswer = z.object({
  redemptionId: z.string(),
  claimId: z.string(),
  couponKey: z.string(),
  title: z.object({ 'zh-TW': z.string(), en: z.string(), ja: z.string() }),
});

/** `POST /coupon-redemptions` and `POST /coupon-redemptions/{id}/void`: a coupon used by itself, and taken back. */
export function redemptionRoutes(api: ApiContext): FastifyPluginAsyncZod {
  return async (app) => {
    app.post(
      '/coupon-redemptions',
      {
        config: { scope: 'coupons', permission: 'coupons.redeem', storeOf: readStoreCode },
        schema: { body: redemptionBody, response: { 200: redemptionAnswer, 201: redemptionAnswer } },
      },
      async (request, reply) => {
        const { body, actor } = request;
        const answer = await answerOnce(api, request, async (tx) => {
          const now = api.clock.now();
          const { zone } = await readPolicy(tx, brandPolicy, now);
          const found = await findPerson(tx, api.secrets, { memberNo: body.memberNo }, now);
          if (!found.ok)
            throw fieldProblem('memberNo', 'unknown_member', 'There is no member with this number');
          const store = await readStoreByCode(tx, body.storeCode);
          if (!store) throw fieldProblem('storeCode', 'unknown_store', 'There is no store with this code');
          const redeemed = await redeemClaim(tx, {
            claimId: Number(body.claimId),
            memberId: found.person.memberId,
            receipt: {
              store: { id: store.storeId, code: store.code },
              // A till redeems by itself at a counter; an online shop names its claims in the purchase.
              channel: 'store',
              receiptNo: body.receiptNo,
              receiptOn: dateInZone(now, zone),
              at: now,
              purchaseId: null,
              basket: null,
            },
            spending: checkSpending(found.person, now),
            now,
            actor,
            source: 'api',
          });
          if (!redeemed.ok) throw wordRedeemRefusal('claimId', redeemed.reason);
          const status: 200 | 201 = redeemed.isNew ? 201 : 200;
          const { redemptionId, claimId, couponKey, title } = redeemed;
          return {
            status,
            body: { redemptionId: String(redemptionId), claimId: String(claimId), couponKey, title },
          };
        });
        return reply.code(answer.status).send(answer.body);
      },
    );

    app.post(
      '/coupon-redemptions/:id/void',
      {
        config: {
          scope: 'coupons',
          permission: 'coupons.undo',
          storeOf: ({ params }) => readRedemptionStoreCode(api.db, Number((params as { id: string }).id)),
        },
        schema: {
          params: z.object({ id: idText }),
          response: { 200: z.object({ redemptionId: z.string(), claimId: z.string(), endsOn: z.string() }) },
        },
      },
      async (request, reply) => {
        const { actor, params } = request;
        const answer = await answerOnce(api, request, async (tx) => {
          const now = api.clock.now();
          const { zone } = await readPolicy(tx, brandPolicy, now);
          const outcome = await undoRedemption(tx, {
            of: { redemptionId: Number(params.id) },
            reason: 'voided',
            now,
            today: dateInZone(now, zone),
            actor,
            source: 'api',
          });
          const use = outcome.ok ? outcome.undone[0] : undefined;
          if (!outcome.ok && outcome.reason === 'already_undone') {
            throw problem(409, 'already_undone', 'This redemption was taken back before');
          }
          if (!use) throw problem(404, 'not_found', 'There is no redemption with this id');
          const body = { redemptionId: params.id, claimId: String(use.claimId), endsOn: use.endsOn };
          return { status: 200 as const, body };
        });
        return reply.code(answer.status).send(answer.body);
      },
    );
  };
}

/** Why a coupon cannot be used, as the API says it. @param path the field that names the claim */
function wordRedeemRefusal(
  path: string,
  reason: Exclude<RedeemClaimOutcome, { ok: true }>['reason'],
): ApiProblem {
  switch (reason) {
    case 'unknown_claim':
      return fieldProblem(path, reason, 'This member holds no such coupon');
    case 'already_redeemed':
      return problem(409, reason, 'This coupon was used before', [
        { path, code: reason, message: 'Used for another receipt' },
      ]);
    case 'spending_held':
      return problem(
        409,
        reason,
        'The card was moved to another LINE account within 24 hours: no spending yet',
      );
    case 'spending_locked':
      return problem(409, reason, 'Spending is locked until the staff has spoken with the member');
    case 'void':
      return fieldProblem(path, reason, 'This coupon was made void');
    case 'ended':
      return fieldProblem(path, reason, 'This coupon has ended');
    case 'other_store':
      return fieldProblem(path, reason, 'This coupon is not for this store');
    case 'other_channel':
      return fieldProblem(path, reason, 'This coupon is not for this channel');
    case 'other_category':
      return fieldProblem(
        path,
        reason,
        'Nothing in this purchase is of the categories that the coupon is for',
      );
    case 'below_min_spend':
      return fieldProblem(path, reason, 'The purchase is below the minimum that the coupon asks for');
    default:
      return neverHappens(reason);
  }
}
