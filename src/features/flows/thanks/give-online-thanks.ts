import '../tables.ts';
import type { Actor } from '#foundation/audit.ts';
import { brandPolicy } from '#foundation/brand.ts';
import { addMs, dateInZone } from '#foundation/clock.ts';
import type { Tx } from '#foundation/db.ts';
import { type Refused, refuse } from '#foundation/outcome.ts';
import { readPolicy } from '#foundation/policy.ts';
import { enqueuePush } from '#outbox/enqueue.ts';
import { reachPolicy } from '#outbox/reach-rules.ts';
import { issueCoupon } from '../../coupons/issue-coupon.ts';
import { readFlow } from '../flow-reads.ts';
import type { Exclusion } from '../flow-rules.ts';
import { dedupeKeyOf, excludeByReach, roomUnderCaps } from '../plan-rules.ts';
import { readReach } from '../reach-reads.ts';
import { reserveFlowUnit } from '../reserve-flow-unit.ts';
import { flowOnlineThanks } from './thanks-messages.ts';

/** Thanks that come later than a day after the order are none. */
const withinMs = 86_400_000;

/** By this a coupon is known to be the thanks for a purchase. */
export const thanksKey = (purchaseId: number): string => `thanks:${purchaseId}`;

export type GiveOnlineThanksOutcome =
  | { ok: true; claimId: number }
  | Refused<'flow_off' | 'not_first' | 'too_late' | Exclusion>;

/**
 * Thanks for an order on the internet with the coupon of the flow, once per purchase, and plans the message that
 * tells of it. Whoever cannot be told gets none, and stands among the flow's entries with the reason.
 * @param input.purchasedAt when it was bought, business time: neither before the flow was switched on nor over a day ago
 */
export async function giveOnlineThanks(
  tx: Tx,
  input: {
    purchaseId: number;
    memberId: number;
    isFirst: boolean;
    purchasedAt: Date;
    now: Date;
    actor: Actor;
    source: string;
  },
): Promise<GiveOnlineThanksOutcome> {
  const { purchaseId, memberId, purchasedAt, now, actor, source } = input;
  const flow = await readFlow(tx, 'online_thanks');
  if (!flow?.isOn || flow.switchedOnAt === null || purchasedAt < flow.switchedOnAt) return refuse('flow_off');
  if (flow.settings.purchases === 'first' && !input.isFirst) return refuse('not_first');
  const expiresAt = addMs(purchasedAt, withinMs);
  if (now >= expiresAt) return refuse('too_late');
  const { zone } = await readPolicy(tx, brandPolicy, now);
  const { caps, lessDays } = await readPolicy(tx, reachPolicy, now);
  const today = dateInZone(now, zone);
  const reach = (await readReach(tx, { memberIds: [memberId], today, now, zone, lessDays })).get(memberId);
  const occasion = `purchase:${purchaseId}`;
  const enter = (entry: { reason: Exclusion | null; claimId: number | null; outboxId: number | null }) =>
    tx
      .insertInto('flow_entries')
      .values({
        flow_key: 'online_thanks',
        member_id: memberId,
        occasion,
        step: 'thanks',
        planned_for: today,
        state: entry.reason ? 'skipped' : 'planned',
        reason: entry.reason,
        coupon_claim_id: entry.claimId,
        outbox_id: entry.outboxId,
        created_at: now,
      })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  const leaveOut = async (reason: Exclusion) => {
    await enter({ reason, claimId: null, outboxId: null });
    return refuse(reason);
  };
  const exclusion = reach ? excludeByReach(reach) : 'not_bound';
  if (!reach?.lineUserId || exclusion) return leaveOut(exclusion ?? 'no_line');
  if (roomUnderCaps(reach, caps) === 0) return leaveOut('capped');
  const { couponKey } = flow.settings;
  const issueKey = thanksKey(purchaseId);
  const issued = await issueCoupon(tx, { couponKey, memberId, issueKey, now, today, actor, source });
  if (!issued.ok) return leaveOut('no_offer');
  const { claimId } = issued;
  const outboxId = await enqueuePush(tx, flowOnlineThanks, {
    lineUserId: reach.lineUserId,
    memberId,
    dedupeKey: dedupeKeyOf({ flow: 'online_thanks', memberId, occasion }),
    sourceRef: 'flow:online_thanks',
    data: { occasion, claimId },
    dueAt: now,
    expiresAt,
    unit: await reserveFlowUnit(tx, { flow: 'online_thanks', now }),
  });
  await enter({ reason: null, claimId, outboxId });
  return { ok: true, claimId };
}
