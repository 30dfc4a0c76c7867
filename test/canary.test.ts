import { fastify } from 'fastify';
import { beforeAll, describe, expect, it } from 'vitest';
import { addMs, wireClock } from '#foundation/clock.ts';
import { sql } from '#foundation/db.ts';
import { answerProblems } from '#foundation/http.ts';
import { createLogger } from '#foundation/log.ts';
import { blankOldBodies } from '#inbox/blank-bodies.ts';
import { readWebhookBody } from '#inbox/event-rules.ts';
import { storeEvents } from '#inbox/store-events.ts';
import { createInboxWorker } from '#inbox/worker.ts';
import { blankSentBodies } from '#outbox/blank-sent-bodies.ts';
import { openTestDatabase } from './support/database.ts';
import { eventually } from './support/eventually.ts';
import { openStory } from './support/story.ts';
import { codeIn } from './support/story-shopper.ts';
import { openStoryTill } from './support/story-till.ts';
import { botUserId, newLineUserId, textEvent, webhookBody } from './support/webhook.ts';

const phone = '0987604321';
const otherPhone = '0986513579';
const mail = 'canary.bird@example.org';
const said = 'Wellensittich 77-31';
const takenBack = 'Kakadu behalte das für dich';
const tillPhone = '0985426813';

const written: string[] = [];
const log = createLogger('debug', { write: (line: string) => void written.push(line) });
const database = await openTestDatabase();
const { db } = database;
const story = await openStory(database, { log });
const till = await openStoryTill(story);

const paths: string[] = [];
story.app.http.server.on('request', (request) => paths.push(request.url ?? ''));

/** Secrets by name, filled in as the story brings them up. */
const secrets = new Map<string, string[]>();
const keep = (name: string, ...values: string[]) => {
  for (const value of values) if (value.length < 5) throw new Error(`${name} is too short to be looked for`);
  secrets.set(name, [...(secrets.get(name) ?? []), ...values]);
};
const formsOf = (number: string) => [number, number.slice(1), `+886${number.slice(1)}`];

/** Where any of these occurs in a text, by name; six digits within a longer number are no code. */
function findIn(text: string): string[] {
  const occurs = (name: string, value: string) =>
    name === 'code' ? new RegExp(`(?<!\\d)${value}(?!\\d)`).test(text) : text.includes(value);
  return [...secrets].flatMap(([name, values]) =>
    values.some((value) => occurs(name, value)) ? [name] : [],
  );
}

type Column = { table: string; column: string; type: string };
async function readColumns(): Promise<Column[]> {
  const found = await sql<Column>`
    select c.table_name as table, c.column_name as column, c.data_type as type
    from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
    where c.table_schema = 'public' and t.table_type = 'BASE TABLE'
      and not exists (select 1 from pg_class p where p.relname = c.table_name and p.relispartition)
      and c.data_type in ('text', 'jsonb', 'bytea', 'ARRAY', 'character varying')`.execute(db);
  return found.rows;
}

/** "table.column: name" for every secret that stands in the clear anywhere in the database. */
async function scanDatabase(only?: string): Promise<string[]> {
  const wanted = [...secrets].flatMap(([name, values]) =>
    only === undefined || name === only ? values.map((value) => ({ name, value })) : [],
  );
  const found: string[] = [];
  for (const { table, column, type } of await readColumns()) {
    const content = sql.ref(`kept.${column}`);
    const hit =
      type === 'bytea'
        ? sql`position(convert_to(secret.value, 'UTF8') in ${content}) > 0`
        : sql`position(secret.value in ${content}::text) > 0
              and (secret.name <> 'code' or ${content}::text ~ ('(^|[^0-9])' || secret.value || '([^0-9]|$)'))`;
    const rows = await sql<{ name: string }>`
      select distinct secret.name from ${sql.table(table)} kept
      join jsonb_to_recordset(${JSON.stringify(wanted)}::jsonb) as secret (name text, value text) on ${hit}`.execute(
      db,
    );
    found.push(...rows.rows.map(({ name }) => `${table}.${column}: ${name}`));
  }
  return found.sort();
}

beforeAll(async () => {
  const { account } = story.platform;
  keep('channel secret', account.channelSecret);
  keep('access token', account.channelAccessToken);
  keep('phone', ...formsOf(phone), ...formsOf(otherPhone), ...formsOf(tillPhone));
  keep('mail', mail);
  keep('said', said);
  keep('display name', 'Kanariella');
  const bird = story.shopper('Kanariella');
  await bird.follow();
  await bird.taps('綁定會員');
  await bird.says('02-2345-6789');
  await bird.says(otherPhone);
  await bird.says('000000');
  await bird.taps('改手機號碼');
  await bird.says('０９８７－６０４－３２１');
  await bird.says(story.lastCode());
  await bird.says('2/29');
  await bird.taps('同意，也收優惠訊息');
  expect(bird.answers().join()).toContain('綁定完成');
  await bird.says(said);
  await bird.says(`請寄到 ${mail} 或打 ${phone}`);

  await bird.says('會員碼');
  const link = new URL(bird.link('打開會員碼')).pathname;
  keep('link', link.split('/').at(-1) ?? '');
  const opened = await story.app.http.inject({ method: 'GET', url: link });
  const cookie = String(opened.headers['set-cookie']).split(';')[0] ?? '';
  keep('session', cookie.split('=')[1] ?? '');
  const shown = await story.app.http.inject({ method: 'GET', url: '/m/current', headers: { cookie } });
  const { code } = shown.json() as { code: string };
  keep('member code', code);

  expect((await till.looksUp({ phone })).status).toBe(200);
  expect((await till.looksUp({ memberCode: code })).status).toBe(200);
  expect((await till.looksUp({ phone: '0900000000' })).status).toBe(404);
  const bought = await till.buys(1280, { member: { memberCode: code } });
  expect(bought.status).toBe(201);
  expect((await till.buys(500, { member: { phone: tillPhone } })).status).toBe(201);
  expect((await till.buys(500, { member: { memberCode: code } })).status).toBeGreaterThanOrEqual(400);
  expect((await till.returns(bought.slip)).status).toBe(201);
  expect((await story.call('POST', '/purchases', { member: { phone }, note: said })).status).toBe(422);
  await bird.says('我的優惠券');
  await bird.taps('顯示代碼');
  const counterCode = /[2-9A-Z]{5}-[2-9A-Z]{5}/.exec(bird.answers().join())?.[0] ?? '';
  keep('coupon code', counterCode, counterCode.replace('-', ''));
  await bird.taps('網購代碼');
  const onlineCode = /([2-9A-Z]{5}-){3}[2-9A-Z]{5}/.exec(bird.answers().join())?.[0] ?? '';
  keep('coupon code', onlineCode, onlineCode.replaceAll('-', ''));
  const slip = { storeCode: 'xinyi', receiptNo: 'CANARY-1' };
  expect((await story.call('POST', '/coupon-redemptions', { ...slip, code: 'ABCDE-FGHJK' })).status).toBe(
    422,
  );
  const shownAt = { ...slip, code: counterCode };
  expect((await story.call('POST', '/coupon-redemptions', shownAt)).status).toBe(201);
  const apiKey = await story.issueKey(['members']);
  keep('api key', apiKey);
  const bad = await story.app.http.inject({
    method: 'POST',
    url: '/api/v1/members/lookup',
    headers: { authorization: `Bearer ${apiKey}x` },
    payload: { phone },
  });
  expect(bad.statusCode).toBe(401);
  await story.call('POST', '/members/lookup', { phone }, { authorization: `Bearer ${apiKey}` });

  const other = story.shopper('Kanariella');
  await other.binds({ phone, birthday: '2/29' });
  await other.taps('改綁到這裡');
  expect(other.answers().join()).toContain('改綁完成');
  await bird.taps('不是我');
  await other.says('解除綁定');
  await other.taps('確定解除');
  for (const sms of story.platform.sms.list()) if (codeIn(sms.text)) keep('code', codeIn(sms.text));
  await story.at('2026-11-23T01:00:00Z');

  const events = await sql<{ body: Buffer }>`select body from inbox_events where body is not null`.execute(
    db,
  );
  for (const { body } of events.rows) {
    const { replyToken } = JSON.parse(body.toString()) as { replyToken?: string };
    if (replyToken) keep('reply token', replyToken);
  }
  expect(secrets.get('reply token')?.length).toBeGreaterThan(10);
}, 120_000);

describe('what a person gave us in confidence', () => {
  it('stands in no line of the log, at any level', () => {
    expect(written.length).toBeGreaterThan(3);
    expect(written.flatMap((line) => findIn(line).map((name) => `${name}: ${line}`))).toEqual([]);
  });

  it('stands in no address, ours or that of LINE', () => {
    const called = story.platform.log.after(0).filter((entry) => entry.kind === 'line-api');
    const addresses = [...paths, ...called.map((entry) => entry.path)];
    expect(Math.min(paths.length, called.length)).toBeGreaterThan(10);
    expect(addresses.flatMap((path) => findIn(decodeURIComponent(path)))).toEqual([]);
  });

  it('stands in the clear nowhere in the database but in bodies that are blanked, and a name where names are', async () => {
    expect(await scanDatabase()).toEqual([
      'inbox_events.body: code',
      'inbox_events.body: mail',
      'inbox_events.body: phone',
      'inbox_events.body: reply token',
      'inbox_events.body: said',
      'line_friends.display_name: display name',
      'outbox_sent.body: coupon code',
      'outbox_sent.body: display name',
      'outbox_sent.body: link',
      'outbox_sent.body: reply token',
      'outbox_sent.reply_token: reply token',
    ]);
  });

  it('is gone from both when their time is over', async () => {
    const outbox = await blankSentBodies(db, { now: addMs(wireClock.now(), 49 * 3_600_000), keepHours: 48 });
    expect(outbox).toBeGreaterThan(10);
    await sql`update inbox_events set received_at = received_at - interval '31 days'`.execute(db);
    expect(await blankOldBodies(db, 30)).toBeGreaterThan(10);
    expect(await scanDatabase()).toEqual(['line_friends.display_name: display name']);
    const hashes =
      await sql`select 1 from outbox_published_messages where method = 'reply' and body_sha256 is null`.execute(
        db,
      );
    expect(hashes.rows).toEqual([]);
  });

  it('is gone at once when a message is taken back', async () => {
    const bird = story.shopper('Kanariella');
    await bird.follow();
    await bird.says(takenBack);
    keep('taken back', takenBack);
    expect(await scanDatabase('taken back')).toEqual(['inbox_events.body: taken back']);
    await bird.unsends(takenBack);
    expect(await scanDatabase('taken back')).toEqual([]);
  });
});

describe('a fault that quotes what was said', () => {
  it('of a chat leaves it neither in the log nor with the event', async () => {
    const { db: other, pool } = await openTestDatabase();
    const lines: string[] = [];
    const worker = createInboxWorker({
      db: other,
      log: createLogger('debug', { write: (line: string) => void lines.push(line) }),
      atOnce: 1,
      async handle({ event }) {
        const { message } = JSON.parse(event.body.toString()) as { message: { text: string } };
        throw new RangeError(
          `${message.text} is no column "last_seen" of "${phone}" (${message.text.toLowerCase()})`,
        );
      },
    });
    const body = webhookBody(textEvent(newLineUserId(), `  ${said} ${mail}`));
    await storeEvents(pool, readWebhookBody(body, wireClock.now(), botUserId));
    worker.start();
    const readError = async () =>
      (await sql<{ error: string | null }>`select error from inbox_events`.execute(other)).rows[0]?.error ??
      '';
    await eventually(async () => expect(await readError()).toContain('RangeError'));
    await worker.stop();
    const told = [await readError(), ...lines];
    expect(lines.length).toBeGreaterThan(0);
    expect(lines[0]).toContain('canary.test.ts');
    expect(told[0]).toContain('is no column "last_seen"');
    for (const line of told) expect(line).not.toMatch(/wellensittich|canary\.bird|87604321/i);
  });

  it('of a request leaves it out of the log and of the answer', async () => {
    const lines: string[] = [];
    const http = fastify();
    http.setErrorHandler(
      answerProblems(createLogger('debug', { write: (line: string) => void lines.push(line) })),
    );
    http.post<{ Body: { phone: string; name: string } }>('/broken', async ({ body }) => {
      throw new Error(`no member ${body.name} by ${body.phone} or +886 987 604 321`);
    });
    const answer = await http.inject({ method: 'POST', url: '/broken', payload: { phone, name: said } });
    expect(answer.statusCode).toBe(500);
    expect(lines).toHaveLength(1);
    for (const text of [answer.body, ...lines]) expect(text).not.toMatch(/Wellensittich|987604321|987 604/);
    await http.close();
  });
});
