import fc from 'fast-check';
import { expect, it } from 'vitest';
import { activityKinds } from '#features/points/activities/activity-rules.ts';
import { addDays } from '#foundation/clock.ts';
import { proveAll, tellFindings } from '#foundation/prove.ts';
import { proofs } from '../../src/proofs.ts';
import { openTestDatabase } from '../support/database.ts';
import { openBrand, Refused } from './lively-brand.ts';

const steps = 120;
const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));

const anyWho = fc.integer({ min: 1, max: 8 });
const anyStep = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      op: fc.constant('buy' as const),
      who: anyWho,
      totalTwd: fc.oneof(fc.integer({ min: 0, max: 900 }), fc.integer({ min: 900, max: 40_000 })),
      channel: fc.constantFrom('store' as const, 'online' as const),
      pointsPaid: fc.constantFrom(0, 0, 0, 1, 37, 150),
      withCoupon: fc.boolean(),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({ op: fc.constant('return' as const), which: fc.nat(99), whole: fc.boolean() }),
  },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('claim' as const), who: anyWho }) },
  {
    weight: 3,
    arbitrary: fc.record({
      op: fc.constant('act' as const),
      who: anyWho,
      kind: fc.constantFrom(...activityKinds),
      number: fc.nat(9),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ op: fc.constant('exchange' as const), who: anyWho, isVoided: fc.boolean() }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      op: fc.constant('adjust' as const),
      who: anyWho,
      points: fc.constantFrom(-90, -3, 5, 80),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      op: fc.constant('wait' as const),
      days: fc.constantFrom(1, 3, 8, 40, 200),
      isNightRun: fc.constantFrom(true, true, false),
    }),
  },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('merge' as const), who: anyWho, into: anyWho }) },
);

it(`finds nothing after any ${steps} steps of any people (SEED=${seed})`, async () => {
  const database = await openTestDatabase();
  const brand = await openBrand(database, { quota: 20, perMember: 3 });
  const played = fc.sample(anyStep, { numRuns: steps, seed });
  const bought: Awaited<ReturnType<typeof brand.buy>>[] = [];
  const claims: { who: number; claimId: number }[] = [];
  const living = brand.memberIds.map((id) => id);
  const memberOf = (who: number) => living[who - 1] as number;
  let today = '2026-11-21';
  let refused = 0;

  for (const step of played) {
    try {
      if (step.op === 'buy') {
        const held = step.withCoupon
          ? claims.filter((each) => memberOf(each.who) === memberOf(step.who))
          : [];
        bought.push(
          await brand.buy(step.who, step.totalTwd, {
            channel: step.channel,
            pointsPaid: step.pointsPaid,
            claimIds: held.slice(-1).map((each) => String(each.claimId)),
          }),
        );
      } else if (step.op === 'return') {
        const of = bought[step.which % Math.max(1, bought.length)];
        if (of) await brand.giveBack(of, step.whole ? { full: true } : brand.half(of));
      } else if (step.op === 'claim') {
        claims.push({ who: step.who, claimId: await brand.claim(memberOf(step.who)) });
      } else if (step.op === 'exchange') {
        const claimId = await brand.exchange(memberOf(step.who));
        if (step.isVoided) await brand.makeVoid(claimId);
        else claims.push({ who: step.who, claimId });
      } else if (step.op === 'act') {
        await brand.act(memberOf(step.who), step.kind, `A-${step.number}`);
      } else if (step.op === 'adjust') {
        await brand.adjust(memberOf(step.who), step.points);
      } else if (step.op === 'wait') {
        today = addDays(today, step.days);
        if (step.isNightRun) await brand.night(today);
        else brand.clock.set(`${today}T03:00:00Z`);
      } else if (await brand.merge(memberOf(step.who), memberOf(step.into))) {
        const [gone, into] = [memberOf(step.who), memberOf(step.into)];
        living.forEach((id, at) => {
          if (id === gone) living[at] = into;
        });
      }
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      refused += 1;
    }
  }
  const findings = await proveAll(database.db, proofs);
  expect(findings.first === null ? '' : tellFindings(findings)).toBe('');
  expect(refused).toBeLessThan(steps / 2);
});
