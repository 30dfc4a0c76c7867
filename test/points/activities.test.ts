import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { mergePersons } from '#features/members/merge-persons.ts';
import { type Person, readPersonByLine } from '#features/members/person-reads.ts';
import { touchPersonByLine } from '#features/members/touch-person.ts';
import { activityProofs } from '#features/points/activities/activities-audit-reads.ts';
import { pointsActivityKind } from '#features/points/activities/activity-earned-messages.ts';
import { activityRoutes } from '#features/points/activities/activity-routes.ts';
import { takeBackPoints } from '#features/points/ledger/take-back-points.ts';
import { answerPoints, answerWhyPoints } from '#features/points/points-chat.ts';
import { pointsCauseProofs } from '#features/points/proof/causes-audit-reads.ts';
import type { Locale } from '#foundation/i18n.ts';
import { proveAll } from '#foundation/prove.ts';
import { reactions } from '../../src/reactions.ts';
import { openTestApi } from '../support/api.ts';
import { openTestDatabase } from '../support/database.ts';
import { nextPhone, noon, openPerson, openStore, tester } from '../support/shop.ts';
import { makeHouse, makeTurn } from '../support/turn.ts';
import { publishPoints } from './bonus-policy.ts';
import { expectCoherent } from './ledger-model.ts';

const api = await openTestApi(await openTestDatabase({ max: 20 }), (context) => [activityRoutes(context)], {
  reactions,
});
const { db, clock } = api;
const house = await makeHouse(db);
await openStore(db);
await publishPoints(db, {
  activities: {
    survey: { points: 20, perDay: null, perMonth: 50 },
    profile: { points: 0, perDay: null, perMonth: null },
    review: { points: 5, perDay: 10, perMonth: null },
    visit: { points: 3, perDay: 3, perMonth: 9 },
  },
});

type Told = {
  status: number;
  body: { activityId: string; points: { earned: number; reason: string | null } };
};
let numbers = 0;
const told = (person: Person, over: object = {}) => ({
  kind: 'survey',
  sourceRef: `form-${numbers++}`,
  member: { memberNo: person.memberNo },
  occurredAt: '2026-11-21T11:00:00+08:00',
  ...over,
});
const tell = (body: object) => api.call('POST', '/activities', body) as Promise<Told>;
const visit = (person: Person, day: string) =>
  tell(told(person, { kind: 'visit', occurredAt: `${day}T11:00:00+08:00` }));
const factsOf = async (person: Person) =>
  (
    await sql<{ data: { points: number } }>`
      select data from facts where kind = 'activity.recorded' and member_id = ${person.memberId} order by id`.execute(
      db,
    )
  ).rows.map(({ data }) => data);

describe('an activity', () => {
  it('earns the points of its kind, ends like others, and is a fact', async () => {
    const person = await openPerson(db);
    const { status, body } = await tell(told(person));
    expect([status, body]).toEqual([
      201,
      {
        activityId: expect.any(String),
        memberNo: person.memberNo,
        points: { earned: 20, reason: null, balance: 20 },
      },
    ]);
    const lots = await sql`
      select l.remaining, l.ends_on from points_lots l join points_accounts a on a.id = l.account_id
      where a.member_id = ${person.memberId}`.execute(db);
    expect(lots.rows).toEqual([{ remaining: 20, ends_on: '2027-12-31' }]);
    expect(await factsOf(person)).toEqual([
      {
        activityId: Number(body.activityId),
        kind: 'survey',
        storeId: null,
        occurredOn: '2026-11-21',
        points: 20,
      },
    ]);
    await expectCoherent(db, person.memberId);
  });

  it('of a kind that is off, or beyond a cap, is taken in with no points and the reason', async () => {
    const person = await openPerson(db);
    expect((await tell(told(person, { kind: 'profile' }))).body.points).toEqual({
      earned: 0,
      reason: 'off',
      balance: 0,
    });
    const reviews = [];
    for (let n = 0; n < 3; n++) reviews.push((await tell(told(person, { kind: 'review' }))).body.points);
    expect(reviews.map(({ earned, reason }) => [earned, reason])).toEqual([
      [5, null],
      [5, null],
      [0, 'cap_reached'],
    ]);
    expect((await factsOf(person)).map(({ points }) => points)).toEqual([0, 5, 5, 0]);
  });

  it("has a day and a calendar month of its own, in the brand's zone", async () => {
    clock.set('2026-12-02T04:00:00Z');
    const person = await openPerson(db);
    const days = ['2026-11-27', '2026-11-27', '2026-11-28', '2026-11-29', '2026-11-30', '2026-12-01'];
    const earned = [];
    for (const day of days) earned.push((await visit(person, day)).body.points.earned);
    expect(earned).toEqual([3, 0, 3, 3, 0, 3]);
    // The last second of November in Taipei, and the first of December.
    const other = await openPerson(db);
    for (const at of ['2026-11-30T15:59:59Z', '2026-11-30T16:00:00Z'])
      expect((await tell(told(other, { kind: 'visit', occurredAt: at }))).body.points.earned).toBe(3);
  });

  it('never passes a cap, however many are told at once', async () => {
    const person = await openPerson(db);
    const answers = await Promise.all(
      Array.from({ length: 40 }, () => tell(told(person, { kind: 'review' }))),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(40);
    expect(answers.reduce((sum, { body }) => sum + body.points.earned, 0)).toBe(10);
    await expectCoherent(db, person.memberId);
  });

  it('counts once per number for ever, with the same answer, and refuses other content under it', async () => {
    const person = await openPerson(db);
    const body = told(person, { storeCode: 'xinyi', kind: 'visit' });
    const answers = await Promise.all(Array.from({ length: 20 }, () => tell(body)));
    expect(answers.map(({ status }) => status).sort()).toEqual([...Array(19).fill(200), 201]);
    expect(new Set(answers.map((answer) => JSON.stringify(answer.body))).size).toBe(1);
    // More points since then change nothing of what was told.
    await tell(told(person));
    expect(await tell(body)).toEqual({ status: 200, body: answers[0]?.body });
    for (const other of [{ occurredAt: '2026-11-21T11:00:01+08:00' }, { storeCode: undefined }])
      expect(await tell({ ...body, ...other })).toMatchObject({
        status: 409,
        body: { error: { code: 'other_content' } },
      });
    expect((await factsOf(person)).map(({ points }) => points)).toEqual([3, 20]);
    // Under the same number another member, or another kind, is another activity.
    const someone = await openPerson(db);
    expect((await tell({ ...body, member: { memberNo: someone.memberNo } })).status).toBe(201);
    expect((await tell({ ...body, kind: 'survey' })).status).toBe(201);
  });

  it('names the member by phone as the till does, unknown ones too', async () => {
    const phone = nextPhone();
    const answer = await tell({ ...told(await openPerson(db)), member: { phone } });
    expect(answer).toMatchObject({ status: 201, body: { points: { earned: 20 } } });
    const known = await openPerson(db, phone);
    expect(answer.body).toMatchObject({ memberNo: known.memberNo });
  });

  it('of two persons who turn out to be one stays told once, and shares one cap from then on', async () => {
    const [from, into] = [await openPerson(db), await openPerson(db)];
    const first = told(from, { kind: 'review' });
    await tell(first);
    await tell(told(into, { kind: 'review' }));
    const persons = { fromId: from.memberId, intoId: into.memberId };
    await api.transact((tx) =>
      mergePersons(tx, { ...persons, now: clock.now(), actor: tester, source: 'api' }),
    );
    expect((await tell(first)).status).toBe(200);
    expect((await tell({ ...first, member: { memberNo: into.memberNo } })).status).toBe(200);
    expect((await tell(told(into, { kind: 'review' }))).body.points.reason).toBe('cap_reached');
    await expectCoherent(db, into.memberId);
  });

  it.each([
    ['another kind', { kind: 'like' }, 'kind'],
    ['no number', { sourceRef: '' }, 'sourceRef'],
    ['a number with a space', { sourceRef: 'form 1' }, 'sourceRef'],
    ['a number of 101 signs', { sourceRef: 'x'.repeat(101) }, 'sourceRef'],
    ['nobody', { member: {} }, 'member'],
    ['two names', { member: { phone: '0912345678', memberNo: '1' } }, 'member'],
    ['a member code', { member: { memberCode: 'x' } }, 'member.memberCode'],
    ['an unknown member', { member: { memberNo: '1000000008' } }, 'member.memberNo'],
    ['a landline', { member: { phone: '0223456789' } }, 'member.phone'],
    ['a time without a zone', { occurredAt: '2026-11-21T11:00:00' }, 'occurredAt'],
    ['a time of next week', { occurredAt: '2026-12-09T11:00:00+08:00' }, 'occurredAt'],
    ['a time of the last century', { occurredAt: '1999-12-31T11:00:00+08:00' }, 'occurredAt'],
    ['an unknown store', { storeCode: 'nowhere' }, 'storeCode'],
    ['points of its own', { points: 500 }, 'points'],
  ])('with %s is refused, names the field and changes nothing', async (_what, over, path) => {
    const count = async () =>
      (
        await sql<{ n: number }>`
        select (select count(*) from points_activities) + (select count(*) from facts)
             + (select count(*) from members) as n`.execute(db)
      ).rows[0]?.n;
    const body = told(await openPerson(db), over);
    const before = await count();
    const answer = await api.call('POST', '/activities', body);
    expect(answer.status).toBe(422);
    const { fields } = (answer.body as { error: { fields: { path: string }[] } }).error;
    expect(fields.map((field) => field.path)).toContain(path);
    expect(await count()).toBe(before);
  });

  it('is for keys with its own scope', async () => {
    const key = await api.issueKey(['purchases', 'members']);
    const headers = { authorization: `Bearer ${key}` };
    expect(await api.call('POST', '/activities', told(await openPerson(db)), headers)).toMatchObject({
      status: 403,
    });
  });
});

describe('the books of activities', () => {
  it.each([
    'update points_activities set points = points + 1',
    'delete from points_activities',
    'truncate points_activities',
  ])('refuse: %s', async (statement) => {
    await tell(told(await openPerson(db)));
    await expect(api.transact((tx) => sql.raw(statement).execute(tx))).rejects.toThrow(/append-only/);
  });

  it('prove themselves', async () => {
    const { first } = await proveAll(db, [...pointsCauseProofs, ...activityProofs]);
    expect(first).toBeNull();
  });
});

describe('the shopper', () => {
  let users = 0;
  async function bind(): Promise<Person & { lineUserId: string }> {
    const lineUserId = `U${String(users++).padStart(32, '0')}`;
    await sql`insert into line_friends (line_user_id, state, state_event_at)
              values (${lineUserId}, 'following', ${noon})`.execute(db);
    await api.transact((tx) => touchPersonByLine(tx, { lineUserId, now: noon }));
    const person = (await readPersonByLine(db, lineUserId)) as Person;
    await db.updateTable('members').set({ joined_at: noon }).where('id', '=', person.memberId).execute();
    return { ...person, joinedAt: noon, lineUserId };
  }
  async function notices(person: { lineUserId: string; memberId: number }, locale: Locale = 'zh-TW') {
    const { rows } = await sql<{ state: string; data: never }>`
      select state, data from outbox_published_messages where member_id = ${person.memberId} and kind = 'points_activity'
      order by id`.execute(db);
    const texts = [];
    for (const { state, data } of rows) {
      const row = { ...person, locale, displayName: null, data, now: noon, house };
      const [due, [message]] = await api.transact(async (tx) => [
        await pointsActivityKind.stillDue(tx, row),
        await pointsActivityKind.render(tx, row),
      ]);
      texts.push([state, due, (message as { text: string }).text]);
    }
    return texts;
  }

  it('is told with the next reply, once, and sees it in the history and in the why', async () => {
    const person = await bind();
    const body = told(person, { kind: 'visit', storeCode: 'xinyi' });
    await tell(body);
    await tell(body);
    await tell(told(person, { kind: 'visit' }));
    await tell(told(person));
    expect(await notices(person)).toEqual([
      ['held', null, '11 月 21 日來到信義店，累積 3 點。'],
      ['held', null, '問卷收到了，累積 20 點。'],
    ]);
    expect((await notices(person, 'en')).map(([, , text]) => text)).toEqual([
      'Nov 21, 信義店: you came by and collected 3 points.',
      'We have your survey answers: you collected 20 points.',
    ]);
    const turn = makeTurn(house, { lineUserId: person.lineUserId, locale: 'zh-TW' });
    const shown = JSON.stringify((await api.transact((tx) => answerPoints(turn, tx))).messages);
    expect(shown).toContain('信義店來店');
    expect(shown).toContain('填寫問卷');
    const [why] = (await api.transact((tx) => answerWhyPoints(turn, tx))).messages;
    expect(why).toMatchObject({ text: '23 點是這樣來的：累積 23。' });
  });

  it('who owes points settles that first, and is told so', async () => {
    const person = await bind();
    await api.transact(async (tx) => {
      const movement = {
        idemKey: `return:${randomUUID()}:taken-back`,
        content: {},
        reason: 'returned' as const,
        source: { kind: 'purchase' as const, id: '1' },
        memberId: person.memberId,
        actor: tester,
        occurredAt: noon,
      };
      await takeBackPoints(tx, movement, { points: 8, purchaseId: null });
    });
    expect((await tell(told(person))).body.points).toMatchObject({ earned: 20, balance: 12 });
    expect((await notices(person)).at(-1)?.[2]).toBe(
      '問卷收到了，累積 20 點。\n其中 8 點先補先前退貨要扣回的。',
    );
  });

  it('who let the card go is not told', async () => {
    const person = await bind();
    await tell(told(person));
    await sql`update member_identities set until = ${noon} where line_user_id = ${person.lineUserId}`.execute(
      db,
    );
    expect((await notices(person)).map(([, due]) => due)).toEqual(['unbound']);
  });
});
