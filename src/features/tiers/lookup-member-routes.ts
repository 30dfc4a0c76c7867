import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { brandPolicy } from '#foundation/brand.ts';
import { dateInZone, wireClock } from '#foundation/clock.ts';
import { type ApiContext, dayText, problem, problemSchema } from '#foundation/http.ts';
import { neverHappens } from '#foundation/outcome.ts';
import { readPolicy } from '#foundation/policy.ts';
import { couponWorth, toCouponWorth } from '../coupons/coupon-worth-rules.ts';
import { readHeldClaims } from '../coupons/held-claims-reads.ts';
import { type FindPersonOutcome, findPerson } from '../members/find-person-reads.ts';
import { checkSpending } from '../members/spending-rules.ts';
import { readPoints } from '../points/points-reads.ts';
import { readTierStanding } from './tier-reads.ts';

const key = z.string().min(1).max(200);
const text = z.object({ 'zh-TW': z.string(), en: z.string(), ja: z.string() });

/** What the till may ask for: one of three ways to name a member. The code is not spent by looking. */
export const lookupBody = z
  .strictObject({ phone: key.optional(), memberNo: key.optional(), memberCode: key.optional() })
  .refine((body) => Object.values(body).filter((value) => value !== undefined).length === 1, {
    error: 'Give exactly one of phone, memberNo and memberCode',
  });

const answer = z.object({
  memberNo: z.string(),
  isBound: z.boolean(),
  spending: z.enum(['free', 'held', 'locked']),
  tier: z.object({ key: z.string(), name: text, netTwd: z.int(), missingTwd: z.int().nullable() }),
  points: z.object({ active: z.int(), pending: z.int(), debt: z.int() }),
  coupons: z.array(
    couponWorth.extend({ claimId: z.string(), couponKey: z.string(), title: text, endsOn: dayText }),
  ),
});

/** `POST /members/lookup`: tier, points and coupons of the member who stands at the till. */
export function lookupMemberRoutes(api: ApiContext): FastifyPluginAsyncZod {
  return async (app) => {
    app.post(
      '/members/lookup',
      {
        config: { scope: 'members', permission: 'members.look_up' },
        schema: { body: lookupBody, response: { 200: answer, 404: problemSchema, 422: problemSchema } },
      },
      async (request) => {
        const { phone, memberNo, memberCode } = request.body;
        const by =
          phone !== undefined
            ? { phone }
            : memberNo !== undefined
              ? { memberNo }
              : { memberCode: memberCode ?? '' };
        const found = await findPerson(api.db, api.secrets, by, wireClock.now());
        if (!found.ok) throw wordRefusal(found.reason, Object.keys(by)[0] ?? 'memberNo');
        const now = api.clock.now();
        const { memberId } = found.person;
        const brand = await readPolicy(api.db, brandPolicy, now);
        const today = dateInZone(now, brand.zone);
        const [points, claims, standing] = await Promise.all([
          readPoints(api.db, memberId, today),
          readHeldClaims(api.db, memberId, today),
          readTierStanding(api.db, memberId, now),
        ]);
        const { tier, netTwd, next } = standing;
        return {
          memberNo: found.person.memberNo,
          isBound: found.person.joinedAt !== null,
          spending: checkSpending(found.person, now),
          tier: { key: tier.key, name: tier.name, netTwd, missingTwd: next?.missingTwd ?? null },
          points: { active: points.active, pending: points.pending, debt: points.debt },
          coupons: claims.map(({ claimId, couponKey, title, endsOn, offer }) => ({
            claimId: String(claimId),
            couponKey,
            title,
            endsOn,
            ...toCouponWorth(offer),
          })),
        };
      },
    );
  };
}

function wordRefusal(reason: Exclude<FindPersonOutcome, { ok: true }>['reason'], path: string) {
  const at = (code: string, message: string) =>
    problem(422, 'invalid', 'Some fields are not acceptable', [{ path, code, message }]);
  switch (reason) {
    case 'unknown_member':
      return problem(404, 'unknown_member', 'No member is known by this');
    case 'bad_phone':
      return at('bad_phone', 'Not a mobile number that can receive an SMS');
    case 'bad_code':
      return at('bad_code', 'Not a member code');
    case 'code_expired':
      return at('code_expired', 'The code has run out: let the member show a fresh one');
    case 'code_used':
      return at('code_used', 'The code was used before: let the member show a fresh one');
    default:
      return neverHappens(reason);
  }
}
