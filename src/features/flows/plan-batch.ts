import type { Actor } from '#foundation/audit.ts';
import { sql, type Tx } from '#foundation/db.ts';
import { enqueuePushes } from '#outbox/enqueue-pushes.ts';
import type { ReachPolicy } from '#outbox/reach-rules.ts';
import { type IssuedCoupon, issueCoupons } from '../coupons/issue-coupons.ts';
import { pushOf } from './flow-pushes.ts';
import type { Exclusion, FlowKey } from './flow-rules.ts';
import { type Candidate, carries, choose, dedupeKeyOf } from './plan-rules.ts';
import { readReach } from './reach-reads.ts';
import { reserveFlowUnit } from './reserve-flow-unit.ts';

/** `leavesOn`: the first day on which a push can leave; not today where quiet hours hold until tomorrow. */
export type Morning = { today: string; leavesOn: string; now: Date; zone: string; reach: ReachPolicy };

const actor: Actor = { kind: 'job', id: 'morning' };

/** What stands in flow_entries for one candidate. */
type Settled = { candidate: Candidate; claimId: number | null; reason: Exclusion | null };

/**
 * Settles all candidates of some people at once: who goes, with the coupon given and the push planned, and who is
 * left out and why. All of one person's candidates must be in one batch. Planning never overlaps itself: a lock
 * lets batches pass one by one, and what another run has settled meanwhile is left alone.
 */
export async function planBatch(
  tx: Tx,
  input: Morning & { candidates: readonly Candidate[] },
): Promise<{ planned: number; skipped: number }> {
  await sql`set local statement_timeout = '60s'`.execute(tx);
  await sql`select pg_advisory_xact_lock(hashtextextended('flows:plan', 0))`.execute(tx);
  const open = await leaveOutSettled(tx, input.candidates);
  const reach = await readReach(tx, {
    memberIds: [...new Set(open.map((candidate) => candidate.memberId))],
    today: input.today,
    now: input.now,
    zone: input.zone,
    lessDays: input.reach.lessDays,
  });

  const claims = new Map<Candidate, number>();
  const refused = new Set<Candidate>();
  let going: Candidate[] = [];
  let skipped: { candidate: Candidate; reason: Exclusion }[] = [];
  // A coupon that cannot be given makes room for the next in rank, so the choice is made again without it.
  for (let refusals = 1; refusals > 0; ) {
    going = [];
    skipped = [];
    for (const own of byMember(open.filter((candidate) => !refused.has(candidate)))) {
      const chosen = choose(own, reach.get(own[0]?.memberId ?? 0), input.reach.caps);
      going.push(...chosen.going);
      skipped.push(...chosen.skipped);
    }
    const before = refused.size;
    await giveOffers(tx, input, going, claims, refused);
    refusals = refused.size - before;
  }

  const settled: Settled[] = [
    ...going.map((candidate) => ({ candidate, claimId: claims.get(candidate) ?? null, reason: null })),
    ...skipped.map(({ candidate, reason }) => ({ candidate, claimId: null, reason })),
    ...[...refused].map((candidate) => ({ candidate, claimId: null, reason: 'no_offer' as const })),
  ];
  const carriers = going.filter((one) => !going.some((other) => carries(other, one)));
  const units = new Map<FlowKey, string | null>();
  for (const flow of new Set(carriers.map((candidate) => candidate.flow)))
    units.set(flow, await reserveFlowUnit(tx, { flow, now: input.now }));
  const outboxIds = await enqueuePushes(
    tx,
    carriers.map((candidate) => {
      const riders = going.filter((one) => carries(candidate, one));
      return pushOf(candidate, input, {
        lineUserId: reach.get(candidate.memberId)?.lineUserId ?? '',
        unit: units.get(candidate.flow) ?? null,
        claimId: claims.get(candidate) ?? null,
        riderClaimIds: riders.map((rider) => claims.get(rider)).filter((id) => id !== undefined),
      });
    }),
  );
  const outboxIdOf = (candidate: Candidate) => {
    const carrier = carriers.find((one) => one === candidate || carries(one, candidate)) ?? candidate;
    return outboxIds.get(dedupeKeyOf(carrier)) ?? null;
  };
  await recordEntries(
    tx,
    input,
    settled.map((one) => ({ ...one, outboxId: one.reason ? null : outboxIdOf(one.candidate) })),
  );
  return { planned: carriers.length, skipped: settled.length - going.length };
}

async function leaveOutSettled(tx: Tx, candidates: readonly Candidate[]): Promise<Candidate[]> {
  const found = await sql<{ flow: string; memberId: number; occasion: string }>`
    select flow_key as flow, member_id as "memberId", occasion from flow_entries
    where member_id = any(${[...new Set(candidates.map((candidate) => candidate.memberId))]})
      and (state = 'planned' or step <> 'gift')`.execute(tx);
  const settled = new Set(found.rows.map((row) => `${row.flow}:${row.memberId}:${row.occasion}`));
  return candidates.filter((one) => !settled.has(`${one.flow}:${one.memberId}:${one.occasion}`));
}

async function giveOffers(
  tx: Tx,
  { now, today }: Morning,
  going: readonly Candidate[],
  claims: Map<Candidate, number>,
  refused: Set<Candidate>,
): Promise<void> {
  const waiting = going.filter((candidate) => candidate.offer !== null && !claims.has(candidate));
  for (const [couponKey, takers] of Map.groupBy(waiting, (candidate) => candidate.offer?.couponKey ?? '')) {
    const gifts = takers.map((taker) => ({
      memberId: taker.memberId,
      issueKey: taker.offer?.issueKey ?? '',
    }));
    const issued = await issueCoupons(tx, { couponKey, gifts, now, today, actor, source: 'job' });
    for (const taker of takers) {
      const outcome: IssuedCoupon | undefined = issued.get(taker.offer?.issueKey ?? '');
      if (outcome?.ok) claims.set(taker, outcome.claimId);
      else refused.add(taker);
    }
  }
}

/** A gift that could not be given on an earlier day is tried again until its birthday; other occasions pass. */
async function recordEntries(
  tx: Tx,
  { today, now }: Morning,
  settled: readonly (Settled & { outboxId: number | null })[],
): Promise<void> {
  const rows = settled.map(({ candidate, claimId, reason, outboxId }) => ({
    flow_key: candidate.flow,
    member_id: candidate.memberId,
    occasion: candidate.occasion,
    step: candidate.step,
    state: reason ? 'skipped' : 'planned',
    reason,
    coupon_claim_id: claimId,
    outbox_id: outboxId,
  }));
  await sql`
    insert into flow_entries (flow_key, member_id, occasion, step, planned_for, state, reason, coupon_claim_id,
                              outbox_id, created_at)
    select flow_key, member_id, occasion, step, ${today}, state, reason, coupon_claim_id, outbox_id, ${now}
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r (flow_key text, member_id bigint, occasion text,
      step text, state text, reason text, coupon_claim_id bigint, outbox_id bigint)
    on conflict (flow_key, member_id, occasion) do update
      set planned_for = excluded.planned_for, state = excluded.state, reason = excluded.reason,
          coupon_claim_id = excluded.coupon_claim_id, outbox_id = excluded.outbox_id,
          created_at = excluded.created_at
      where flow_entries.state = 'skipped' and flow_entries.step = 'gift'
        and (excluded.state = 'planned' or flow_entries.reason <> excluded.reason)`.execute(tx);
}

function byMember(candidates: readonly Candidate[]): Iterable<Candidate[]> {
  return Map.groupBy(candidates, (candidate) => candidate.memberId).values();
}
