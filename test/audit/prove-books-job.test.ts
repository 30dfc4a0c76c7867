import { expect, it } from 'vitest';
import { sql } from '#foundation/db.ts';
import { createTransact } from '#foundation/facts.ts';
import { createLogger } from '#foundation/log.ts';
import { createSecrets } from '#foundation/secrets.ts';
import { listAlarms } from '#outbox/outbox-reads.ts';
import { proveBooks } from '#outbox/prove-books-job.ts';
import { proofs } from '../../src/proofs.ts';
import { makeCoupon } from '../coupons/cast.ts';
import { openTestDatabase } from '../support/database.ts';

const { db } = await openTestDatabase();
const desk = {
  log: createLogger('silent'),
  secrets: createSecrets(Buffer.alloc(32, 7)),
  alertWebhookUrl: 'https://alerts.example/hook',
};
const night = () =>
  proveBooks(
    { db, transact: createTransact(db, []), desk, proofs },
    { now: new Date('2026-11-21T20:30:00Z') },
  );

it('a discrepancy raises one alarm that says where, until a night finds none', async () => {
  const { couponId } = await makeCoupon(db, { key: 'anniversary' });
  expect(await night()).toMatchObject({ broken: 0 });
  expect(await listAlarms(db)).toEqual([]);

  await sql`update coupons set claimed_count = 3 where id = ${couponId}`.execute(db);
  expect(await night()).toMatchObject({ broken: 1 });
  expect(await night()).toMatchObject({ broken: 1 });
  const alarms = await listAlarms(db);
  expect(alarms.map((alarm) => alarm.message)).toEqual([
    expect.stringContaining(`coupons.counter, coupon ${couponId}, expected "0", found "3"`),
  ]);
  const posted = await sql`select 1 from outbox_published_messages where channel = 'webhook'`.execute(db);
  expect(posted.rows).toHaveLength(1);

  await sql`update coupons set claimed_count = 0 where id = ${couponId}`.execute(db);
  expect(await night()).toMatchObject({ broken: 0 });
  expect(await listAlarms(db)).toEqual([]);
});
