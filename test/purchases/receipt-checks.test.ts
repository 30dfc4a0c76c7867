import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { openTestDatabase } from '../support/database.ts';
import { openStore } from '../support/shop.ts';

const { db } = await openTestDatabase();
await openStore(db);

const sound = {
  receipt_no: "'A-1'",
  channel: "'store'",
  total_twd: '100',
  points_paid: '0',
  returned_twd: '0',
  request_hash: "sha256('x')",
  content_hash: 'null',
};
const insert = (over: Partial<typeof sound>) => {
  const row = { ...sound, ...over };
  return sql`
    insert into purchases (store_id, purchased_on, purchased_at, ${sql.raw(Object.keys(row).join())})
    select id, '2026-11-21', now(), ${sql.raw(Object.values(row).join())} from stores limit 1`.execute(db);
};
const broken: [keyof typeof sound, string][] = [
  ['receipt_no', "''"],
  ['receipt_no', "repeat('9', 61)"],
  ['channel', "'street'"],
  ['total_twd', '-1'],
  ['points_paid', '-1'],
  ['returned_twd', '-1'],
  ['returned_twd', '101'],
  ['request_hash', "'\\x00'"],
  ['content_hash', "'\\x00'"],
];

describe('the table of purchases', () => {
  it.each(broken)('refuses a receipt whose %s is %s, when it comes and later', async (column, value) => {
    const refusal = { code: '23514', table: 'purchases' };
    await expect(insert({ [column]: value })).rejects.toMatchObject(refusal);
    await insert({ receipt_no: `'${column} ${value.length}'` });
    const change = sql`update purchases set ${sql.raw(`${column} = ${value}`)}`.execute(db);
    await expect(change).rejects.toMatchObject(refusal);
  });
});
