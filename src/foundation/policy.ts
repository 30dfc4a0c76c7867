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

/** `stamp` names a version for ever, in whichever database: versions are never changed, only added. */
type Version = { section: string; version: number; stamp: string };
type Row = Version & { data: unknown };
/** A version as this process has read it, once for each that declares its section. */
type Kept = { version: number; data: unknown; policies: Map<PolicySection<object>, Policy<object>> };

const stampOf = sql`concat_ws(':', p.id, p.xmin, extract(epoch from p.created_at)) as stamp`;

/** What a transaction knows of one moment's rules: what it asked for, and once it asks for more, all there is. */
type Moment = {
  policies: Map<PolicySection<object>, Promise<Policy<object>>>;
  rows: Promise<ReadonlyMap<string, Kept>> | null;
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

async function findRow(db: Db, section: PolicySection<object>, at: Date): Promise<Kept | undefined> {
  const found = await sql<Row>`
    select section, version, data, ${stampOf} from brand_policies p
    where section = ${section.section} and effective_from <= ${at}
    order by effective_from desc, version desc limit 1`.execute(db);
  const [row] = found.rows;
  return row && keep(row);
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
      return new Map(held.map(({ section, kept }) => [section, kept]));
    });
    // Whoever asks hears of a failure; when nobody does, it must not end the process.
    rows.catch(() => undefined);
    momentOf(tx, at).rows = rows;
  }
  await found;
}

type Held = { section: string; moments: number[]; kept: Kept };

async function findAllRows(tx: Tx, moments: readonly Date[]): Promise<Held[]> {
  const found = await sql<Version & { moments: number[] }>`
    with held as (
      select p.id, asked.at from unnest(${moments}::timestamptz[]) asked(at)
      cross join lateral (
        select distinct on (section) id from brand_policies
        where effective_from <= asked.at order by section, effective_from desc, version desc
      ) p
    )
    select p.section, p.version, ${stampOf}, array_agg((extract(epoch from held.at) * 1000)::bigint) as moments
    from held join brand_policies p using (id) group by p.id, p.xmin`.execute(tx);
  const known = new Map(found.rows.map(({ stamp }) => [stamp, keptVersions.get(stamp)]));
  const unread = [...known].flatMap(([stamp, kept]) => (kept ? [] : [stamp]));
  if (unread.length > 0) {
    const read = await sql<Row>`
      select * from (select section, version, data, ${stampOf} from brand_policies p) p
      where stamp = any(${unread}::text[])`.execute(tx);
    for (const row of read.rows) known.set(row.stamp, keep(row));
  }
  return found.rows.flatMap((row) => {
    const kept = known.get(row.stamp);
    return kept ? [{ section: row.section, moments: row.moments, kept }] : [];
  });
}

/** Reading rules anew would cost more than finding out which hold. */
const keptVersions = new Map<string, Kept>();
const mostKept = 1_000;

function keep({ stamp, version, data }: Row): Kept {
  const known = keptVersions.get(stamp);
  if (known) return known;
  if (keptVersions.size >= mostKept) keptVersions.clear();
  const kept = { version, data, policies: new Map() };
  keptVersions.set(stamp, kept);
  return kept;
}

function toPolicy<Data extends object>(section: PolicySection<Data>, kept: Kept | undefined): Policy<Data> {
  if (!kept) throw new Fault('no_policy', `No policy "${section.section}" is in force`);
  const policy =
    kept.policies.get(section) ?? freezeWhole({ ...section.schema.parse(kept.data), version: kept.version });
  kept.policies.set(section, policy);
  return policy as Policy<Data>;
}

/** Many transactions go by it, so none may change it. */
function freezeWhole<Value extends object>(value: Value): Value {
  for (const member of Object.values(value))
    if (typeof member === 'object' && member !== null) freezeWhole(member);
  return Object.freeze(value);
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
