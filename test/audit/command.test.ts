import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { sql } from '#foundation/db.ts';
import { makeCoupon } from '../coupons/cast.ts';
import { openTestDatabase } from '../support/database.ts';

const { db, url } = await openTestDatabase();
const command = join(import.meta.dirname, '../../src/commands/audit.ts');

const run = (...args: string[]): Promise<{ code: number; out: string }> =>
  new Promise((resolve) => {
    const env = { ...process.env, DATABASE_URL: url };
    execFile(process.execPath, [command, ...args], { env }, (error, out) => {
      resolve({ code: error ? Number(error.code) : 0, out });
    });
  });

it('the command says what was looked at and leaves 0, or the first discrepancy in full and leaves 1', async () => {
  const { couponId } = await makeCoupon(db, { key: 'anniversary', quota: 5 });
  const well = await run();
  expect(well.out).toMatch(/^ok {5}coupons\.quota .* \(1 checked\)$/m);
  expect([well.code, well.out.includes('All is well')]).toEqual([0, true]);

  await sql`update coupons set claimed_count = 3 where id = ${couponId}`.execute(db);
  const wrong = await run();
  expect(wrong.code).toBe(1);
  expect(wrong.out).toMatch(/^BROKEN coupons\.counter /m);
  expect(wrong.out).toContain(`  coupon ${couponId}\n    expected: 0\n    found:    3\n`);
  expect(wrong.out).toContain('"claimed_count":3');
  expect((await run('--fix')).code).toBe(2);
});
