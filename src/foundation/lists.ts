import { type RawBuilder, sql } from 'kysely';

/** `column = anyId(ids)`, behind a select, so that PostgreSQL keeps one plan for lists of any length. */
export const anyId = (ids: readonly number[]): RawBuilder<number> =>
  sql<number>`any((select ${[...ids]}::bigint[])::bigint[])`;

/** The same for texts. */
export const anyText = (texts: readonly string[]): RawBuilder<string> =>
  sql<string>`any((select ${[...texts]}::text[])::text[])`;

/** Ids in one text: half the price of an array, each of whose values would have to be quoted. */
export const joinIds = (ids: readonly number[]): string => ids.join(',');

/** The ids that such a text names. */
export const splitIds = (joined: RawBuilder<unknown>): RawBuilder<number[]> =>
  sql`string_to_array(${joined}, ',')::bigint[]`;

/** Many ids as an array, for the price of a text. */
export const idList = (ids: readonly number[]): RawBuilder<number[]> => splitIds(sql`${joinIds(ids)}::text`);

/** The same for LINE's user ids, none of which has a comma. */
export const userIdList = (lineUserIds: readonly string[]): RawBuilder<string[]> =>
  sql`string_to_array(${lineUserIds.join(',')}::text, ',')`;
