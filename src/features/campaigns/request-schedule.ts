import type { Actor } from '#foundation/audit.ts';
import type { Tx } from '#foundation/db.ts';
import { type Refused, refuse } from '#foundation/outcome.ts';
import { readPolicy } from '#foundation/policy.ts';
import { askApproval } from '../staff/approvals/ask-approval.ts';
import { staffPolicy } from '../staff/staff-policy-rules.ts';
import { campaignApproval } from './campaign-approval.ts';
import {
  lockVersion,
  type Schedulable,
  type ScheduleRefusal,
  scheduleCampaign,
  weighCampaign,
} from './schedule-campaign.ts';

export type RequestScheduleOutcome =
  | (Schedulable & { state: 'scheduled' })
  | (Schedulable & { state: 'waiting'; approvalId: number })
  | ScheduleRefusal
  | Refused<'needs_approval', { people: number; most: number }>;

/**
 * Schedules a draft, or lets it wait for a second person where it tells more people than policy lets one alone. What
 * is agreed to stays as it was asked: a change of the draft or of its template counts for the next.
 * @param input.staffId who asks; null for a key, which cannot ask for approval
 */
export async function requestSchedule(
  tx: Tx,
  input: {
    campaignId: number;
    scheduledAt: Date;
    reason: string;
    staffId: number | null;
    now: Date;
    actor: Actor;
  },
): Promise<RequestScheduleOutcome> {
  const { campaignId, scheduledAt, staffId, now, actor } = input;
  const weighed = await weighCampaign(tx, { campaignId, scheduledAt, now });
  if (!weighed.ok) return weighed;
  const { campaignPeopleAbove } = await readPolicy(tx, staffPolicy, now);
  const { reachable } = weighed.standing;
  if (reachable <= campaignPeopleAbove) {
    const done = await scheduleCampaign(tx, { campaignId, scheduledAt, approvalId: null, now, actor });
    return done.ok ? { ...done, state: 'scheduled' } : done;
  }
  if (staffId === null) return refuse('needs_approval', { people: reachable, most: campaignPeopleAbove });
  await lockVersion(tx, weighed.versionId, now);
  const { approvalId } = await askApproval(tx, campaignApproval, {
    request: {
      campaignId,
      revision: weighed.campaign.revision,
      versionId: weighed.versionId,
      scheduledAt: scheduledAt.toISOString(),
    },
    storeId: null,
    reason: input.reason,
    askedById: staffId,
    now,
    actor,
  });
  return { ...weighed, state: 'waiting', approvalId };
}
