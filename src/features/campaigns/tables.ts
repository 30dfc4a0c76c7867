import type { ColumnType, Generated } from 'kysely';
import type { CampaignGoal, CampaignState } from './campaign-rules.ts';

type Json = ColumnType<unknown, string, string>;

type CampaignTemplatesTable = { id: Generated<number>; key: string; name: string; created_at: Date };

type CampaignTemplateVersionsTable = {
  id: Generated<number>;
  template_id: number;
  version: number;
  content: Json;
  changed_at: Date;
  locked_at: Date | null;
};

type CampaignsTable = {
  id: Generated<number>;
  name: string;
  goal: CampaignGoal;
  goal_days: number;
  audience_id: number;
  template_id: number;
  template_version_id: number | null;
  state: Generated<CampaignState>;
  revision: Generated<number>;
  pace_per_second: number | null;
  quiet: 'hold' | 'skip';
  life_hours: number;
  if_over_quota: 'refuse' | 'trim';
  scheduled_at: Date | null;
  expected_count: number | null;
  most_people: number | null;
  quota: ColumnType<unknown, string | null, string | null>;
  stream_id: number | null;
  planned_up_to: Generated<number>;
  planned_count: Generated<number>;
  started_at: Date | null;
  planned_at: Date | null;
  closed_at: Date | null;
  created_at: Date;
};

type CampaignRecipientsTable = {
  campaign_id: number;
  member_id: number;
  arm: string | null;
  reason: string | null;
};

type CampaignResultsTable = {
  campaign_id: number;
  arm: string;
  state: 'sent' | 'skipped' | 'failed' | 'unknown';
  reason: string;
  people_count: number;
};

declare module '#foundation/db.ts' {
  interface Database {
    campaign_templates: CampaignTemplatesTable;
    campaign_template_versions: CampaignTemplateVersionsTable;
    campaigns: CampaignsTable;
    campaign_recipients: CampaignRecipientsTable;
    campaign_results: CampaignResultsTable;
  }
}
