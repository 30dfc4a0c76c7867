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
    case 'quota_unknown':
      return 'LINE has not said yet how many messages the month has';
    case 'over_quota': {
      const { needed, month, limit, used, scheduled, flowsForecast, reserve, room } = refused.quota;
      return (
        `It takes ${needed} messages, and LINE's month ${month} has room for ${room}: of ${limit} are ${used} used, ` +
        `${scheduled} scheduled, ${flowsForecast} forecast for flows and ${reserve} kept for service messages`
      );
    }
    default:
      return neverHappens(refused);
  }
}
