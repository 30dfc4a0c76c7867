import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { storeCodeText } from '#features/stores/store-rules.ts';
import {
  type ApiContext,
  dayText,
  fieldConflict,
  fieldProblem,
  moneyTwd,
  readInstant,
  readStoreCode,
} from '#foundation/http.ts';
import { neverHappens } from '#foundation/outcome.ts';
import { slipInstant, slipNo } from './purchase-routes.ts';
import type { ReturnProblem } from './purchase-rules.ts';
import { type ReturnRefusal, recordReturn } from './record-return.ts';

const line = z
  .strictObject({
    lineNo: z.int().min(1).max(10_000),
    quantity: z.int().min(0).max(10_000),
    amountTwd: moneyTwd,
  })
  .refine((back) => back.quantity > 0 || back.amountTwd > 0, {
    message: 'Neither goods nor money come back',
    path: ['quantity'],
    params: { code: 'nothing_returned' },
  });

const returnBody = z
  .strictObject({
    storeCode: storeCodeText,
    purchaseStoreCode: storeCodeText,
    receiptNo: slipNo,
    purchasedOn: dayText,
    returnNo: slipNo,
    returnedAt: slipInstant,
    lines: z.array(line).min(1).max(500).optional(),
    full: z.literal(true).optional(),
  })
  .superRefine(({ lines, full }, context) => {
    const fault = (path: (string | number)[], code: string, message: string) =>
      context.addIssue({ code: 'custom', path, message, params: { code } });
    if ((lines === undefined) === (full === undefined)) {
      fault(['lines'], 'exactly_one', 'Send either lines or full: true');
    }
    for (const [index, { lineNo }] of (lines ?? []).entries()) {
      if (lines?.findIndex((each) => each.lineNo === lineNo) !== index) {
        fault(['lines', index, 'lineNo'], 'duplicate', 'Another line has this number');
      }
    }
  });

const returnAnswer = z.object({
  returnId: z.string(),
  purchaseId: z.string(),
  amountTwd: z.int(),
  isFull: z.boolean(),
  memberNo: z.string().nullable(),
  points: z.object({ takenBack: z.int(), paidBack: z.int(), balance: z.int(), debt: z.int() }).nullable(),
  claimIds: z.array(z.string()),
});

/** `POST /returns`: (store, return number, business day) is the key; no Idempotency-Key. */
export function returnRoutes(api: ApiContext): FastifyPluginAsyncZod {
  return async (app) => {
    app.post(
      '/returns',
      {
        config: { scope: 'returns', permission: 'returns.record', storeOf: readStoreCode },
        schema: { body: returnBody, response: { 200: returnAnswer, 201: returnAnswer } },
      },
      async (request, reply) => {
        const { lines, full: _, ...slip } = request.body;
        const by = { now: api.clock.now(), actor: request.actor, source: 'api' };
        const told = { ...slip, returnedAt: readInstant(slip.returnedAt), lines: lines ?? ('all' as const) };
        const recorded = await api.transact(async (tx) => {
          const outcome = await recordReturn(tx, told, by);
          if (!outcome.ok) throw wordRefusal(outcome);
          return outcome;
        });
        return reply.code(recorded.isNew ? 201 : 200).send(recorded.answer);
      },
    );
  };
}

function wordRefusal(refusal: ReturnRefusal) {
  const { reason } = refusal;
  switch (reason) {
    case 'other_content':
      return fieldConflict('returnNo', reason, 'This return was recorded before with other content');
    case 'unknown_store':
      return fieldProblem('storeCode', reason, 'There is no store with this code');
    case 'unknown_purchase_store':
      return fieldProblem('purchaseStoreCode', 'unknown_store', 'There is no store with this code');
    case 'unknown_purchase':
      return fieldProblem('receiptNo', reason, 'This store has no such receipt on that day');
    case 'in_future':
      return fieldProblem('returnedAt', reason, 'More than a day in the future');
    case 'before_purchase':
      return fieldProblem('returnedAt', reason, 'Before the day of the purchase');
    case 'all_returned':
      return fieldProblem('receiptNo', reason, 'Nothing of this purchase is left to return');
    case 'bad_lines':
      return wordLineProblem(refusal.problem);
    default:
      return neverHappens(reason);
  }
}

function wordLineProblem({ at, reason }: ReturnProblem) {
  const path = at === 'lines' ? 'lines' : `lines.${at.line}.${at.field}`;
  switch (reason) {
    case 'unknown_line':
      return fieldProblem(path, reason, 'The receipt has no such line');
    case 'more_than_bought':
      return fieldProblem(path, reason, 'More than is left of this line');
    case 'more_than_paid':
      return fieldProblem(path, reason, 'More money than is left to give back');
    default:
      return neverHappens(reason);
  }
}
