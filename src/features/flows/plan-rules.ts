import type { Caps } from '#outbox/reach-rules.ts';
import type { Exclusion, FlowKey, MorningFlow } from './flow-rules.ts';

/** Someone whom a flow would write to on a day, before reach and caps are asked. */
export type Candidate = {
  flow: MorningFlow;
  step: string;
  memberId: number;
  /** The business "once" within flow and member. */
  occasion: string;
  /** The flow's rank, then the step's within it: the lowest goes first when the cap is short. */
  rank: readonly [flow: number, step: number];
  /** The occasion of the same flow and member in whose message this one goes along, taking no room of its own. */
  ridesOn: string | null;
  /** The coupon to give with the message, and the once of giving it. */
  offer: { couponKey: string; issueKey: string } | null;
  /** What the message needs to know, and to ask whether it is still due. */
  data: Record<string, unknown>;
};

/** How one person can be reached on the day. */
export type Reach = {
  lineUserId: string | null;
  isBound: boolean;
  isFollowing: boolean;
  hasConsent: boolean;
  marketing: 'all' | 'less' | 'stopped';
  /** Marketing pushes that left or are planned: on the day, in the days that end with it, and since the day from
   *  which 'less' counts. */
  pushesToday: number;
  pushesSevenDays: number;
  pushesFourteenDays: number;
  pushesThirtyDays: number;
  pushesLess: number;
};

/** Why nothing may go to this person at all, or null. */
export function excludeByReach(reach: Reach): Exclusion | null {
  if (!reach.isBound) return 'not_bound';
  if (reach.lineUserId === null) return 'no_line';
  if (!reach.isFollowing) return 'not_following';
  if (reach.marketing === 'stopped') return 'stopped';
  if (!reach.hasConsent) return 'no_consent';
  return null;
}

/** How many more marketing pushes the caps let through on the day. */
export function roomUnderCaps(reach: Reach, caps: Caps): number {
  const room = Math.min(
    roomFor(caps.perDay, reach.pushesToday),
    roomFor(caps.perSevenDays, reach.pushesSevenDays),
    roomFor(caps.perFourteenDays, reach.pushesFourteenDays),
    roomFor(caps.perThirtyDays, reach.pushesThirtyDays),
  );
  const less = reach.marketing === 'less' ? 1 - reach.pushesLess : Number.POSITIVE_INFINITY;
  return Math.max(0, Math.min(room, less));
}

const roomFor = (cap: number | null, pushes: number): number =>
  cap === null ? Number.POSITIVE_INFINITY : cap - pushes;

/** The order in which one person's candidates take what the caps leave. */
export function byRank(a: Candidate, b: Candidate): number {
  return a.rank[0] - b.rank[0] || a.rank[1] - b.rank[1] || (a.occasion < b.occasion ? -1 : 1);
}

export type Chosen = { going: Candidate[]; skipped: { candidate: Candidate; reason: Exclusion }[] };

/**
 * What one person gets on a day: the best-ranked candidates that the caps let through, and what goes along with
 * them. Everything else is left out with its reason.
 * @param candidates all of one person
 */
export function choose(candidates: readonly Candidate[], reach: Reach | undefined, caps: Caps): Chosen {
  const exclusion = reach ? excludeByReach(reach) : 'not_bound';
  if (!reach || exclusion) {
    return {
      going: [],
      skipped: candidates.map((candidate) => ({ candidate, reason: exclusion ?? 'not_bound' })),
    };
  }
  const isRider = (one: Candidate) => candidates.some((other) => carries(other, one));
  const ranked = candidates.filter((one) => !isRider(one)).sort(byRank);
  const carriers = ranked.slice(0, roomUnderCaps(reach, caps));
  const riders = candidates.filter((one) => carriers.some((carrier) => carries(carrier, one)));
  const going = [...carriers, ...riders];
  const left = candidates.filter((one) => !going.includes(one));
  return { going, skipped: left.map((candidate) => ({ candidate, reason: 'capped' as const })) };
}

/** Whether `rider` goes in the message of `carrier`. */
export function carries(carrier: Candidate, rider: Candidate): boolean {
  return (
    rider.ridesOn !== null &&
    carrier.flow === rider.flow &&
    carrier.memberId === rider.memberId &&
    carrier.occasion === rider.ridesOn
  );
}

/** The once of a message: flow, member and occasion. */
export function dedupeKeyOf(candidate: { flow: FlowKey; memberId: number; occasion: string }): string {
  return `flow:${candidate.flow}:${candidate.memberId}:${candidate.occasion}`;
}
