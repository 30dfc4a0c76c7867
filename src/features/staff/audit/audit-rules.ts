import { z } from 'zod';
import type { Actor } from '#foundation/audit.ts';
import { addDays, dateInZone, instantInZone, timeInZone } from '#foundation/clock.ts';
import type { AuditEntry } from './audit-reads.ts';

/** Which entries; what is left out does not narrow. `from` counts, `before` does not. */
export type AuditFilter = {
  action?: string | undefined;
  actor?: { kind: Actor['kind']; id: string } | undefined;
  memberNo?: string | undefined;
  from?: Date | undefined;
  before?: Date | undefined;
};

/** A place in the log: the instant in whole microseconds, as PostgreSQL keeps it, and the id. */
export type AuditCursor = { atMicros: number; id: number };

export const maxAuditPage = 1_000;

/** How a request names a filter; `from` and `to` are days of the brand's zone, both included. */
export const auditQuery = z.object({
  action: z.string().min(1).max(80).optional(),
  actorId: z.string().min(1).max(80).optional(),
  /** What `actorId` is the id of; a person who works here, unless said. */
  actorKind: z.enum(['member', 'staff', 'api_key', 'job', 'system']).default('staff'),
  memberNo: z
    .string()
    .regex(/^[0-9]{10}$/)
    .optional(),
  from: z.iso.date().optional(),
  to: z.iso.date().optional(),
});

export function toAuditFilter(query: z.infer<typeof auditQuery>, zone: string): AuditFilter {
  return {
    action: query.action,
    actor: query.actorId === undefined ? undefined : { kind: query.actorKind, id: query.actorId },
    memberNo: query.memberNo,
    from: query.from === undefined ? undefined : instantInZone(query.from, '00:00', zone),
    before: query.to === undefined ? undefined : instantInZone(addDays(query.to, 1), '00:00', zone),
  };
}

export const writeAuditCursor = (cursor: AuditCursor): string => `${cursor.atMicros}.${cursor.id}`;

/** @returns null for what we never wrote */
export function readAuditCursor(text: string): AuditCursor | null {
  const [, micros, id] = /^(-?[0-9]{1,16})\.([1-9][0-9]{0,14})$/.exec(text) ?? [];
  if (micros === undefined || id === undefined || !Number.isSafeInteger(Number(micros))) return null;
  return { atMicros: Number(micros), id: Number(id) };
}

/** One line of the file for auditors, by column; `day` and `time` are the brand's wall clock. */
export function toAuditLine(entry: AuditEntry, zone: string): Record<string, string> {
  return {
    id: String(entry.id),
    at: entry.at.toISOString(),
    day: dateInZone(entry.at, zone),
    time: timeInZone(entry.at, zone),
    actor_kind: entry.actor.kind,
    actor_id: entry.actor.id,
    actor_name: entry.actor.name ?? '',
    action: entry.action,
    subject_kind: entry.subject.kind,
    subject_id: entry.subject.id,
    subject_name: entry.subject.name ?? '',
    member_no: entry.memberNo ?? '',
    before: entry.before === null ? '' : JSON.stringify(entry.before),
    after: entry.after === null ? '' : JSON.stringify(entry.after),
    store: entry.place.store ?? '',
    device: entry.place.device ?? '',
    address: entry.place.address ?? '',
  };
}

export const auditColumns = [
  'id',
  'at',
  'day',
  'time',
  'actor_kind',
  'actor_id',
  'actor_name',
  'action',
  'subject_kind',
  'subject_id',
  'subject_name',
  'member_no',
  'before',
  'after',
  'store',
  'device',
  'address',
] as const;
