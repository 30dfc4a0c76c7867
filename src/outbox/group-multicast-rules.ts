import type { Message } from '#line/turn.ts';
import type { PickedRow } from './pick-rows.ts';

/** A push that was rendered just now. */
export type Rendering = { row: PickedRow; messages: readonly Message[] };

/** LINE's limit of recipients in one call. */
const maxRecipients = 500;

/**
 * Puts marketing pushes of one kind with the very same messages together: two or more leave as one multicast. A
 * person stands in a group once.
 */
export function groupForMulticast<R extends Rendering>(
  renderings: readonly R[],
): { groups: R[][]; singles: R[] } {
  const open = new Map<string, { members: R[]; people: Set<string> }>();
  const closed: R[][] = [];
  const singles: R[] = [];
  for (const rendering of renderings) {
    const { row } = rendering;
    if (row.purpose !== 'marketing' || row.method !== 'push' || row.body || row.lineUserId === null) {
      singles.push(rendering);
      continue;
    }
    const key = JSON.stringify([row.kind, row.streamId, row.unit, row.expiresAt, rendering.messages]);
    const group = open.get(key) ?? { members: [], people: new Set() };
    if (group.people.has(row.lineUserId)) {
      singles.push(rendering);
      continue;
    }
    group.people.add(row.lineUserId);
    group.members.push(rendering);
    open.set(key, group);
    if (group.members.length === maxRecipients) {
      closed.push(group.members);
      open.delete(key);
    }
  }
  const groups = [...closed, ...[...open.values()].map((group) => group.members)];
  return {
    groups: groups.filter((group) => group.length > 1),
    singles: [...singles, ...groups.filter((group) => group.length === 1).flat()],
  };
}
