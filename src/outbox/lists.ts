import { type RawBuilder, sql } from 'kysely';

/** Ids in one text: half the price of an array, for nobody has to quote them. Also what many rows share is said once. */
export const listIds = (ids: readonly number[]): string => ids.join(',');

/** The ids that such a text names. */
export const readIds = (list: RawBuilder<unknown>): RawBuilder<number[]> =>
  sql`string_to_array(${list}, ',')::bigint[]`;

/** Such ids as an array. */
export const idsOf = (ids: readonly number[]): RawBuilder<number[]> => readIds(sql`${listIds(ids)}::text`);

/** LINE's user ids, of which none has a comma, as an array of texts. */
export const peopleOf = (lineUserIds: readonly string[]): RawBuilder<string[]> =>
  sql`string_to_array(${lineUserIds.join(',')}::text, ',')`;
