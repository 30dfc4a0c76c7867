import { sql } from 'kysely';
import type { Db, Tx } from './db.ts';
import type { PolicySection } from './policy.ts';

/** One version of a section as it was published; `data` as it was stored then. */
export type PolicyVersion = {
  version: number;
  effectiveFrom: Date;
  publishedAt: Date;
  actor: { kind: string; id: string };
  data: Record<string, unknown>;
};

/** Whoever publishes a section waits here for whoever publishes it now; held until the transaction ends. */
export async function lockSection(tx: Tx, section: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext(${`policy:${section}`}))`.execute(tx);
}

/** Versions of a section, the newest first. @param input.before only those of a lower number */
export async function readPolicyVersions(
  db: Db,
  section: Pick<PolicySection<object>, 'section'>,
  input: { limit: number; before?: number | undefined },
): Promise<PolicyVersion[]> {
  const found = await sql<PolicyVersion & { actorKind: string; actorId: string }>`
    select version, effective_from as "effectiveFrom", created_at as "publishedAt",
           actor_kind as "actorKind", actor_id as "actorId", data
    from brand_policies
    where section = ${section.section} and (${input.before ?? null}::int is null or version < ${input.before ?? null}::int)
    order by version desc limit ${input.limit}`.execute(db);
  return found.rows.map(({ actorKind, actorId, ...row }) => ({
    ...row,
    actor: { kind: actorKind, id: actorId },
  }));
}

/** The number of the newest version, whether it is in force yet or not; 0 where there is none. */
export async function readNewestVersion(
  db: Db,
  section: Pick<PolicySection<object>, 'section'>,
): Promise<number> {
  const found = await sql<{ version: number }>`
    select coalesce(max(version), 0) as version from brand_policies where section = ${section.section}`.execute(
    db,
  );
  return found.rows[0]?.version ?? 0;
}

/**
 * What is in force at `now` and what comes after it, in the order in which each begins. Of versions that begin at the
 * same instant only the newest ever rules, so the others are left out.
 * @throws RangeError when nothing is in force
 */
export async function readPolicySchedule(
  db: Db,
  section: Pick<PolicySection<object>, 'section'>,
  now: Date,
): Promise<{ live: PolicyVersion; scheduled: PolicyVersion[] }> {
  const found = await sql<PolicyVersion & { actorKind: string; actorId: string }>`
    select distinct on (effective_from) version, effective_from as "effectiveFrom", created_at as "publishedAt",
           actor_kind as "actorKind", actor_id as "actorId", data
    from brand_policies
    where section = ${section.section} and effective_from >= (
      select max(effective_from) from brand_policies where section = ${section.section} and effective_from <= ${now})
    order by effective_from, version desc`.execute(db);
  const [live, ...scheduled] = found.rows.map(({ actorKind, actorId, ...row }) => ({
    ...row,
    actor: { kind: actorKind, id: actorId },
  }));
  if (!live) throw new RangeError(`No policy "${section.section}" is in force`);
  return { live, scheduled };
}
