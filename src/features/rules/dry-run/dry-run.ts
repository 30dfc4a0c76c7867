import { brandPolicy } from '#foundation/brand.ts';
import { addMonths, dateInZone } from '#foundation/clock.ts';
import { type Db, sql } from '#foundation/db.ts';
import { type Refused, refuse } from '#foundation/outcome.ts';
import { readPolicy } from '#foundation/policy.ts';
import { readCouponWorths } from '../../coupons/coupon-reads.ts';
import { pointsPolicy } from '../../points/points-rules.ts';
import { lastsMonths } from '../../tiers/review/review-rules.ts';
import { type TiersPolicy, tiersPolicy } from '../../tiers/tier-rules.ts';
import type { SectionRules } from '../section-rules.ts';
import { readPastRankings } from './past-rankings-reads.ts';
import { readPastMembers } from './past-reads.ts';
import { listMonths } from './timeline-rules.ts';
import {
  emptyMonths,
  type MonthSum,
  type Move,
  moveOf,
  type RuleSide,
  weighMember,
} from './weigh-member-rules.ts';

/** So many calendar months are replayed, the present one included. */
export const replayedMonths = 24;
/** No statement of a replay may hold its snapshot longer. */
const timeoutMs = 60_000;

/** Somebody whose tier differs; `from` under the live rules, `to` under the draft. */
export type Mover = {
  memberId: number;
  memberNo: string;
  from: string;
  to: string;
  move: Exclude<Move, 'same'>;
};

export type DryRun = {
  from: string;
  until: string;
  memberCount: number;
  /** Tiers today, by pair; only pairs that differ. */
  pairs: { from: string; to: string; move: Exclude<Move, 'same'>; count: number }[];
  months: MonthSum[];
  /** What one point is worth under each side, NT$. */
  pointValueTwd: { live: number; draft: number };
  movers: Mover[];
  hasMore: boolean;
};

export type DryRunOutcome = ({ ok: true } & DryRun) | Refused<'nothing_to_replay'> | Refused<'busy'>;

/**
 * Lets the last 24 months happen again under a draft and under the rules in force, with returns when they came, and
 * says who would stand where today and what each month would have cost. Writes nothing; looks at everything as it
 * stands at one moment, a thousand members at a time, and only one such run goes on at once.
 * @param input.moversAfter the member behind whom the list of movers goes on; sums are always of everybody
 */
export function dryRun(
  db: Db,
  input: { rules: SectionRules; now: Date; moversAfter: number; moversLimit: number },
): Promise<DryRunOutcome> {
  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute(async (tx) => {
      await sql`select set_config('statement_timeout', ${String(timeoutMs)}, true)`.execute(tx);
      const lock = await sql<{ isOurs: boolean }>`
        select pg_try_advisory_xact_lock(hashtext('rules:dry-run')) as "isOurs"`.execute(tx);
      if (!lock.rows[0]?.isOurs) return refuse('busy');
      return replay(tx, input);
    });
}

async function replay(db: Db, input: Parameters<typeof dryRun>[1]): Promise<DryRunOutcome> {
  const { rules, now } = input;
  const { zone } = await readPolicy(db, brandPolicy, now);
  const today = dateInZone(now, zone);
  const months = listMonths(today, replayedMonths);
  const firstDay = `${months[0]}-01`;
  const rankings = (tiers: TiersPolicy) => readPastRankings(db, tiers, { from: firstDay, today, zone });

  const tiers = await readPolicy(db, tiersPolicy, now);
  const points = await readPolicy(db, pointsPolicy, now);
  const live: RuleSide = { tiers, points, rankings: await rankings(tiers) };
  let draft: RuleSide;
  if (rules.section === 'points') draft = { ...live, points: rules.data };
  else if (rules.section === 'tiers') {
    const drafted: TiersPolicy = { ...rules.data, version: 0 };
    draft = { ...live, tiers: drafted, rankings: await rankings(drafted) };
  } else return refuse('nothing_to_replay');

  const sides = [live, draft];
  const worths = await readCouponWorths(db);
  const sums = emptyMonths(months);
  const pairs = new Map<string, DryRun['pairs'][number]>();
  const movers: Mover[] = [];
  let memberCount = 0;
  const batches = readPastMembers(db, {
    from: addMonths(firstDay, -Math.max(...sides.map(({ tiers }) => monthsBack(tiers)))),
    until: today,
    zone,
    withLines: sides.some(({ points }) => points.memberDays.length > 0),
    withActivity: sides.some(({ tiers }) => tiers.mode === 'score'),
  });
  for await (const batch of batches) {
    for (const member of batch) {
      const weighed = weighMember(member, {
        live,
        draft,
        today,
        months: sums,
        worthOf: (key) => worths.get(key) ?? null,
      });
      const move = moveOf(weighed, live.tiers, draft.tiers);
      if (move === 'same') continue;
      const { liveKey: from, draftKey: to } = weighed;
      const pair = pairs.get(`${from} ${to}`) ?? { from, to, move, count: 0 };
      pairs.set(`${from} ${to}`, { ...pair, count: pair.count + 1 });
      // One more than asked for tells that there are more.
      if (member.memberId > input.moversAfter && movers.length <= input.moversLimit)
        movers.push({ memberId: member.memberId, memberNo: member.memberNo, from, to, move });
    }
    memberCount += batch.length;
  }
  return {
    ok: true,
    from: firstDay,
    until: today,
    memberCount,
    pairs: [...pairs.values()].toSorted((a, b) => b.count - a.count),
    months: [...sums.values()],
    pointValueTwd: { live: live.points.pointValueTwd, draft: draft.points.pointValueTwd },
    movers: movers.slice(0, input.moversLimit),
    hasMore: movers.length > input.moversLimit,
  };
}

/** How far before the first month purchases still matter: a tier may be held for a year, on what its window counted. */
function monthsBack(tiers: TiersPolicy): number {
  return tiers.mode === 'threshold' ? tiers.windowMonths + lastsMonths : Math.ceil(tiers.windowDays / 28);
}
