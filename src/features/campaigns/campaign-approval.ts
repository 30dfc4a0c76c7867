import { z } from 'zod';
import { brandPolicy } from '#foundation/brand.ts';
import { readInstant } from '#foundation/http.ts';
import { formatClock, formatNumber, type Locale } from '#foundation/i18n.ts';
import { refuse } from '#foundation/outcome.ts';
import { readPolicy } from '#foundation/policy.ts';
import type { ApprovalKind } from '../staff/approvals/approval-kind-rules.ts';
import { readAudienceStanding } from './audience-standing-reads.ts';
import { readCampaign } from './campaign-reads.ts';
import { scheduleCampaign } from './schedule-campaign.ts';
import { tellScheduleRefusal } from './tell-schedule-refusal-rules.ts';
import { readContent } from './templates/template-reads.ts';
import { en } from './words.en.ts';
import { ja } from './words.ja.ts';
import { type CampaignWords, zhTW } from './words.zh-TW.ts';

const wordsOf: Record<Locale, CampaignWords> = { 'zh-TW': zhTW, en, ja };

const request = z.object({
  campaignId: z.int().positive(),
  revision: z.int().positive(),
  versionId: z.int().positive(),
  scheduledAt: z.iso.datetime({ offset: true }),
});

/** A campaign that tells more people than one person may decide on alone. */
export const campaignApproval: ApprovalKind<z.infer<typeof request>> = {
  kind: 'campaign.schedule',
  permission: 'campaigns.manage',
  schema: request,
  memberIdOf: () => null,
  async describe(db, { campaignId, versionId, scheduledAt }, { locale, now }) {
    const words = wordsOf[locale];
    const campaign = await readCampaign(db, campaignId);
    if (!campaign) return { text: words.gone(), lines: [] };
    const { zone } = await readPolicy(db, brandPolicy, now);
    const { holdOutPercent } = await readContent(db, versionId);
    const standing = await readAudienceStanding(db, { ...campaign, holdOutPercent });
    const labels = words.labels();
    return {
      text: words.ask(campaign.name, formatNumber(standing.reachable)),
      lines: [
        { label: labels.audience, value: campaign.audienceKey },
        { label: labels.template, value: campaign.templateKey },
        { label: labels.people, value: formatNumber(standing.people) },
        { label: labels.reachable, value: formatNumber(standing.reachable) },
        { label: labels.start, value: formatClock(locale, readInstant(scheduledAt), now, zone) },
      ],
    };
  },
  async carryOut(tx, { campaignId, revision, versionId, scheduledAt }, { approvalId, now, actor }) {
    const done = await scheduleCampaign(tx, {
      campaignId,
      revision,
      versionId,
      scheduledAt: readInstant(scheduledAt),
      approvalId,
      now,
      actor,
    });
    return done.ok ? { ok: true } : refuse(done.reason, { message: tellScheduleRefusal(done) });
  },
};
