import { writeMessages } from '#line/flex.ts';
import type { Message } from '#line/turn.ts';
import type { PickedRow } from './pick-rows.ts';

/** A push that was rendered just now. */
export type Rendering = { row: PickedRow; messages: readonly Message[] };

/** LINE's limit of recipients in one call. */
export const maxRecipients = 500;

/** A body for LINE: `json` is that of the messages, written once however many share it. */
export function bodyOf(
  to: string | null | readonly (string | null)[],
  json: string,
  unit: string | null,
): string {
  const counted = unit === null ? '' : `,"customAggregationUnits":${JSON.stringify([unit])}`;
  return `{"to":${JSON.stringify(to)},"messages":${json}${counted}}`;
}

/**
 * The first of these rows that have at most `most` recipients together, and one row at least: a multicast that is
 * tried again brings all of its own along.
 */
export function cutToRecipients<Row extends Pick<PickedRow, 'method'>>(
  rows: readonly Row[],
  most: number,
): Row[] {
  let recipients = 0;
  return rows.filter(({ method }, at) => {
    recipients += method === 'multicast' ? maxRecipients : 1;
    return at === 0 || recipients <= most;
  });
}

type Single = { row: PickedRow; json: string };
type Group = { rows: PickedRow[]; json: string };
type OpenGroup = Group & { people: Set<string> };

/**
 * Puts marketing pushes of one kind with the very same messages together: two or more leave as one multicast. A
 * person stands in a group once.
 */
export function groupForMulticast(renderings: readonly Rendering[]): {
  groups: Group[];
  singles: Single[];
} {
  // Kinds whose words name nobody give everybody the same object.
  const written = new Map<readonly Message[], string>();
  // By words first: a long text is its own key, and is not copied into one for every reader.
  const openByWords = new Map<string, Map<string, OpenGroup>>();
  const closed: Group[] = [];
  const singles: Single[] = [];
  for (const { row, messages } of renderings) {
    const json = written.get(messages) ?? writeMessages(messages);
    written.set(messages, json);
    if (row.purpose !== 'marketing' || row.method !== 'push' || row.body || row.lineUserId === null) {
      singles.push({ row, json });
      continue;
    }
    const open = openByWords.get(json) ?? new Map<string, OpenGroup>();
    openByWords.set(json, open);
    const terms = `${row.kind} ${row.streamId} ${row.unit} ${row.expiresAt?.getTime()}`;
    const group = open.get(terms) ?? { rows: [], json, people: new Set() };
    if (group.people.has(row.lineUserId)) {
      singles.push({ row, json });
      continue;
    }
    group.people.add(row.lineUserId);
    group.rows.push(row);
    open.set(terms, group);
    if (group.rows.length === maxRecipients) {
      closed.push(group);
      open.delete(terms);
    }
  }
  const all: Group[] = [...closed, ...[...openByWords.values()].flatMap((open) => [...open.values()])];
  const alone = all.filter(({ rows }) => rows.length === 1);
  return {
    groups: all.filter(({ rows }) => rows.length > 1),
    singles: [...singles, ...alone.flatMap(({ rows, json }) => rows.map((row) => ({ row, json })))],
  };
}
