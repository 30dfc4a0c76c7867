import { describe, expect, it } from 'vitest';
import { writeMemberCode } from '#features/members/member-code-rules.ts';
import type { Person } from '#features/members/person-reads.ts';
import { readPoints } from '#features/points/points-reads.ts';
import { addMs, wireClock } from '#foundation/clock.ts';
import { openTestDatabase } from '../support/database.ts';
import { openPerson } from '../support/shop.ts';
import { openTill } from '../support/till.ts';

const till = await openTill(await openTestDatabase({ max: 20 }));
const openMember = () => openPerson(till.db);
const pointsOf = (person: Person) => readPoints(till.db, person.memberId, '2026-11-21');
const codeOf = (memberNo: string, random: string, agoMs = 0) =>
  writeMemberCode(till.secrets, memberNo, random, addMs(wireClock.now(), -agoMs));

describe('a member code', () => {
  it('is spent by the purchase, and its repeat is answered before the code is looked at', async () => {
    const person = await openMember();
    const memberCode = writeMemberCode(till.secrets, person.memberNo, '123', wireClock.now());
    const first = await till.buy({ member: { memberCode } });
    expect(first).toMatchObject({ status: 201, body: { memberNo: person.memberNo } });
    expect(await till.call('POST', '/purchases', first.receipt)).toEqual({ status: 200, body: first.body });
    const second = await till.buy({ member: { memberCode } });
    expect(second).toMatchObject({
      status: 422,
      body: { error: { fields: [{ path: 'member.memberCode', code: 'code_used' }] } },
    });
  });

  it.each([
    ['a fresh code', (no: string) => ({ memberCode: codeOf(no, '002') })],
    ['a code that ran out', (no: string) => ({ memberCode: codeOf(no, '003', 120_000) })],
    ['the member number', (memberNo: string) => ({ memberNo })],
  ])('that a retry shows as %s gets the first answer and earns nothing more', async (_what, name) => {
    const person = await openMember();
    const first = await till.buy({ member: { memberCode: codeOf(person.memberNo, '001') } });
    const again = { ...first.receipt, member: name(person.memberNo) };
    for (let at = 0; at < 2; at++)
      expect(await till.call('POST', '/purchases', again)).toEqual({ status: 200, body: first.body });
    expect(await pointsOf(person)).toMatchObject({ active: 12 });
  });

  it('that was spent on another receipt names the member of a retry all the same', async () => {
    const person = await openMember();
    const first = await till.buy({ member: { memberCode: codeOf(person.memberNo, '004') } });
    const other = { memberCode: codeOf(person.memberNo, '005') };
    expect((await till.buy({ member: other })).status).toBe(201);
    const again = { ...first.receipt, member: other };
    expect(await till.call('POST', '/purchases', again)).toEqual({ status: 200, body: first.body });
  });

  it('of a retry stays good for the next purchase', async () => {
    const person = await openMember();
    const first = await till.buy({ member: { memberCode: codeOf(person.memberNo, '006') } });
    const fresh = { memberCode: codeOf(person.memberNo, '007') };
    await till.call('POST', '/purchases', { ...first.receipt, member: fresh });
    expect((await till.buy({ member: fresh })).status).toBe(201);
  });

  it('of another member, a made-up one and another content under the same receipt are refused', async () => {
    const [person, stranger] = [await openMember(), await openMember()];
    const { receipt } = await till.buy({ member: { memberCode: codeOf(person.memberNo, '008') } });
    const forged = `${codeOf(person.memberNo, '009').slice(0, -10)}0000000000`;
    const own = { memberCode: codeOf(person.memberNo, '009') };
    for (const over of [
      { member: { memberCode: codeOf(stranger.memberNo, '008') } },
      { member: { memberCode: codeOf(stranger.memberNo, '008', 120_000) } },
      { member: { memberCode: forged } },
      { member: own, totalTwd: 1279 },
    ])
      expect(await till.call('POST', '/purchases', { ...receipt, ...over })).toMatchObject({
        status: 409,
        body: { error: { code: 'other_content' } },
      });
    expect(await pointsOf(stranger)).toMatchObject({ active: 0 });
  });

  it('goes through once when two tills scan it at once, and is not spent by a purchase that is refused', async () => {
    const person = await openMember();
    const memberCode = writeMemberCode(till.secrets, person.memberNo, '456', wireClock.now());
    expect((await till.buy({ member: { memberCode }, pointsPaid: 10 })).status).toBe(422);
    const tries = await Promise.all(Array.from({ length: 8 }, () => till.buy({ member: { memberCode } })));
    expect(tries.filter((answer) => answer.status === 201)).toHaveLength(1);
    expect(await pointsOf(person)).toMatchObject({ active: 12 });
  });

  it('runs out', async () => {
    const person = await openMember();
    const memberCode = writeMemberCode(
      till.secrets,
      person.memberNo,
      '789',
      addMs(wireClock.now(), -120_000),
    );
    expect(await till.buy({ member: { memberCode } })).toMatchObject({
      body: { error: { fields: [{ path: 'member.memberCode', code: 'code_expired' }] } },
    });
  });
});
