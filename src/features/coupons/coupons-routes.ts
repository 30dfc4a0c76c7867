import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { brandPolicy } from '#foundation/brand.ts';
import { dateInZone } from '#foundation/clock.ts';
import type { Tx } from '#foundation/db.ts';
import { type ApiContext, answerOnce, fieldProblem, idText, pageQuery, problem } from '#foundation/http.ts';
import { neverHappens } from '#foundation/outcome.ts';
import { readPolicy } from '#foundation/policy.ts';
import { couponDefinition } from './coupon-definition-rules.ts';
import { couponWorth, toCouponWorth } from './coupon-worth-rules.ts';
import { createCoupon } from './create-coupon.ts';
import { type DefinedCoupon, readDefinitions } from './definition-reads.ts';

const words = z.object({ 'zh-TW': z.string(), en: z.string(), ja: z.string() });

const couponAnswer = couponWorth.extend({
  couponId: z.string(),
  key: z.string(),
  title: words,
  tierKeys: z.array(z.string()).nullable(),
  audienceKeys: z.array(z.string()).nullable(),
  pointsPrice: z.number().nullable(),
  isClaimable: z.boolean(),
  claimFrom: z.string().nullable(),
  claimUntil: z.string().nullable(),
  validDays: z.number().nullable(),
  validUntil: z.string().nullable(),
  quota: z.number().nullable(),
  perMember: z.number(),
  claimedCount: z.number(),
  createdAt: z.string(),
  withdrawnAt: z.string().nullable(),
});

/**
 * `POST` and `GET /coupons`: what the brand's coupons give, to whom, until when.
 * @param parts.readTierKeys the tiers that there are; tiers stand later in the street, so whoever opens the door
 * brings it
 */
export function couponRoutes(
  api: ApiContext,
  parts: { readTierKeys(tx: Tx, now: Date): Promise<readonly string[]> },
): FastifyPluginAsyncZod {
  return async (app) => {
    app.post(
      '/coupons',
      {
        config: { scope: 'coupons', permission: 'coupons.define' },
        schema: { body: couponDefinition, response: { 201: couponAnswer } },
      },
      async (request, reply) => {
        const { body: definition, actor } = request;
        const answer = await answerOnce(api, request, async (tx) => {
          const now = api.clock.now();
          const { zone } = await readPolicy(tx, brandPolicy, now);
          const known = definition.tierKeys ? await parts.readTierKeys(tx, now) : [];
          const strange = definition.tierKeys?.findIndex((key) => !known.includes(key)) ?? -1;
          if (strange >= 0)
            throw fieldProblem(`tierKeys.${strange}`, 'unknown_tier', 'There is no tier with this key');
          const created = await createCoupon(tx, { definition, now, today: dateInZone(now, zone), actor });
          if (!created.ok) throw wordRefusal(created);
          const [coupon] = await readDefinitions(tx, { after: created.couponId - 1, limit: 1 });
          return { status: 201 as const, body: toAnswer(coupon as DefinedCoupon) };
        });
        return reply.code(answer.status).send(answer.body);
      },
    );

    app.get(
      '/coupons',
      {
        config: { scope: 'coupons', permission: 'coupons.read' },
        schema: {
          querystring: pageQuery.extend({ cursor: idText.optional() }),
          response: { 200: z.object({ items: z.array(couponAnswer), nextCursor: z.string().nullable() }) },
        },
      },
      async (request) => {
        const { limit, cursor } = request.query;
        const found = await readDefinitions(api.db, { after: Number(cursor ?? 0), limit: limit + 1 });
        const items = found.slice(0, limit).map(toAnswer);
        return { items, nextCursor: found.length > limit ? (items.at(-1)?.couponId ?? null) : null };
      },
    );
  };
}

function wordRefusal(refused: Exclude<Awaited<ReturnType<typeof createCoupon>>, { ok: true }>) {
  switch (refused.reason) {
    case 'key_taken':
      return problem(409, 'coupon_key_taken', 'A coupon with this key exists already', [
        { path: 'key', code: 'taken', message: 'Choose another key' },
      ]);
    case 'unknown_store':
      return fieldProblem(`storeCodes.${refused.at}`, 'unknown_store', 'There is no store with this code');
    case 'unknown_audience':
      return fieldProblem(
        `audienceKeys.${refused.at}`,
        'unknown_audience',
        'There is no audience with this key',
      );
    case 'claim_over':
      return fieldProblem('claimUntil', 'over', 'This time has passed');
    case 'starts_after_end':
      return fieldProblem('claimFrom', 'after_end', 'Lies after validUntil: nobody could use it');
    case 'over':
      return fieldProblem('validUntil', 'over', 'This day has passed');
    default:
      return neverHappens(refused);
  }
}

function toAnswer({ offer, ...coupon }: DefinedCoupon): z.infer<typeof couponAnswer> {
  const { couponId, couponKey, tierKeys, audienceKeys, pointsPrice } = offer;
  return {
    couponId: String(couponId),
    key: couponKey,
    title: offer.title,
    ...toCouponWorth(offer),
    tierKeys: tierKeys && [...tierKeys],
    audienceKeys: audienceKeys && [...audienceKeys],
    pointsPrice,
    isClaimable: coupon.isClaimable,
    claimFrom: coupon.claimFrom?.toISOString() ?? null,
    claimUntil: coupon.claimUntil?.toISOString() ?? null,
    validDays: coupon.validDays,
    validUntil: coupon.validUntil,
    quota: coupon.quota,
    perMember: offer.perMember,
    claimedCount: coupon.claimedCount,
    createdAt: coupon.createdAt.toISOString(),
    withdrawnAt: coupon.withdrawnAt?.toISOString() ?? null,
  };
}
