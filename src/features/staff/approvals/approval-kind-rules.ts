import type { z } from 'zod';
import type { Actor } from '#foundation/audit.ts';
import type { Db, Tx } from '#foundation/db.ts';
import { Fault } from '#foundation/errors.ts';
import type { Locale } from '#foundation/i18n.ts';
import type { Refused } from '#foundation/outcome.ts';
import { mayAct, type Permission, reachOf, type StaffRole } from '../permission-rules.ts';

/** What an action does, in words for those who decide: one sentence, and its figures line by line. */
export type ApprovalSummary = { text: string; lines: { label: string; value: string }[] };

/** What the carrying out gets to know beside the request. */
export type CarryOut = {
  approvalId: number;
  storeId: number | null;
  reason: string;
  askedById: number;
  now: Date;
  /** Who decided. */
  actor: Actor;
};

/** An action that may have to wait for a second person, declared by the room it belongs to. */
export type ApprovalKind<Request> = {
  kind: string;
  /** What who decides must be allowed to do themselves, beside `approvals.decide`. */
  permission: Permission;
  /** Ids and figures only. */
  schema: z.ZodType<Request>;
  /** Whose data or balance it touches. */
  memberIdOf(request: Request): number | null;
  /** What it does as things stand now. */
  describe(db: Db, request: Request, by: { locale: Locale; now: Date }): Promise<ApprovalSummary>;
  /** Does it, or says why it cannot be done now; `message` goes outward. */
  carryOut(
    tx: Tx,
    request: Request,
    by: CarryOut,
  ): Promise<{ ok: true } | Refused<string, { message: string }>>;
};

// biome-ignore lint/suspicious/noExplicitAny: kinds with different requests stand in one list
export type AnyApprovalKind = ApprovalKind<any>;
export type ApprovalKinds = ReadonlyMap<string, AnyApprovalKind>;

/** @throws Fault 'approval_kind_twice' */
export function collectApprovalKinds(kinds: readonly AnyApprovalKind[]): ApprovalKinds {
  const known = new Map(kinds.map((kind) => [kind.kind, kind]));
  if (known.size < kinds.length) throw new Fault('approval_kind_twice', 'Two kinds of approval share a name');
  return known;
}

/** @throws Fault 'unknown_approval_kind' when the kind is not among those collected */
export function findApprovalKind(kinds: ApprovalKinds, kind: string): AnyApprovalKind {
  const found = kinds.get(kind);
  if (!found) throw new Fault('unknown_approval_kind', `Nobody declares approvals of the kind "${kind}"`);
  return found;
}

/** A person who works here, as approvals look at them. */
export type Decider = {
  staffId: number;
  role: StaffRole;
  storeIds: readonly number[];
  deviceStoreId: number | null;
};

/**
 * Whether somebody may decide: never on what they asked for themselves, whatever they are; else with the right to
 * decide and the right to the action itself, both reaching its store. Without a store both must reach every one.
 */
export function mayDecide(
  who: Decider,
  of: { askedById: number; storeId: number | null; permission: Permission },
): boolean {
  if (who.staffId === of.askedById) return false;
  return (['approvals.decide', of.permission] as const).every((permission) =>
    of.storeId === null ? reachOf(who.role, permission) === 'every' : mayAct(who, permission, of.storeId),
  );
}

/** Why an approval waits no more; null = it does. */
export function findExpiry(
  approval: { expires_at: Date; asker_disabled_at: Date | null },
  now: Date,
): 'due' | 'asker_disabled' | null {
  if (approval.expires_at <= now) return 'due';
  return approval.asker_disabled_at === null ? null : 'asker_disabled';
}
