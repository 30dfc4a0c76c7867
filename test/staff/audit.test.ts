import { describe, expect, it } from 'vitest';
import { readAuditActions, readAuditPage } from '#features/staff/audit/audit-reads.ts';
import {
  type AuditCursor,
  type AuditFilter,
  readAuditCursor,
  toAuditFilter,
  writeAuditCursor,
} from '#features/staff/audit/audit-rules.ts';
import { streamAuditCsv } from '#features/staff/audit/stream-audit-csv.ts';
import { type Actor, recordAudit } from '#foundation/audit.ts';
import { addMs } from '#foundation/clock.ts';
import { sql } from '#foundation/db.ts';
import { createTransact } from '#foundation/facts.ts';
import { openTestDatabase } from '../support/database.ts';
import { noon, openPerson, openStore, tester } from '../support/shop.ts';

const { db } = await openTestDatabase();
const transact = createTransact(db, []);
const zone = 'Asia/Taipei';

const staffId = (
  await sql<{ id: number }>`
    insert into staff_accounts (name, role, created_at) values ('Mei', 'manager', ${noon}) returning id`.execute(
    db,
  )
).rows[0]?.id as number;
const mei: Actor = { kind: 'staff', id: String(staffId) };

type Entry = Parameters<typeof recordAudit>[1];
const record = (entry: Partial<Entry>) =>
  transact((tx) =>
    recordAudit(tx, {
      at: noon,
      actor: tester,
      action: 'test.done',
      subjectKind: 'test',
      subjectId: '1',
      ...entry,
    }),
  );
const readAll = async (filter: AuditFilter, limit = 1_000) => {
  const pages = [];
  let after: AuditCursor | null = null;
  do {
    const page: Awaited<ReturnType<typeof readAuditPage>> = await readAuditPage(db, filter, { after, limit });
    pages.push(page.entries);
    after = page.next && readAuditCursor(writeAuditCursor(page.next));
  } while (after);
  return pages;
};
/** RFC 4180 with every cell quoted. */
function parseCsv(text: string): Record<string, string>[] {
  const cells = [...text.replace('\ufeff', '').matchAll(/"((?:[^"]|"")*)"(,|\r\n)/g)];
  expect(cells.map(([cell]) => cell).join('')).toBe(text.replace('\ufeff', ''));
  const rows: string[][] = [[]];
  for (const [, cell = '', end] of cells) {
    rows.at(-1)?.push(cell.replaceAll('""', '"'));
    if (end !== ',') rows.push([]);
  }
  const [columns = [], ...lines] = rows.slice(0, -1);
  return lines.map((line) => Object.fromEntries(columns.map((column, at) => [column, line[at] ?? ''])));
}
async function readCsv(filter: AuditFilter): Promise<string> {
  let text = '';
  for await (const chunk of streamAuditCsv(db, filter, zone)) text += String(chunk);
  return text;
}

describe('the audit log', () => {
  it.each([
    "update audit_entries set action = 'other'",
    'delete from audit_entries',
    'truncate audit_entries',
    'truncate audit_entries cascade',
  ])('refuses: %s', async (statement) => {
    await record({ action: 'test.kept' });
    const before = await readAll({});
    await expect(sql.raw(statement).execute(db)).rejects.toThrow('append-only table: audit_entries');
    expect(await readAll({})).toEqual(before);
  });

  it('tells who did what to whom, where, by the names that they have now', async () => {
    const store = await openStore(db);
    const person = await openPerson(db);
    const device = await sql<{ id: number }>`
      insert into staff_devices (name, store_id, created_at, created_by_id)
      values ('Counter 1', ${store.storeId}, ${noon}, ${staffId}) returning id`.execute(db);
    const deviceId = device.rows[0]?.id as number;
    await record({
      actor: { ...mei, place: { storeId: store.storeId, deviceId, address: '203.0.113.0' } },
      action: 'test.told',
      subjectKind: 'store',
      subjectId: String(store.storeId),
      memberId: person.memberId,
      before: { points: 1 },
      after: { points: 2 },
    });
    const [[entry]] = (await readAll({ action: 'test.told' })) as [[unknown]];
    expect(entry).toMatchObject({
      at: noon,
      actor: { kind: 'staff', id: String(staffId), name: 'Mei' },
      subject: { kind: 'store', name: store.name },
      memberNo: person.memberNo,
      before: { points: 1 },
      after: { points: 2 },
      place: { store: store.name, device: 'Counter 1', address: '203.0.113.0' },
    });
  });

  it('narrows by action, by actor and by days of the brand, both included', async () => {
    const at = (text: string) =>
      record({ at: new Date(text), actor: mei, action: 'test.dated', subjectId: text });
    // Taipei is eight hours ahead.
    const instants = [
      '2026-11-19T15:59:59Z',
      '2026-11-19T16:00:00Z',
      '2026-11-20T15:59:59.999Z',
      '2026-11-20T16:00:00Z',
    ];
    for (const text of instants) await at(text);
    const day = { from: '2026-11-20', to: '2026-11-20', actorKind: 'staff' } as const;
    const found = await readAll(toAuditFilter({ ...day, action: 'test.dated' }, zone));
    expect(found.flat().map((entry) => entry.subject.id)).toEqual([instants[2], instants[1]]);
    const by = async (actorId: string) => (await readAll(toAuditFilter({ ...day, actorId }, zone))).flat();
    expect(await by(String(staffId))).toHaveLength(2);
    expect(await by('999')).toEqual([]);
  });

  it('finds what was done to a member under the numbers that were merged into theirs', async () => {
    const [kept, gone, other] = [await openPerson(db), await openPerson(db), await openPerson(db)];
    for (const { memberId } of [kept, gone, other]) await record({ action: 'test.whose', memberId });
    await sql`update members set merged_into_id = ${kept.memberId} where id = ${gone.memberId}`.execute(db);
    for (const { memberNo } of [kept, gone]) {
      const found = (await readAll({ memberNo })).flat();
      expect(found.map((entry) => entry.memberNo)).toEqual([kept.memberNo, kept.memberNo]);
    }
    expect((await readAll({ memberNo: '0000000000' })).flat()).toEqual([]);
  });

  it('pages through entries of the same instant without losing or repeating one, while others are added', async () => {
    for (let count = 0; count < 25; count++)
      await record({ action: 'test.paged', at: addMs(noon, count % 3) });
    await sql`
      insert into audit_entries (at, actor_kind, actor_id, action, subject_kind, subject_id)
      select '2026-11-21T04:00:00.000123Z', 'system', 'test', 'test.paged', 'test', '2' from generate_series(1, 5)`.execute(
      db,
    );
    const [first, second] = [
      await readAll({ action: 'test.paged' }, 4),
      (await readAll({ action: 'test.paged' })).flat(),
    ];
    expect(first.map((page) => page.length)).toEqual([4, 4, 4, 4, 4, 4, 4, 2]);
    expect(first.flat()).toEqual(second);
    expect(new Set(second.map((entry) => entry.id)).size).toBe(30);

    const top = await readAuditPage(db, { action: 'test.paged' }, { after: null, limit: 29 });
    await record({ action: 'test.paged', at: addMs(noon, 60_000) });
    const rest = await readAuditPage(db, { action: 'test.paged' }, { after: top.next, limit: 29 });
    expect(rest.entries).toEqual(second.slice(29));
  });

  it('knows the actions that were ever recorded', async () => {
    await record({ action: 'a.first' });
    await record({ action: 'z.last' });
    const actions = await readAuditActions(db);
    expect(actions).toEqual([...new Set(actions)].sort());
    expect(actions).toEqual(expect.arrayContaining(['a.first', 'z.last']));
  });

  it('refuses cursors that it never wrote', () => {
    for (const text of ['', 'x', '1', '1.', '1.0', '.1', '99999999999999999.1', "1.1'; drop"]) {
      expect([text, readAuditCursor(text)]).toEqual([text, null]);
    }
  });
});

describe('the file for auditors', () => {
  it('begins with a byte order mark and holds every entry once, beyond the size of a page', async () => {
    await sql`
      insert into audit_entries (at, actor_kind, actor_id, action, subject_kind, subject_id)
      select ${noon}, 'system', 'test', 'test.many', 'test', n::text from generate_series(1, 2500) n`.execute(
      db,
    );
    const text = await readCsv({ action: 'test.many' });
    expect(text.startsWith('\ufeff"id","at","day","time","actor_kind"')).toBe(true);
    const rows = parseCsv(text);
    expect(new Set(rows.map((row) => row.subject_id)).size).toBe(2500);
    expect(rows).toHaveLength(2500);
    expect(rows[0]).toMatchObject({ at: '2026-11-21T04:00:00.000Z', day: '2026-11-21', time: '12:00' });
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '＝1'])(
    'lets no cell run as a formula: %j',
    async (text) => {
      const action = `test.formula.${Buffer.from(text).toString('hex')}`;
      await record({ action, subjectId: text, after: { text: `${text}","=1` } });
      const rows = parseCsv(await readCsv({ action }));
      expect(rows).toHaveLength(1);
      expect(rows[0]?.subject_id).toBe(`'${text}`);
      expect(JSON.parse(rows[0]?.after ?? '')).toEqual({ text: `${text}","=1` });
    },
  );

  it('breaks off when the database fails on the way, instead of ending as if it were whole', async () => {
    const broken = { db: (await openTestDatabase()).db };
    await sql`drop view members_published_numbers`.execute(broken.db);
    const stream = streamAuditCsv(broken.db, {}, zone);
    await expect(stream.resume().toArray()).rejects.toThrow('members_published_numbers');
  });
});
