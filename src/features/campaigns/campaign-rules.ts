/** What a campaign is to bring about: none is saved without. */
export const campaignGoals = ['repurchase', 'claim', 'redeem', 'bind', 'reply'] as const;
export type CampaignGoal = (typeof campaignGoals)[number];

/**
 * `planning`: people are being written down, and those written down are sent to already. `running`: all are.
 * `finished` and `stopped` are final; a draft can be changed.
 */
export const campaignStates = [
  'draft',
  'scheduled',
  'planning',
  'running',
  'paused',
  'finished',
  'stopped',
] as const;
export type CampaignState = (typeof campaignStates)[number];

export type Control = 'pause' | 'resume' | 'stop';

const living: readonly CampaignState[] = ['planning', 'running', 'paused'];

/**
 * The state after somebody pauses, resumes or stops; what it is already stays so.
 * @param isPlanned whether everybody of the audience is written down
 * @returns null where that cannot be done
 */
export function stateAfter(state: CampaignState, control: Control, isPlanned: boolean): CampaignState | null {
  switch (control) {
    case 'pause':
      return living.includes(state) ? 'paused' : null;
    case 'resume':
      if (state !== 'paused') return living.includes(state) ? state : null;
      return isPlanned ? 'running' : 'planning';
    case 'stop':
      return living.includes(state) || state === 'scheduled' || state === 'stopped' ? 'stopped' : null;
  }
}

/** Whether its pace can still be changed. */
export const hasPace = (state: CampaignState): boolean => state === 'scheduled' || living.includes(state);

/** Why somebody of the audience is not sent to; what the outbox skips has its reasons beside these. */
export const leftOutReasons = [
  'erased',
  'not_bound',
  'no_line',
  'not_following',
  'stopped',
  'no_consent',
  'stopped_by_staff',
  'hold_out',
  'over_quota',
] as const;
export type LeftOutReason = (typeof leftOutReasons)[number];

/** The name under which LINE counts an arm of a campaign: LINE takes 30 signs of a-z, A-Z, 0-9 and _. */
export const unitOf = (campaignId: number, arm: string): string => `c${campaignId}_${arm}`;

/** The alarm of a campaign that did not start because LINE's month has no room for it. */
export const overQuotaCause = (campaignId: number): string => `campaign_over_quota:${campaignId}`;
