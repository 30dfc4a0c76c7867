import { neverHappens } from '#foundation/outcome.ts';
import type { ScheduleRefusal } from './schedule-campaign.ts';

/** Why a campaign cannot be scheduled, for those who asked for it. */
export function tellScheduleRefusal(refused: ScheduleRefusal): string {
  switch (refused.reason) {
    case 'unknown_campaign':
      return 'There is no such campaign';
    case 'no_draft':
      return `The campaign is ${refused.state} and no draft any more`;
    case 'changed':
      return 'The campaign was changed since this was asked';
    case 'nobody':
      return `Of ${refused.people} people in the audience nobody can be told`;
    case 'over_quota':
      return `It takes ${refused.quota.needed} messages, and LINE's month has room for ${refused.quota.room ?? 0}`;
    default:
      return neverHappens(refused);
  }
}
