import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { typedCode } from '#features/coupons/codes/code-routes.ts';
import { codeRefused, guardCodes } from '#features/coupons/codes/guard-codes.ts';
import { recognisePerson } from '#features/members/find-person-reads.ts';
import { storeCodeText } from '#features/stores/store-rules.ts';
import type { Actor } from '#foundation/audit.ts';
import { wireClock } from '#foundation/clock.ts';
import {
  type ApiContext,
  fieldConflict,
  fieldProblem,
  idText,
  instantText,
  moneyTwd,
  readInstant,
  readStoreCode,
} from '#foundation/http.ts';
import { neverHappens } from '#foundation/outcome.ts';
import { lineAmount, type Receipt, sumLines } from './purchase-rules.ts';
import { type PurchaseRefusal, recordPurchase } from './record-purchase.ts';
import type { EarnPercentOf } from './settle-purchase.ts';

/** Numbers as tills print them: no control characters. */
export const slipNo = z.string().regex(/^[^\p{Cc}\p{Cs}]{1,60}$/u, '1 to 60 characters');
/** Instants a till may tell; what lies before is a broken clock. */
export const slipInstant = instantText.refine((text) => text >= '2000-', 'A day before the year 2000');

const maxTwd = 100_000_000;
const label = z.string().min(1).max(200);
const line = z
  .strictObject({
    lineNo: z.int().min(1).max(10_000),
    sku: z.string().min(1).max(60),
    name: label,
    category: z.string().min(1).max(60),
    quantity: z.int().min(1).max(10_000),
    unitPriceTwd: moneyTwd,
    discountTwd: moneyTwd.default(0),
  })
  .superRefine(({ quantity, unitPriceTwd, discountTwd }, context) => {
    const gross = quantity * unitPriceTwd;
    const fault = (path: string, code: string, message: string) =>
      context.addIssue({ code: 'custom', path: [path], message, params: { code } });
    if (unitPriceTwd <= maxTwd && gross > maxTwd)
      fault('unitPriceTwd', 'too_big', 'The line is above 100,000,000');
    if (discountTwd > gross) fault('discountTwd', 'exceeds_line', 'The discount is larger than the line');
  });

const member = z
  .strictObject({
    phone: z.string().min(1).max(30).optional(),
    memberNo: z.string().min(1).max(20).optional(),
    memberCode: z.string().min(1).max(500).optional(),
  })
  .refine((by) => Object.values(by).filter((value) => value !== undefined).length === 1, {
    message: 'Name the member by exactly one of phone, memberNo, memberCode',
    params: { code: 'exactly_one' },
  });

const purchaseBody = z
  .strictObject({
    storeCode: storeCodeText,
    receiptNo: slipNo,
    purchasedAt: slipInstant,
    channel: z.enum(['store', 'online']),
    member: member.nullable(),
    lines: z.array(line).min(1).max(500),
    totalTwd: moneyTwd,
    pointsPaid: z.int().min(0).max(maxTwd).default(0),
    claimIds: z.array(idText).max(20).default([]),
    /** Codes that the member showed, in place of their claims. */
    couponCodes: z.array(typedCode).max(5).default([]),
  })
  .superRefine((receipt, context) => {
    const fault = (path: (string | number)[], code: string, message: string) =>
      context.addIssue({ code: 'custom', path, message, params: { code } });
    for (const [index, { lineNo }] of receipt.lines.entries()) {
      if (receipt.lines.findIndex((each) => each.lineNo === lineNo) < index) {
        fault(['lines', index, 'lineNo'], 'duplicate', 'Another line has this number');
      }
    }
    for (const [index, id] of receipt.claimIds.entries()) {
      if (receipt.claimIds.indexOf(id) < index) fault(['claimIds', index], 'duplicate', 'Named twice');
    }
    // A discount above its line has been named already.
    const areLinesSound = receipt.lines.every((each) => lineAmount(each) >= 0);
    if (areLinesSound && receipt.totalTwd > sumLines(receipt.lines)) {
      fault(['totalTwd'], 'exceeds_lines', 'The total is above the sum of the lines');
    }
  });

const purchaseAnswer = z.object({
  purchaseId: z.string(),
  memberNo: z.string().nullable(),
  points: z
    .object({
      earned: z.int(),
      availableOn: z.string().nullable(),
      balance: z.int(),
      bonuses: z.array(
        z.object({
          kind: z.enum(['tier', 'member_day']),
          key: z.string().nullable(),
          earnPercent: z.int(),
          text: z.object({ 'zh-TW': z.string(), en: z.string(), ja: z.string() }),
        }),
      ),
    })
    .nullable(),
});

/**
 * `POST /purchases`: (store, receipt number, business day) is the key; no Idempotency-Key.
 * @param parts.alertWebhookUrl where people are told that coupon codes are being guessed
 */
export function purchaseRoutes(
  api: ApiContext,
  parts: { earnPercentOf: EarnPercentOf; alertWebhookUrl?: string | null },
): FastifyPluginAsyncZod {
  return async (app) => {
    app.post(
      '/purchases',
      {
        config: { scope: 'purchases', permission: 'purchases.record', storeOf: readStoreCode },
        schema: { body: purchaseBody, response: { 200: purchaseAnswer, 201: purchaseAnswer } },
      },
      async (request, reply) => {
        const receipt = toReceipt(request.body);
        const { earnPercentOf, alertWebhookUrl = null } = parts;
        const by = { now: api.clock.now(), actor: request.actor, source: 'api', earnPercentOf };
        const recorded = await guardCodes(
          { ...api, alertWebhookUrl },
          await readTrier(api, request.actor, receipt),
          () =>
            api.transact(async (tx) => {
              const outcome = await recordPurchase(tx, api.secrets, receipt, by);
              if (!outcome.ok) throw wordRefusal(outcome, receipt);
              return outcome;
            }),
        );
        return reply.code(recorded.isNew ? 201 : 200).send(recorded.answer);
      },
    );
  };
}

/** Who tries codes at this door, and for whom. */
async function readTrier({ db, secrets }: ApiContext, actor: Actor, receipt: Receipt) {
  const count = receipt.couponCodes?.length ?? 0;
  const person =
    count > 0 && receipt.member ? await recognisePerson(db, secrets, receipt.member, wireClock.now()) : null;
  return { caller: `${actor.kind}:${actor.id}`, memberId: person?.memberId ?? null, count };
}

function toReceipt({ couponCodes, ...body }: z.output<typeof purchaseBody>): Receipt {
  const { phone, memberNo, memberCode } = body.member ?? {};
  const by =
    phone !== undefined
      ? { phone }
      : memberNo !== undefined
        ? { memberNo }
        : { memberCode: memberCode ?? '' };
  return {
    ...body,
    purchasedAt: readInstant(body.purchasedAt),
    member: body.member === null ? null : by,
    claimIds: body.claimIds.map(Number),
    // Left out where there are none: a receipt told before there were codes is still the same receipt.
    ...(couponCodes.length > 0 && { couponCodes }),
  };
}

function wordRefusal(refusal: PurchaseRefusal, receipt: Receipt) {
  const spent = receipt.pointsPaid > 0 ? 'pointsPaid' : 'claimIds';
  const named = receipt.member === null ? 'member' : `member.${Object.keys(receipt.member)[0]}`;
  const { reason } = refusal;
  switch (reason) {
    case 'other_content':
      return fieldConflict('receiptNo', reason, 'This receipt was recorded before with other content');
    case 'unknown_store':
      return fieldProblem('storeCode', reason, 'There is no store with this code');
    case 'in_future':
      return fieldProblem('purchasedAt', reason, 'More than a day in the future');
    case 'member_needed':
      return fieldProblem('member', reason, 'Points and coupons need a member');
    case 'unknown_member':
      return fieldProblem(named, reason, 'There is no such member');
    case 'bad_phone':
      return fieldProblem(named, reason, 'This is no mobile number');
    case 'bad_code':
      return fieldProblem(named, reason, 'This is no member code');
    case 'code_expired':
      return fieldProblem(named, reason, 'This member code has run out, ask for a fresh one');
    case 'code_used':
      return fieldProblem(named, reason, 'This member code was used before, ask for a fresh one');
    case 'spending_held':
      return fieldProblem(spent, reason, 'The card moved less than a day ago: points and coupons are held');
    case 'spending_locked':
      return fieldProblem(spent, reason, 'The holder had points and coupons locked');
    case 'points_above_total':
      return fieldProblem('pointsPaid', reason, 'The points are worth more than the total');
    case 'too_few_points':
      return fieldProblem('pointsPaid', reason, `The member has ${refusal.held} points to use`);
    case 'claim_refused':
      return fieldProblem(`claimIds.${refusal.index}`, refusal.why, 'This coupon cannot be used here');
    case 'code_refused': {
      const path = `couponCodes.${refusal.index}`;
      if (refusal.why === 'code_refused') return codeRefused(path);
      if (refusal.why === 'spending_held' || refusal.why === 'spending_locked')
        return fieldProblem(path, refusal.why, 'Points and coupons of this member are held');
      return fieldProblem(path, refusal.why, 'This coupon cannot be used here');
    }
    default:
      return neverHappens(reason);
  }
}
