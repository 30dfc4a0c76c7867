import { sql } from 'kysely';
import type { z } from 'zod';
import type { Actor } from './audit.ts';
import { openTransaction, type Tx } from './db.ts';

/** A kind of fact, declared by the room it belongs to. `data` holds ids, amounts and words of ours only. */
export type FactKind<Data> = { kind: string; version: number; schema: z.ZodType<Data> };

export type Fact<Data = unknown> = {
  id: number;
  kind: string;
  memberId: number | null;
  lineUserId: string | null;
  occurredAt: Date;
  actor: Actor;
  source: string;
  isHistory: boolean;
  data: Data;
};

export type NewFact<Data> = {
  memberId: number | null;
  lineUserId?: string | null;
  /** Business time. */
  occurredAt: Date;
  actor: Actor;
  /** Through which door it came: 'chat', 'api', 'job', 'import', 'demo'. */
  source: string;
  /** Imports and seeds: never triggers a message of its own. */
  isHistory?: boolean;
  /** The business "once": a second fact with the same key is not recorded. */
  dedupeKey: string;
  data: Data;
};

/** A room's answer to a fact, in the same transaction; it must not fail for business reasons. */
export type Reaction<Data> = {
  to: FactKind<Data>;
  name: string;
  run(tx: Tx, fact: Fact<Data>): Promise<void>;
};

// biome-ignore lint/suspicious/noExplicitAny: reactions to different facts stand in one list
export type AnyReaction = Reaction<any>;

const reactionsOf = new WeakMap<Tx, readonly AnyReaction[]>();

/** Opens transactions in which recorded facts are answered at once by the `within` reactions. */
export type Transact = <T>(work: (tx: Tx) => Promise<T>) => Promise<T>;

export function declareFact<Data>(kind: string, version: number, schema: z.ZodType<Data>): FactKind<Data> {
  return { kind, version, schema };
}

export function reactTo<Data>(
  to: FactKind<Data>,
  name: string,
  run: (tx: Tx, fact: Fact<Data>) => Promise<void>,
): Reaction<Data> {
  return { to, name, run };
}

export function createTransact(
  db: Parameters<typeof openTransaction>[0],
  within: readonly AnyReaction[],
): Transact {
  return (work) =>
    openTransaction(db, (tx) => {
      reactionsOf.set(tx, within);
      return work(tx);
    });
}

/**
 * Records what happened, once per `dedupeKey`, and lets the rooms answer it before it returns.
 * @returns the fact, or null when it had been recorded before (then nobody answers again).
 */
export async function recordFact<Data>(
  tx: Tx,
  kind: FactKind<Data>,
  fact: NewFact<Data>,
): Promise<Fact<Data> | null> {
  const data = kind.schema.parse(fact.data);
  const inserted = await sql<{ id: number }>`
    insert into facts (kind, version, member_id, line_user_id, occurred_at, actor_kind, actor_id, source,
                       is_history, dedupe_key, data)
    values (${kind.kind}, ${kind.version}, ${fact.memberId}, ${fact.lineUserId ?? null}, ${fact.occurredAt},
            ${fact.actor.kind}, ${fact.actor.id}, ${fact.source}, ${fact.isHistory ?? false},
            ${`${kind.kind}:${fact.dedupeKey}`}, ${JSON.stringify(data)}::jsonb)
    on conflict (dedupe_key) do nothing
    returning id`.execute(tx);
  const id = inserted.rows[0]?.id;
  if (id === undefined) return null;
  const recorded: Fact<Data> = {
    id,
    kind: kind.kind,
    memberId: fact.memberId,
    lineUserId: fact.lineUserId ?? null,
    occurredAt: fact.occurredAt,
    actor: fact.actor,
    source: fact.source,
    isHistory: fact.isHistory ?? false,
    data,
  };
  for (const reaction of reactionsOf.get(tx) ?? []) {
    if (reaction.to.kind === kind.kind) await reaction.run(tx, recorded);
  }
  return recorded;
}

/**
 * Records facts of the past in one statement, each once per `dedupeKey`. They are history (`isHistory`): nobody
 * answers them, neither here nor later; what follows from them is set by whoever imports, in sets too.
 * @returns how many had not been recorded before
 */
export async function recordHistory<Data>(
  tx: Tx,
  kind: FactKind<Data>,
  facts: readonly Omit<NewFact<Data>, 'isHistory' | 'lineUserId'>[],
): Promise<number> {
  const rows = facts.map((fact) => ({
    member_id: fact.memberId,
    occurred_at: fact.occurredAt,
    actor_kind: fact.actor.kind,
    actor_id: fact.actor.id,
    source: fact.source,
    dedupe_key: `${kind.kind}:${fact.dedupeKey}`,
    data: kind.schema.parse(fact.data),
  }));
  const inserted = await sql<{ count: number }>`
    with recorded as (
      insert into facts (kind, version, member_id, occurred_at, actor_kind, actor_id, source, is_history, dedupe_key, data)
      select ${kind.kind}, ${kind.version}, member_id, occurred_at, actor_kind, actor_id, source, true, dedupe_key, data
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(
        member_id bigint, occurred_at timestamptz, actor_kind text, actor_id text, source text, dedupe_key text,
        data jsonb)
      on conflict (dedupe_key) do nothing
      returning id
    )
    select count(*) as count from recorded`.execute(tx);
  return inserted.rows[0]?.count ?? 0;
}
