import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { openTestDatabase } from './support/database.ts';

const { db } = await openTestDatabase();

describe('the schema', () => {
  it('has a comment on every table and view', async () => {
    const bare = await sql<{ name: string }>`
      select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = 'public' and c.relkind in ('r', 'v', 'p') and obj_description(c.oid) is null`.execute(
      db,
    );
    expect(bare.rows.map((row) => row.name)).toEqual([]);
  });

  it('has an index that begins with every foreign key', async () => {
    const bare = await sql<{ key: string }>`
      select con.conrelid::regclass || '.' || con.conname as key
      from pg_constraint con
      where con.contype = 'f' and con.connamespace = 'public'::regnamespace and not exists (
        select 1 from pg_index i
        where i.indrelid = con.conrelid
          and (string_to_array(i.indkey::text, ' ')::int2[])[1:cardinality(con.conkey)] @> con.conkey)`.execute(
      db,
    );
    expect(bare.rows.map((row) => row.key)).toEqual([]);
  });

  it('keeps money and points as whole numbers and instants with a zone', async () => {
    const odd = await sql<{ name: string }>`
      select table_name || '.' || column_name as name from information_schema.columns
      where table_schema = 'public' and (
        (column_name ~ '_twd$' and data_type not in ('integer', 'bigint'))
        or (column_name ~ '_at$' and data_type <> 'timestamp with time zone')
        or (column_name ~ '_on$' and column_name !~ '^is_' and data_type <> 'date')
        or data_type = 'timestamp without time zone')`.execute(db);
    expect(odd.rows.map((row) => row.name)).toEqual([]);
  });

  it('installs a policy for every section, the flows switched off, and their words in three languages', async () => {
    const sections = await sql<{
      section: string;
    }>`select distinct section from brand_policies order by 1`.execute(db);
    expect(sections.rows.map((row) => row.section)).toEqual([
      'brand',
      'points',
      'reach',
      'referrals',
      'returns',
      'staff',
      'tiers',
    ]);
    const flows = await sql<{
      key: string;
      is_on: boolean;
    }>`select key, is_on from flows order by rank`.execute(db);
    expect(flows.rows).toEqual([
      { key: 'birthday', is_on: false },
      { key: 'coupon_reminder', is_on: false },
      { key: 'win_back', is_on: false },
      { key: 'online_thanks', is_on: false },
    ]);
    const untranslated = await sql`
      select flow_key, step from flow_words group by 1, 2 having count(*) <> 3`.execute(db);
    expect(untranslated.rows).toEqual([]);
  });
});
