import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Actor } from '#foundation/audit.ts';
import { brandPolicy } from '#foundation/brand.ts';
import { dateInZone, wireClock } from '#foundation/clock.ts';
import type { Tx } from '#foundation/db.ts';
import {
  type ApiContext,
  answerOnce,
  fieldConflict,
  fieldProblem,
  idText,
  problem,
  readStoreCode,
} from '#foundation/http.ts';
import { readPolicy } from '#foundation/policy.ts';
import { findPerson } from '../members/find-person-reads.ts';
import { type Person, readPerson } from '../members/person-reads.ts';
import { checkSpending } from '../members/spending-rules.ts';
import { readStoreByCode } from '../stores/store-reads.ts';
import { typedCode } from './codes/code-routes.ts';
import { channelOf } from './codes/code-rules.ts';
import { findCode } from './codes/find-code-reads.ts';
import { codeRefused, guardCodes } from './codes/guard-codes.ts';
import { redeemCode } from './codes/redeem-code.ts';
import { type RedeemingReceipt, redeemClaim } from './redeem-claim.ts';
import { undoRedemption } from './undo-redemption.ts';
import { readRedemptionStoreCode } from './used-claims-reads.ts';
import { wordRedeemRefusal } from './word-redeem-refusal.ts';

const redemptionBody = z
  .strictObject({
    memberNo: z.string().min(1).max(20).optional(),
    claimId: idText.optional(),
    /** In place of the claim: what the member shows, or types in an online shop. */
    code: typedCode.optional(),
    storeCode: z.string().min(1).max(20),
    receiptNo: z.string().trim().min(1).max(60),
  })
  .superRefine(({ memberNo, claimId, code }, context) => {
    const fault = (path: string, at: string, message: string) =>
      context.addIssue({ code: 'custom', path: [path], message, params: { code: at } });
    if (claimId === undefined && code === undefined) fault('claimId', 'required', 'Give a claimId or a code');
    if (claimId !== undefined && code !== undefined)
      fault('code', 'exclusive', 'Give a claimId or a code, not both');
    if (claimId !== undefined && memberNo === undefined)
      fault('memberNo', 'required', 'Name the member whose coupon it is');
  });
type RedemptionBody = z.output<typeof redemptionBody>;

const redemptionAnswer = z.object({
  redemptionId: z.string(),
  claimId: z.string(),
  couponKey: z.string(),
  title: z.object({ 'zh-TW': z.string(), en: z.string(), ja: z.string() }),
  memberNo: z.string(),
});

/**
 * `POST /coupon-redemptions` and `POST /coupon-redemptions/{id}/void`: a coupon used by itself, and taken back.
 * @param alertWebhookUrl where people are told that codes are being guessed
 */
export function redemptionRoutes(
  api: ApiContext,
  alertWebhookUrl: string | null = null,
): FastifyPluginAsyncZod {
  return async (app) => {
    app.post(
      '/coupon-redemptions',
      {
        config: { scope: 'coupons', permission: 'coupons.redeem', storeOf: readStoreCode },
        schema: { body: redemptionBody, response: { 200: redemptionAnswer, 201: redemptionAnswer } },
      },
      async (request, reply) => {
        const { body, actor } = request;
        const named =
          body.memberNo === undefined
            ? null
            : await findPerson(api.db, api.secrets, { memberNo: body.memberNo }, wireClock.now());
        const memberId = named?.ok ? named.person.memberId : null;
        const trier = {
          caller: `${actor.kind}:${actor.id}`,
          memberId,
          count: body.code === undefined ? 0 : 1,
        };
        const answer = await guardCodes({ ...api, alertWebhookUrl }, trier, () =>
          answerOnce(api, request, (tx) => redeem(tx, body)),
        );
        return reply.code(answer.status).send(answer.body);

        async function redeem(tx: Tx, asked: RedemptionBody) {
          const now = api.clock.now();
          const { zone } = await readPolicy(tx, brandPolicy, now);
          if (named?.ok === false)
            throw fieldProblem('memberNo', 'unknown_member', 'There is no member with this number');
          const store = await readStoreByCode(tx, asked.storeCode);
          if (!store) throw fieldProblem('storeCode', 'unknown_store', 'There is no store with this code');
          const receipt: RedeemingReceipt = {
            store: { id: store.storeId, code: store.code },
            // A till redeems by itself at a counter; an online shop names its claims in the purchase, or a code here.
            channel: 'store',
            receiptNo: asked.receiptNo,
            receiptOn: dateInZone(now, zone),
            at: now,
            purchaseId: null,
            basket: null,
          };
          const by = { now, actor, source: 'api' };
          const used =
            asked.code === undefined
              ? await redeemHeld(tx, Number(asked.claimId), named?.person, receipt, by)
              : await redeemShown(tx, asked.code, named?.person ?? null, receipt, by);
          const status: 200 | 201 = used.isNew ? 201 : 200;
          const { redemptionId, claimId, couponKey, title, memberNo } = used;
          return {
            status,
            body: {
              redemptionId: String(redemptionId),
              claimId: String(claimId),
              couponKey,
              title,
              memberNo,
            },
          };
        }
      },
    );

    type By = { now: Date; actor: Actor; source: string };

    async function redeemHeld(
      tx: Tx,
      claimId: number,
      person: Person | undefined,
      receipt: RedeemingReceipt,
      by: By,
    ) {
      if (!person) throw fieldProblem('memberNo', 'required', 'Name the member whose coupon it is');
      const { memberId, memberNo } = person;
      const spending = checkSpending(person, by.now);
      const used = await redeemClaim(tx, { claimId, memberId, receipt, spending, ...by });
      if (!used.ok) throw wordRedeemRefusal('claimId', used.reason);
      return { ...used, memberNo };
    }

    async function redeemShown(
      tx: Tx,
      typed: string,
      person: Person | null,
      receipt: RedeemingReceipt,
      by: By,
    ) {
      const wireNow = wireClock.now();
      const found = await findCode(tx, api.secrets, {
        typed,
        memberId: person?.memberId ?? null,
        receipt: { ...receipt, storeId: receipt.store.id },
        on: receipt.receiptOn,
        wireNow,
      });
      const holder = found && (person ?? (await readPerson(tx, found.memberId)));
      if (!found || !holder) throw codeRefused('code');
      const used = await redeemCode(tx, {
        found,
        receipt: { ...receipt, channel: channelOf(found.kind) },
        spending: checkSpending(holder, by.now),
        wireNow,
        ...by,
      });
      if (!used.ok) {
        if (used.reason === 'code_refused') throw codeRefused('code');
        throw wordRedeemRefusal('code', used.reason);
      }
      return { ...used, memberNo: holder.memberNo };
    }

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
            throw fieldConflict('params.id', 'already_undone', 'This redemption was taken back before');
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
