import { sql } from 'kysely';
import type { z } from 'zod';
import { type Actor, recordAudit } from './audit.ts';
import type { Db, Tx } from './db.ts';
import { Fault } from './errors.ts';
import { lockSection } from './policy-versions.ts';

/** A section of the brand's policy: data with versions and effective dates, declared by the room it governs. */
export type PolicySection<Data> = { section: string; schema: z.ZodType<Data> };

export type Policy<Data> = Data & { version: number };

export function declarePolicy<Data extends object>(
  section: string,
  schema: z.ZodType<Data>,
): PolicySection<Data> {
  return { section, schema };
}

type Known = { atMs: number; policy: Policy<object> };

/** What a transaction has read stays what it goes by: many rules of one transaction ask for the same section. */
const knownIn = new WeakMap<Db, Map<PolicySection<object>, Known>>();

/**
 * The version in force at `at` (business time); one transaction that asks twice for the same moment gets the same.
 * @throws Fault 'no_policy'
 */
export async function readPolicy<Data extends object>(
  db: Db,
  section: PolicySection<Data>,
  at: Date,
): Promise<Policy<Data>> {
  if (!db.isTransaction) return findPolicy(db, section, at);
  const known = knownIn.get(db)?.get(section);
  if (known?.atMs === at.getTime()) return known.policy as Policy<Data>;
  const policy = await findPolicy(db, section, at);
  const sections = knownIn.get(db) ?? new Map<PolicySection<object>, Known>();
  knownIn.set(db, sections.set(section, { atMs: at.getTime(), policy }));
  return policy;
}

async function findPolicy<Data extends object>(
  db: Db,
  section: PolicySection<Data>,
  at: Date,
): Promise<Policy<Data>> {
  const found = await sql<{ version: number; data: unknown }>`
    select version, data from brand_policies
    where section = ${section.section} and effective_from <= ${at}
    order by effective_from desc, version desc limit 1`.execute(db);
  const row = found.rows[0];
  if (!row) throw new Fault('no_policy', `No policy "${section.section}" is in force`);
  return { ...section.schema.parse(row.data), version: row.version };
}

/**
 * Adds a version; earlier ones stay. @param input.now business time of the deciding, not of the effect
 * @returns its number
 */
export async function publishPolicy<Data extends object>(
  tx: Tx,
  section: PolicySection<Data>,
  input: { data: Data; effectiveFrom: Date; now: Date; actor: Actor },
): Promise<number> {
  const data = section.schema.parse(input.data);
  knownIn.delete(tx);
  await lockSection(tx, section.section);
  const newest = await sql<{ version: number; data: object }>`
    select version, data from brand_policies where section = ${section.section}
    order by version desc limit 1`.execute(tx);
  const before = newest.rows[0];
  const version = (before?.version ?? 0) + 1;
  await sql`
    insert into brand_policies (section, version, effective_from, actor_kind, actor_id, data)
    values (${section.section}, ${version}, ${input.effectiveFrom}, ${input.actor.kind}, ${input.actor.id},
            ${JSON.stringify(data)}::jsonb)`.execute(tx);
  await recordAudit(tx, {
    at: input.now,
    actor: input.actor,
    action: 'policy.published',
    subjectKind: 'policy',
    subjectId: section.section,
    ...(before && { before }),
    after: { version, effectiveFrom: input.effectiveFrom, data },
  });
  return version;
}
