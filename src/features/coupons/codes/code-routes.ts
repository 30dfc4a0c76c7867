import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { brandPolicy } from '#foundation/brand.ts';
import { dateInZone, wireClock } from '#foundation/clock.ts';
import { type ApiContext, dayText, fieldProblem, problemSchema, readStoreCode } from '#foundation/http.ts';
import { readPolicy } from '#foundation/policy.ts';
import { findPerson } from '../../members/find-person-reads.ts';
import { readPerson } from '../../members/person-reads.ts';
import { readStoreByCode } from '../../stores/store-reads.ts';
import { storeCodeText } from '../../stores/store-rules.ts';
import { checkTerms } from '../coupon-rules.ts';
import { couponWorth, toCouponWorth } from '../coupon-worth-rules.ts';
import { wordRedeemRefusal } from '../word-redeem-refusal.ts';
import { channelOf } from './code-rules.ts';
import { findCode } from './find-code-reads.ts';
import { type CodeDoor, codeRefused, guardCodes } from './guard-codes.ts';

/** A code as somebody typed it. */
export const typedCode = z.string().min(1).max(60);

const checkBody = z.strictObject({
  code: typedCode,
  storeCode: storeCodeText,
  memberNo: z.string().min(1).max(20).optional(),
});
const checkAnswer = couponWorth.extend({
  claimId: z.string(),
  couponKey: z.string(),
  title: z.object({ 'zh-TW': z.string(), en: z.string(), ja: z.string() }),
  endsOn: dayText,
  /** Where the code is used: one for a counter is good in no online shop, nor the other way round. */
  channel: z.enum(['store', 'online']),
  memberNo: z.string(),
});

/** `POST /coupon-codes/check`: what a code is worth and whose it is; nothing is used by looking. */
export function codeRoutes(door: CodeDoor & Pick<ApiContext, 'db'>): FastifyPluginAsyncZod {
  return async (app) => {
    app.post(
      '/coupon-codes/check',
      {
        config: { scope: 'coupons', permission: 'coupons.redeem', storeOf: readStoreCode },
        schema: { body: checkBody, response: { 200: checkAnswer, 422: problemSchema, 429: problemSchema } },
      },
      async ({ body, actor }) => {
        const { db, secrets } = door;
        const [now, wireNow] = [door.clock.now(), wireClock.now()];
        const store = await readStoreByCode(db, body.storeCode);
        if (!store) throw fieldProblem('storeCode', 'unknown_store', 'There is no store with this code');
        const named =
          body.memberNo === undefined
            ? null
            : await findPerson(db, secrets, { memberNo: body.memberNo }, wireNow);
        if (named?.ok === false)
          throw fieldProblem('memberNo', 'unknown_member', 'There is no member with this number');
        const memberId = named?.person.memberId ?? null;
        const trier = { caller: `${actor.kind}:${actor.id}`, memberId, count: 1 };
        return guardCodes(door, trier, async () => {
          const { zone } = await readPolicy(db, brandPolicy, now);
          const on = dateInZone(now, zone);
          const found = await findCode(db, secrets, {
            typed: body.code,
            memberId,
            receipt: null,
            on,
            wireNow,
          });
          if (!found) throw codeRefused('code');
          const { offer, claimId, endsOn } = found;
          const channel = channelOf(found.kind);
          const unfit = checkTerms(offer, { storeCode: store.code, channel, basket: null });
          if (unfit) throw wordRedeemRefusal('code', unfit);
          const holder = named?.person ?? (await readPerson(db, found.memberId));
          if (!holder) throw codeRefused('code');
          return {
            ...toCouponWorth(offer),
            claimId: String(claimId),
            couponKey: offer.couponKey,
            title: offer.title,
            endsOn,
            channel,
            memberNo: holder.memberNo,
          };
        });
      },
    );
  };
}
