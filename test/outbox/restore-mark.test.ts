import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { enqueuePush, enqueueRichMenuLink, enqueueSms } from '#outbox/enqueue.ts';
import { listAlarms } from '#outbox/outbox-reads.ts';
import { checkRestoreMark } from '#outbox/restore-mark.ts';
import { resumeOutbox } from '#outbox/resume-outbox.ts';
import { news } from './message-kinds.ts';
import { openOutboxHouse, userId } from './outbox-house.ts';

const house = await openOutboxHouse();
const { db, line, clock, inTx, secrets, rows } = house;
await house.befriend(1, 9);
const hoursAgo = (hours: number) => new Date(clock.now().getTime() - hours * 3_600_000);

it('holds the outbox of a restored copy until somebody resumes it, and then re-sends nothing that may have left', async () => {
  expect(await checkRestoreMark(db)).toEqual({ ok: true });
  expect(await checkRestoreMark(db)).toEqual({ ok: true });
  const plan = (person: number, dueAt: Date) =>
    inTx((tx) =>
      enqueuePush(tx, news, {
        dedupeKey: `row:${person}`,
        lineUserId: userId(person),
        memberId: null,
        dueAt,
        data: { text: 'x' },
      }),
    );
  await plan(1, hoursAgo(25));
  await plan(2, hoursAgo(2));
  await plan(3, hoursAgo(-48));
  await plan(4, hoursAgo(2));
  await sql`update outbox_messages set first_try_at = now() - interval '24 hours' where dedupe_key = 'row:4'`.execute(
    db,
  );
  await inTx(async (tx) => {
    await enqueueSms(tx, secrets, { dedupeKey: 'sms', to: '+886912345678', text: 'x', dueAt: hoursAgo(1) });
    await enqueueRichMenuLink(tx, {
      dedupeKey: 'menu',
      lineUserId: userId(1),
      menu: 'guest',
      dueAt: hoursAgo(30),
    });
  });

  // What a dump restored into another server looks like from inside.
  await sql`update installation_marks set value = jsonb_set(value, '{systemIdentifier}', '"1"')
            where key = 'restore_mark'`.execute(db);
  expect(await checkRestoreMark(db)).toMatchObject({ ok: false, marked: { systemIdentifier: '1' } });
  const courier = house.courier();
  await courier.drain();
  expect(line.calls).toHaveLength(0);
  expect(courier.status().heldBecause).toBe('restored');
  expect((await listAlarms(db)).map(({ cause }) => cause)).toEqual(['restored']);

  const outcome = await resumeOutbox(db, { now: clock.now(), actor: { kind: 'system', id: 'doctor' } });
  expect(outcome).toEqual({ stopped: 3, kept: 3, pausedStreams: 0, jobs: 0 });
  await house.courier().drain();
  expect(Object.fromEntries((await rows()).map((row) => [row.id, row.reason ?? row.state]))).toEqual({
    1: 'restored',
    2: 'sent',
    3: 'planned',
    4: 'restored',
    5: 'restored',
    6: 'sent',
  });
  expect(await listAlarms(db)).toEqual([]);
});

it('knows a database restored from a dump on the same server by its new tables', async () => {
  await sql`update installation_marks set value = jsonb_set(value, '{outboxKeysOid}', '1') where key = 'restore_mark'`.execute(
    db,
  );
  expect(await checkRestoreMark(db)).toMatchObject({ ok: false, marked: { outboxKeysOid: 1 } });
});
