import { sql } from 'kysely';
import { beforeAll, describe, expect, it } from 'vitest';
import { drawMemberNos } from '#features/members/draw-member-nos.ts';
import { findOrCreateByPhone } from '#features/members/find-or-create-by-phone.ts';
import { findPerson } from '#features/members/find-person-reads.ts';
import { membersMerged } from '#features/members/members-facts.ts';
import { mergePersons } from '#features/members/merge-persons.ts';
import {
  readLineUserOf,
  readPerson,
  readPersonByLine,
  readPersonByMemberNo,
} from '#features/members/person-reads.ts';
import { touchPersonByLine } from '#features/members/touch-person.ts';
import { onMembersMerged } from '#features/tasks/on-members-merged.ts';
import { openTask } from '#features/tasks/open-task.ts';
import { createTransact, reactTo } from '#foundation/facts.ts';
import { isMemberNo } from '#foundation/ids.ts';
import type { House } from '#line/turn.ts';
import { openTestDatabase } from '../support/database.ts';
import { makeHouse } from '../support/turn.ts';
import { newPhone, newUser } from './chat-driver.ts';

const database = await openTestDatabase({ max: 20 });
const { db } = database;
const transact = createTransact(db, [reactTo(membersMerged, 'move tasks', onMembersMerged)]);
const now = new Date('2026-11-21T04:00:00Z');
const actor = { kind: 'system', id: 'test' } as const;
let house: House;
beforeAll(async () => {
  house = await makeHouse(db);
});

const touch = (lineUserId = newUser()) => transact((tx) => touchPersonByLine(tx, { lineUserId, now }));
const till = async (phone: string) => {
  const met = await transact((tx) => findOrCreateByPhone(tx, house.secrets, { phone, now, actor }));
  if (!met.ok) throw new Error(met.reason);
  return met;
};
const merge = (fromId: number, intoId: number) =>
  transact((tx) => mergePersons(tx, { fromId, intoId, now, actor, source: 'test' }));

describe('numbers for a set of persons', () => {
  it('are all different, and nobody has them: neither a member nor one who brings a number along', async () => {
    const { memberNo: taken } = await touch();
    const [brought, ...fresh] = ['1000000009', '1000000017', '1000000025', '1000000033'];
    const chance = [brought, taken, ...fresh.flatMap((one) => [one, one, taken])].values();
    const draw = () => chance.next().value ?? 'too many asked';
    const drawn = await transact((tx) => drawMemberNos(tx, { count: 3, except: [brought ?? ''], draw }));
    expect(drawn.toSorted()).toEqual(fresh);
  });
});

describe('a person', () => {
  it('is made once at the first contact, however many come at once', async () => {
    const user = newUser();
    const met = await Promise.all(Array.from({ length: 10 }, () => touch(user)));
    expect(new Set(met.map(({ memberId }) => memberId)).size).toBe(1);
    expect(isMemberNo(met[0]?.memberNo ?? '')).toBe(true);
    expect(met[0]).toMatchObject({ joinedAt: null, locale: 'zh-TW', birthMonth: null });
  });

  it('unknown at the till is made once by phone, and found by every way to write it', async () => {
    const phone = newPhone();
    const met = await Promise.all(Array.from({ length: 10 }, () => till(phone)));
    expect(met.filter(({ isNew }) => isNew)).toHaveLength(1);
    const person = met[0]?.person;
    for (const written of [phone, `+886 ${phone.slice(1)}`, phone.replace(/(....)(...)/, '$1-$2-')])
      expect(await findPerson(db, house.secrets, { phone: written }, now)).toMatchObject({
        ok: true,
        person,
      });
    expect(await findPerson(db, house.secrets, { memberNo: person?.memberNo ?? '' }, now)).toMatchObject({
      ok: true,
      codeNonce: null,
    });
  });

  it('is refused with a reason where nobody can be meant', async () => {
    expect(await findPerson(db, house.secrets, { phone: newPhone() }, now)).toEqual({
      ok: false,
      reason: 'unknown_member',
    });
    expect(await findPerson(db, house.secrets, { phone: '02-2345-6789' }, now)).toEqual({
      ok: false,
      reason: 'bad_phone',
    });
    for (const memberNo of ['', '1234567890', '１２３', "1' or 1=1", '1000000008'])
      expect(await findPerson(db, house.secrets, { memberNo }, now)).toEqual({
        ok: false,
        reason: 'unknown_member',
      });
    expect(
      await transact((tx) =>
        findOrCreateByPhone(tx, house.secrets, { phone: '+81 90 1234 5678', now, actor }),
      ),
    ).toEqual({ ok: false, reason: 'bad_phone' });
  });

  it('leaves no phone in the clear in any table', async () => {
    const phone = newPhone();
    await till(phone);
    const tables = await sql<{ name: string }>`
      select table_name as name from information_schema.tables
      where table_schema = 'public' and table_type = 'BASE TABLE'`.execute(db);
    for (const { name } of tables.rows) {
      const found =
        await sql`select 1 from ${sql.table(name)} t where t::text like ${`%${phone.slice(1)}%`}`.execute(db);
      expect(found.rows, name).toEqual([]);
    }
  });
});

describe('two persons who are one', () => {
  it('share everything afterwards, under the number that stays', async () => {
    const { person: known } = await till(newPhone());
    const user = newUser();
    const met = await touch(user);
    await transact((tx) =>
      openTask(tx, { kind: 'agent_wanted', memberId: met.memberId, dedupeKey: user, now }),
    );
    expect(await merge(met.memberId, known.memberId)).toBe(true);
    expect(await readPersonByLine(db, user)).toMatchObject({ memberId: known.memberId });
    expect(await readPerson(db, met.memberId)).toMatchObject({ memberNo: known.memberNo });
    expect(await readPersonByMemberNo(db, met.memberNo)).toMatchObject({ memberId: known.memberId });
    expect(await readLineUserOf(db, met.memberId)).toBe(user);
    const tasks = await sql`select 1 from tasks where member_id = ${known.memberId}`.execute(db);
    expect(tasks.rows).toHaveLength(1);
    const facts = await sql<{
      kind: string;
    }>`select kind from facts where member_id = ${known.memberId} order by id`.execute(db);
    expect(facts.rows.map(({ kind }) => kind)).toEqual([
      'member.first_seen',
      'member.first_seen',
      'member.merged',
    ]);
  });

  it('are merged along chains, in any order', async () => {
    const [a, b, c] = [await touch(), await touch(), await touch()];
    await merge(a.memberId, b.memberId);
    await merge(b.memberId, c.memberId);
    expect(await readPerson(db, a.memberId)).toMatchObject({ memberId: c.memberId });
    expect(await merge(a.memberId, c.memberId)).toBe(false);
    expect(await merge(c.memberId, c.memberId)).toBe(false);
  });

  it('never end inside one another when both ways are tried at once', async () => {
    for (let round = 0; round < 5; round++) {
      const [a, b] = [await touch(), await touch()];
      const merged = await Promise.all([merge(a.memberId, b.memberId), merge(b.memberId, a.memberId)]);
      expect(merged.filter(Boolean)).toHaveLength(1);
      expect((await readPerson(db, a.memberId))?.memberId).toBe((await readPerson(db, b.memberId))?.memberId);
    }
  });
});
