import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { sql } from 'kysely';
import { beforeAll, describe, expect, it } from 'vitest';
import { controlStream } from '#outbox/control-stream.ts';
import { decideUnknown } from '#outbox/decide-unknown.ts';
import { endRows, endsWithout } from '#outbox/end-rows.ts';
import { enqueueNotice, enqueuePush, enqueueSms } from '#outbox/enqueue.ts';
import { examineOutbox } from '#outbox/examine-outbox.ts';
import { openStream } from '#outbox/open-stream.ts';
import { raiseAlarm } from '#outbox/raise-alarm.ts';
import { checkRestoreMark, markInPlace, noteAlive } from '#outbox/restore-mark.ts';
import { explainWaiting } from '#outbox/waiting-reads.ts';
import { compileCache } from '../support/processes.ts';
import { news, offer } from './message-kinds.ts';
import { openOutboxHouse, userId } from './outbox-house.ts';

const house = await openOutboxHouse();
const { db, clock, line, inTx, secrets } = house;
const actor = { kind: 'system', id: 'doctor' } as const;
const hours = (count: number) => new Date(clock.now().getTime() + count * 3_600_000);
const push = (n: number, kind: typeof news | typeof offer, dueAt: Date) =>
  inTx((tx) =>
    enqueuePush(tx, kind, {
      dedupeKey: `row:${n}`,
      lineUserId: userId(n),
      memberId: null,
      dueAt,
      data: { text: `news ${n}` },
    }),
  );
const endUnknown = (id: number | null, reason = 'not accepted in 23 hours') =>
  endRows(
    db,
    endsWithout(sql`select ${id}::bigint as id, 'unknown' as state, ${reason}::text as reason`),
    sql`true`,
  );
const endOf = async (id: number) => {
  const found = await sql<{ state: string; reason: string }>`
    select state, reason from outbox_published_messages where id = ${id}`.execute(db);
  return found.rows[0];
};
const decide = (id: number, decision: 'arrived' | 'again' | 'dropped') =>
  inTx((tx) => decideUnknown(tx, { id, decision, now: clock.now(), actor }));

/** The command as people run it. */
async function doctor(...words: string[]): Promise<{ code: number; text: string }> {
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, '../../src/commands/doctor.ts'), ...words],
    {
      env: {
        PATH: process.env.PATH,
        DATABASE_URL: house.url,
        ...compileCache,
      },
    },
  );
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (part: string) => {
      text += part;
    });
  const [code] = await once(child, 'close');
  return { code, text };
}

beforeAll(() => house.befriend(1, 40));

describe('why a message waits', () => {
  it('is told for each that does, in words that say what to do', async () => {
    await push(1, news, hours(-1));
    await push(2, offer, hours(5));
    await push(3, news, hours(-2));
    await sql`update outbox_messages set attempts = 3, retry_at = now() + interval '1 minute', reason = 'status 500'
              where dedupe_key = 'row:3'`.execute(db);
    await inTx(async (tx) => {
      await enqueueNotice(tx, news, 'next_reply', {
        dedupeKey: 'held',
        lineUserId: userId(4),
        memberId: null,
        dueAt: hours(-1),
        data: { text: 'x' },
      });
      const stream = {
        sourceRef: 'campaign:9',
        pacePerSecond: null,
        quiet: 'hold',
        now: clock.now(),
      } as const;
      const streamId = await openStream(tx, stream);
      await controlStream(tx, { streamId, state: 'paused' });
      await sql`
        insert into outbox_messages (channel, method, kind, purpose, line_user_id, dedupe_key, data, stream_id, due_at)
        select 'line_message', 'push', 'test_offer', 'marketing', ${userId(5)}, 'paused:' || n, '{"text": "x"}',
               ${streamId}, ${clock.now()} from generate_series(1, 3) n`.execute(tx);
    });
    const causes = (await explainWaiting(db, clock.now())).map(({ cause, count }) => [cause, count]);
    expect(causes).toEqual([
      ['retry', 1],
      ['in_line', 1],
      ['next_reply', 1],
      ['paused', 3],
      ['later', 1],
    ]);

    clock.set('2026-12-01T14:00:00Z');
    const atNight = await explainWaiting(db, clock.now());
    expect(atNight.find(({ cause }) => cause === 'quiet_hours')).toMatchObject({ count: 1 });
    clock.set('2026-12-01T04:00:00Z');
    const told = (await examineOutbox(db, clock.now())).map(({ what }) => what);
    expect(told).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^Paused campaign:9: 3 messages/),
        expect.stringMatching(/^To be tried again \(last answer: status 500\): 1 message,/),
        'No process that sends was seen ever.',
        "This month's LINE quota was not read yet.",
      ]),
    );
  });

  it('names a used-up quota, alarms, dead leases, missing months and a pace that LINE has halved, each with a remedy', async () => {
    await noteAlive(db);
    await sql`insert into outbox_quota (month, message_limit, used_count, read_at)
              values ('2026-12-01', 500, 480, now())`.execute(db);
    await sql`update outbox_pace set slow_until = now() + interval '20 seconds' where endpoint = 'push'`.execute(
      db,
    );
    await sql`update outbox_messages set state = 'sending', lease_token = gen_random_uuid(), body_sha256 = sha256('x'),
                     lease_until = now() - interval '1 hour' where dedupe_key = 'row:2'`.execute(db);
    const log = { error: () => undefined } as unknown as Parameters<typeof raiseAlarm>[1]['log'];
    await inTx((tx) =>
      raiseAlarm(
        tx,
        { log, secrets, alertWebhookUrl: null },
        { cause: 'line_token', message: 'LINE refuses the token', now: clock.now() },
      ),
    );
    const month = await sql<{ name: string }>`
      select 'outbox_sent_' || to_char((now() at time zone 'UTC') + interval '1 month', 'YYYY_MM') as name`.execute(
      db,
    );
    await sql`drop table ${sql.table(month.rows[0]?.name ?? '')}`.execute(db);
    const findings = await examineOutbox(db, clock.now());
    for (const what of [
      /480 of 500 used, 20 left/,
      /LINE refuses the token/,
      /a process that is gone.*: 1\.$/,
      /no partition/,
      /half the pace/,
    ]) {
      const found = findings.find((each) => what.test(each.what));
      expect(found?.todo, String(what)).toMatch(/\w{4,}/);
    }
    expect(findings.some((each) => each.what.startsWith('No process'))).toBe(false);
  });
});

describe('a message of unknown outcome', () => {
  it('is called sent when it arrived, and let be when it is dropped', async () => {
    for (const n of [11, 12]) await endUnknown(await push(n, news, hours(-30)));
    const [one, other] = await idsOf('row:11', 'row:12');
    expect(await decide(one, 'arrived')).toEqual({ ok: true, newId: null });
    expect(await decide(other, 'dropped')).toEqual({ ok: true, newId: null });
    expect(await endOf(one)).toEqual({ state: 'sent', reason: 'decided: arrived' });
    expect(await endOf(other)).toEqual({ state: 'failed', reason: 'decided: let be' });
    expect(await decide(one, 'again')).toEqual({ ok: false, reason: 'not_unknown' });
    expect(await decide(987_654, 'arrived')).toEqual({ ok: false, reason: 'not_found' });
  });

  it('is sent once more under a new key, once, though two people decide at the same time', async () => {
    await endUnknown(await push(13, news, hours(-30)));
    const [id] = await idsOf('row:13');
    const outcomes = await Promise.all([1, 2, 3, 4].map(() => decide(id, 'again')));
    expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1);
    const keys = await sql<{ keys: number; rows: number }>`
      select count(distinct retry_key) as keys, count(*) as rows from outbox_published_messages
      where line_user_id = ${userId(13)}`.execute(db);
    expect(keys.rows[0]).toEqual({ keys: 2, rows: 2 });
    await house.courier().drain();
    expect(line.deliveries.filter(({ to }) => to === userId(13))).toHaveLength(1);
    expect(await endOf(id)).toMatchObject({
      state: 'failed',
      reason: expect.stringMatching(/^sent again as \d+$/),
    });
  });

  it('cannot be sent again when what it carried is gone, or when it was a reply', async () => {
    const sms = await inTx((tx) =>
      enqueueSms(tx, secrets, { dedupeKey: 'sms', to: '+886912345678', text: 'x', dueAt: hours(-50) }),
    );
    const reply = await push(14, news, hours(-50));
    await endUnknown(sms);
    await endUnknown(reply);
    await sql`update outbox_sent set secret_encrypted = null where id = ${sms}`.execute(db);
    await sql`update outbox_sent set method = 'reply' where id = ${reply}`.execute(db);
    expect(await decide(sms ?? 0, 'again')).toEqual({ ok: false, reason: 'blanked' });
    expect(await decide(reply ?? 0, 'again')).toEqual({ ok: false, reason: 'reply' });
    expect(await endOf(reply ?? 0)).toMatchObject({ state: 'unknown' });
  });
});

describe('npm run doctor', () => {
  it('tells the state, decides by id or by reason, holds and resumes, and refuses what it does not know', async () => {
    await markInPlace(db);
    for (const n of [21, 22, 23]) await endUnknown(await push(n, news, hours(-30)), 'restored');
    const [one = 0] = await idsOf('row:21');
    const seen = await doctor();
    expect(seen.code).toBe(0);
    expect(seen.text).toContain(`#${one} test_news unknown: restored`);
    expect(seen.text).toContain('npm run doctor -- arrived|again|dropped ID');
    expect(await doctor('arrived', String(one), '987654')).toEqual({
      code: 1,
      text: '#987654: there is no such message among those that have ended\n1 decided.\n',
    });
    expect(await doctor('dropped', 'restored')).toEqual({ code: 0, text: '2 decided.\n' });
    const unknownWords = await Promise.all([doctor('arrived', '12', 'restored'), doctor('cure')]);
    expect(unknownWords.map(({ code }) => code)).toEqual([2, 2]);

    expect((await doctor('hold')).text).toMatch(/^Held/);
    const held = await doctor();
    expect(held.text).toMatch(/^RESTORED/m);
    expect(held.text).toContain('npm run doctor -- resume');
    expect((await doctor('resume')).text).toMatch(/^The outbox goes on/);
    expect(await checkRestoreMark(db)).toEqual({ ok: true });
    await sql`delete from schema_migrations where name like '0025_outbox%'`.execute(db);
    expect(await doctor()).toEqual({
      code: 1,
      text: 'Migrations have not run: 0025_outbox_streams.sql.\n  → npm run migrate\n',
    });
  });
});

async function idsOf(...keys: string[]): Promise<[number, number]> {
  const found = await sql<{ id: number }>`
    select id from outbox_published_messages where dedupe_key = any(${keys}::text[]) order by id`.execute(db);
  return found.rows.map(({ id }) => id) as [number, number];
}
