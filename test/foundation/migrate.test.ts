import { afterEach, describe, expect, it } from 'vitest';
import { sql } from '#foundation/db.ts';
import { migrate } from '#foundation/migrate.ts';
import { openTestDatabase } from '../support/database.ts';

const { db, pool } = await openTestDatabase();
const inTwoWordings = '0034_less_to_count.sql';
const otherWording = 'd31c56ad9eed7c99a5eaf87a0c802d01638bb6cbdd46b2e9524abc99b4def595';

const ran = (hash: string) =>
  sql`update schema_migrations set sha256 = decode(${hash}, 'hex') where name = ${inTwoWordings}`.execute(db);

const [known] = (
  await sql<{ hash: string }>`
    select encode(sha256, 'hex') as hash from schema_migrations where name = ${inTwoWordings}`.execute(db)
).rows;
afterEach(() => ran(known?.hash ?? ''));

describe('migrating', () => {
  it('has nothing to do where every file has run', async () => {
    expect(await migrate(pool)).toEqual([]);
  });

  it('goes on where a file ran in another wording that was given out', async () => {
    await ran(otherWording);
    expect(await migrate(pool)).toEqual([]);
  });

  it('refuses a file that was changed after it had run', async () => {
    await ran('00'.repeat(32));
    await expect(migrate(pool)).rejects.toThrow(`${inTwoWordings} was changed after it had run`);
  });
});
