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

type Row = { section: string; version: number; data: unknown };

/** What a transaction knows of one moment's rules: what it asked for, and once it asks for more, all there is. */
type Moment = {
  policies: Map<PolicySection<object>, Promise<Policy<object>>>;
  rows: Promise<ReadonlyMap<string, Row>> | null;
};

/** What a transaction has read stays what it goes by: many rules of one transaction ask for the same section. */
const momentsIn = new WeakMap<Db, Map<number, Moment>>();

/**
 * The version in force at `at` (business time); one transaction that asks twice for the same moment gets the same.
 * @throws Fault 'no_policy'
 */
export async function readPolicy<Data extends object>(
  db: Db,
  section: PolicySection<Data>,
  at: Date,
): Promise<Policy<Data>> {
  if (!isTransaction(db)) return toPolicy(section, await findRow(db, section, at));
  const moment = momentOf(db, at);
  const known = moment.policies.get(section);
  if (known) return known as Promise<Policy<Data>>;
  // Whoever asks for a second section will ask for a third.
  if (moment.policies.size > 0 && !moment.rows) loadPolicies(db, [at]).catch(() => undefined);
  const policy = (
    moment.rows ? moment.rows.then((rows) => rows.get(section.section)) : findRow(db, section, at)
  ).then((row) => toPolicy(section, row));
  moment.policies.set(section, policy);
  return policy;
}

const isTransaction = (db: Db): db is Tx => db.isTransaction;

function momentOf(tx: Db, at: Date): Moment {
  const moments = momentsIn.get(tx) ?? new Map<number, Moment>();
  momentsIn.set(tx, moments);
  const moment = moments.get(at.getTime()) ?? { policies: new Map(), rows: null };
  moments.set(at.getTime(), moment);
  return moment;
}

async function findRow(db: Db, section: PolicySection<object>, at: Date): Promise<Row | undefined> {
  const found = await sql<Row>`
    select section, version, data from brand_policies
    where section = ${section.section} and effective_from <= ${at}
    order by effective_from desc, version desc limit 1`.execute(db);
  return found.rows[0];
}

/**
 * Reads all that is in force at these moments in one statement, for a transaction that will ask for much of it:
 * `readPolicy` then asks the database no more.
 */
export async function loadPolicies(tx: Tx, moments: readonly Date[]): Promise<void> {
  const found = findAllRows(tx, moments);
  for (const at of moments) {
    const rows = found.then((all) => {
      const held = all.filter((row) => row.moments.includes(at.getTime()));
      return new Map(held.map((row) => [row.section, row]));
    });
    // Whoever asks hears of a failure; when nobody does, it must not end the process.
    rows.catch(() => undefined);
    momentOf(tx, at).rows = rows;
  }
  await found;
}

async function findAllRows(tx: Tx, moments: readonly Date[]): Promise<(Row & { moments: number[] })[]> {
  const found = await sql<Row & { moments: number[] }>`
    with held as (
      select p.id, asked.at from unnest(${moments}::timestamptz[]) asked(at)
      cross join lateral (
        select distinct on (section) id from brand_policies
        where effective_from <= asked.at order by section, effective_from desc, version desc
      ) p
    )
    select p.section, p.version, p.data, array_agg((extract(epoch from held.at) * 1000)::bigint) as moments
    from held join brand_policies p using (id) group by p.id`.execute(tx);
  return found.rows;
}

function toPolicy<Data extends object>(section: PolicySection<Data>, row: Row | undefined): Policy<Data> {
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
  momentsIn.delete(tx);
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
