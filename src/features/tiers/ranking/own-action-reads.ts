import { sql } from '#foundation/db.ts';

/**
 * Which facts tell that somebody did something themselves, of a row of `facts`: what a member caused, and activities
 * whoever recorded them. Never a purchase, which counts as such.
 */
export const ownAction = sql`not is_history and kind not like 'purchase.%'
  and (actor_kind = 'member' or kind = 'activity.recorded')`;
