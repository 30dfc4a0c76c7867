import { sql } from 'kysely';
import type { Db, Tx } from '#foundation/db.ts';
import { quotaMonth } from './quota-month-rules.ts';

/** LINE counts 1,000 names a calendar month and drops those after silently; some are left to other tools. */
export const mostUnits = 900;

/**
 * Reserves names under which LINE counts what is sent, for every month in which they may be used. What is beyond the
 * month's number is sent without a name, and stands in the table as refused.
 * @param input.names of LINE's alphabet, at most 30 signs. @param input.from business time, as is `until`
 * @returns those of the names that may be used
 */
export async function reserveUnits(
  tx: Tx,
  input: { names: readonly string[]; from: Date; until: Date },
): Promise<Set<string>> {
  const months = [...new Set([quotaMonth(input.from), quotaMonth(input.until)])];
  const known = await readUnits(tx, months, input.names);
  if (known.length < months.length * input.names.length) {
    // One after the other, so that two do not both take the last.
    await sql`select pg_advisory_xact_lock(hashtextextended('outbox:units', 0))`.execute(tx);
    await sql`
      insert into outbox_units (month, name, is_refused)
      select w.month, w.name,
             (select count(*) from outbox_units u where u.month = w.month and not u.is_refused)
               + row_number() over (partition by w.month order by w.nth) > ${mostUnits}
      from (select month, name, nth from unnest(${months}::date[]) month,
                   unnest(${[...input.names]}::text[]) with ordinality as n (name, nth)
            except all
            select w.month, w.name, w.nth from outbox_units u join (
              select month, name, nth from unnest(${months}::date[]) month,
                     unnest(${[...input.names]}::text[]) with ordinality as n (name, nth)) w using (month, name)
           ) w
      on conflict do nothing`.execute(tx);
  }
  const all = await readUnits(tx, months, input.names);
  const refused = new Set(all.filter(({ isRefused }) => isRefused).map(({ name }) => name));
  return new Set(input.names.filter((name) => !refused.has(name)));
}

type Unit = { name: string; isRefused: boolean };

async function readUnits(db: Db, months: readonly string[], names: readonly string[]): Promise<Unit[]> {
  const found = await sql<Unit>`
    select name, is_refused as "isRefused" from outbox_units
    where month = any(${[...months]}::date[]) and name = any(${[...names]}::text[])`.execute(db);
  return found.rows;
}

/** How many names are in use in the month of `now`, and how many were refused. */
export async function countUnits(db: Db, now: Date): Promise<{ used: number; refused: number }> {
  const found = await sql<{ used: number; refused: number }>`
    select count(*) filter (where not is_refused) as used, count(*) filter (where is_refused) as refused
    from outbox_units where month = ${quotaMonth(now)}`.execute(db);
  return found.rows[0] ?? { used: 0, refused: 0 };
}
