import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { pointsAdjustment } from '#features/points/adjustments/points-adjustment-approval.ts';
import { requestAdjustment } from '#features/points/adjustments/request-adjustment.ts';
import { openBalances } from '#features/points/open-balances.ts';
import { readPoints } from '#features/points/points-reads.ts';
import {
  type ApprovalKind,
  collectApprovalKinds,
  type Decider,
} from '#features/staff/approvals/approval-kind-rules.ts';
import { readApproval, readApprovals } from '#features/staff/approvals/approval-reads.ts';
import { askApproval } from '#features/staff/approvals/ask-approval.ts';
import { decideApproval, withdrawApproval } from '#features/staff/approvals/decide-approval.ts';
import { endDueApprovals } from '#features/staff/approvals/end-due-approvals-job.ts';
import { addMs } from '#foundation/clock.ts';
import { sql } from '#foundation/db.ts';
import { createTransact } from '#foundation/facts.ts';
import type { Locale } from '#foundation/i18n.ts';
import { refuse } from '#foundation/outcome.ts';
import { openTestDatabase } from '../support/database.ts';
import { noon, openPerson, openStore, tester } from '../support/shop.ts';
import { hire, letGo } from './people.ts';

const { db } = await openTestDatabase({ max: 20 });
const transact = createTransact(db, []);
const hourMs = 3_600_000;
const today = '2026-11-21';

/** Writes, and then finds that it cannot be done. */
const halfDone: ApprovalKind<{ memberId: number }> = {
  kind: 'test.half_done',
  permission: 'stores.manage',
  schema: z.object({ memberId: z.int() }),
  memberIdOf: ({ memberId }) => memberId,
  describe: async () => ({ text: 'Half', lines: [] }),
  async carryOut(tx, { memberId }) {
    await sql`update members set birth_month = 1, birth_day = 1 where id = ${memberId}`.execute(tx);
    return refuse('half_done', { message: 'Only half of it worked' });
  },
};
const kinds = collectApprovalKinds([pointsAdjustment, halfDone]);

const here = await openStore(db, 'here', 'Here');
const there = await openStore(db, 'there', 'There');
const storeIds = [here.storeId];
const asker = await hire(db, 'manager', { storeIds, name: 'Ask' });
const decider = await hire(db, 'manager', { storeIds, name: 'Deci' });
const owner = await hire(db, 'owner', { name: 'Own' });
type Hired = typeof asker;

async function askFor(
  points: number,
  of: { held?: number; who?: Hired; storeId?: number | null; now?: Date } = {},
): Promise<{ approvalId: number; memberId: number; memberNo: string }> {
  const { memberId, memberNo } = await openPerson(db);
  const { who = asker, held = 0, storeId = here.storeId, now = noon } = of;
  await transact((tx) => openBalances(tx, [{ memberId, points: held }], { now: noon, actor: tester }));
  const asked = await transact((tx) =>
    requestAdjustment(tx, {
      memberId,
      points,
      reason: 'the till was down',
      storeId,
      staffId: who.staffId,
      now,
      actor: who.actor,
    }),
  );
  if (!asked.ok || asked.state !== 'waiting') throw new Error('It did not have to wait');
  return { approvalId: asked.approvalId, memberId, memberNo };
}
const decide = (
  approvalId: number,
  by: Hired,
  of: { decision?: 'approve' | 'reject'; note?: string; now?: Date } = {},
) =>
  transact((tx) =>
    decideApproval(tx, kinds, {
      approvalId,
      decision: of.decision ?? 'approve',
      by,
      note: of.note ?? null,
      now: of.now ?? noon,
      actor: by.actor,
    }),
  );
const withdraw = (approvalId: number, by: Hired, now = noon) =>
  transact((tx) => withdrawApproval(tx, kinds, { approvalId, staffId: by.staffId, now, actor: by.actor }));
const look = (approvalId: number, who: Decider, of: { locale?: Locale; now?: Date } = {}) =>
  readApproval(db, kinds, { who, locale: of.locale ?? 'en', now: of.now ?? noon }, approvalId);
const list = (who: Decider, state: 'waiting' | 'decided', now = noon) =>
  readApprovals(db, kinds, { who, locale: 'en', now }, { state, before: null, limit: 200 });
const active = async (memberId: number) => (await readPoints(db, memberId, today)).active;
const entriesOf = async (approvalId: number) =>
  (
    await sql<{ action: string; actor: string; memberId: number }>`
      select action, actor_kind || ':' || actor_id as actor, member_id as "memberId" from audit_entries
      where subject_kind = 'approval' and subject_id = ${String(approvalId)} order by id`.execute(db)
  ).rows;

describe('an action that waits', () => {
  it('is carried out when a second person agrees, in the same breath, and every step is an entry', async () => {
    const { approvalId, memberId } = await askFor(600, { held: 100 });
    expect(await active(memberId)).toBe(100);
    expect(await decide(approvalId, decider, { note: 'saw the receipt of 0912345678' })).toEqual({
      ok: true,
    });
    expect(await active(memberId)).toBe(700);
    expect(await look(approvalId, asker)).toMatchObject({
      state: 'approved',
      decidedBy: { id: decider.staffId, name: 'Deci' },
      decidedAt: noon,
      note: 'saw the receipt of ***678',
      mayDecide: false,
      isMine: true,
    });
    expect(await entriesOf(approvalId)).toEqual([
      { action: 'approval.asked', actor: `staff:${asker.staffId}`, memberId },
      { action: 'approval.approved', actor: `staff:${decider.staffId}`, memberId },
    ]);
    const adjusted = await sql<{ actor: string; after: object }>`
      select actor_id as actor, after from audit_entries
      where action = 'points.adjusted' and member_id = ${memberId}`.execute(db);
    expect(adjusted.rows).toEqual([
      {
        actor: String(decider.staffId),
        after: expect.objectContaining({ points: 600, approvalId, askedById: asker.staffId, active: 700 }),
      },
    ]);
  });

  it('shows who decides what it does as things stand now, in their language, and keeps what they saw', async () => {
    const { approvalId, memberId, memberNo } = await askFor(600, { held: 100 });
    const linesOf = async (locale: Locale) => (await look(approvalId, decider, { locale }))?.summary;
    expect(await linesOf('en')).toEqual({
      text: `Give 600 points to member ${memberNo}`,
      lines: [
        { label: 'Member number', value: memberNo },
        { label: 'To use before', value: '100 points' },
        { label: 'Change', value: '+600' },
        { label: 'To use after', value: '700 points' },
      ],
    });
    expect((await linesOf('zh-TW'))?.text).toBe(`會員 ${memberNo} 加 600 點`);
    expect((await linesOf('ja'))?.text).toBe(`会員${memberNo}に600ポイントを加算`);
    await transact((tx) =>
      requestAdjustment(tx, {
        memberId,
        points: 50,
        reason: 'meanwhile',
        storeId: null,
        staffId: owner.staffId,
        now: noon,
        actor: owner.actor,
      }),
    );
    expect((await linesOf('en'))?.lines[3]?.value).toBe('750 points');
    await decide(approvalId, decider, { decision: 'reject' });
    expect((await linesOf('en'))?.lines[1]?.value).toBe('150 points');
    expect((await linesOf('zh-TW'))?.lines[1]?.value).toBe('150 點');
    expect(await active(memberId)).toBe(150);
  });

  it('is never decided by who asked, whatever they have become', async () => {
    const { approvalId, memberId } = await askFor(600);
    for (const role of ['owner', 'manager'] as const) {
      for (const decision of ['approve', 'reject'] as const) {
        const self = { ...asker, role };
        expect(await decide(approvalId, self, { decision })).toEqual({ ok: false, reason: 'own_request' });
      }
      expect(await look(approvalId, { ...asker, role })).toMatchObject({ mayDecide: false, isMine: true });
    }
    expect(await active(memberId)).toBe(0);
    const forced = sql`
      update staff_approvals set state = 'approved', decided_by_id = asked_by_id, decided_at = asked_at
      where id = ${approvalId}`.execute(db);
    await expect(forced).rejects.toThrow('violates check constraint');
  });

  it('is decided only by rights that reach its store', async () => {
    const elsewhere = await hire(db, 'manager', { storeIds: [there.storeId] });
    const onDevice = { ...owner, deviceStoreId: there.storeId };
    const others = await Promise.all(
      (['clerk', 'marketer', 'consultant', 'auditor'] as const).map((role) => hire(db, role, { storeIds })),
    );
    const { approvalId } = await askFor(600);
    for (const who of [elsewhere, onDevice, ...others]) {
      expect([who.role, await decide(approvalId, who)]).toEqual([
        who.role,
        { ok: false, reason: 'forbidden' },
      ]);
      expect(await look(approvalId, who)).toBeNull();
      expect((await list(who, 'waiting')).map((each) => each.id)).not.toContain(approvalId);
    }
    for (const who of [decider, owner, { ...owner, deviceStoreId: here.storeId }]) {
      expect(await look(approvalId, who)).toMatchObject({ mayDecide: true, isMine: false });
      expect((await list(who, 'waiting')).map((each) => each.id)).toContain(approvalId);
    }
    expect(await decide(approvalId, decider)).toEqual({ ok: true });
  });

  it('asked for no store is decided only where rights reach every store', async () => {
    const { approvalId } = await askFor(600, { storeId: null });
    expect(await decide(approvalId, decider)).toMatchObject({ reason: 'forbidden' });
    expect(await look(approvalId, decider)).toBeNull();
    expect(await decide(approvalId, owner)).toEqual({ ok: true });
  });

  it('needs the right to the action itself, too', async () => {
    const { memberId } = await openPerson(db);
    const { approvalId } = await transact((tx) =>
      askApproval(tx, halfDone, {
        request: { memberId },
        storeId: here.storeId,
        reason: 'test',
        askedById: asker.staffId,
        now: noon,
        actor: asker.actor,
      }),
    );
    expect(await decide(approvalId, decider)).toMatchObject({ reason: 'forbidden' });
    expect(await look(approvalId, decider)).toBeNull();
  });
});

describe('two deciders at once', () => {
  it.each([
    ['approve', 'approve'],
    ['approve', 'reject'],
    ['reject', 'reject'],
  ] as const)('%s and %s: one wins, and points move at most once', async (first, second) => {
    for (let round = 0; round < 5; round++) {
      const { approvalId, memberId } = await askFor(600);
      const outcomes = await Promise.all([
        decide(approvalId, decider, { decision: first }),
        decide(approvalId, owner, { decision: second }),
        decide(approvalId, decider, { decision: first }),
        decide(approvalId, owner, { decision: second }),
      ]);
      expect(outcomes.filter((outcome) => outcome.ok)).toHaveLength(1);
      expect(outcomes.filter((outcome) => !outcome.ok && outcome.reason === 'already_decided')).toHaveLength(
        3,
      );
      const state = (await look(approvalId, asker))?.state;
      expect(await active(memberId)).toBe(state === 'approved' ? 600 : 0);
      expect(await entriesOf(approvalId)).toHaveLength(2);
    }
  });

  it('and one who takes it back: one of them wins', async () => {
    for (let round = 0; round < 5; round++) {
      const { approvalId, memberId } = await askFor(600);
      const outcomes = await Promise.all([decide(approvalId, decider), withdraw(approvalId, asker)]);
      expect(outcomes.filter((outcome) => outcome.ok)).toHaveLength(1);
      const state = (await look(approvalId, asker))?.state;
      expect(await active(memberId)).toBe(state === 'approved' ? 600 : 0);
    }
  });
});

describe('what cannot be carried out', () => {
  it('says why, changes nothing and goes on waiting', async () => {
    const { approvalId, memberId } = await askFor(-600, { held: 600 });
    await transact((tx) =>
      requestAdjustment(tx, {
        memberId,
        points: -1,
        reason: 'meanwhile',
        storeId: null,
        staffId: owner.staffId,
        now: noon,
        actor: owner.actor,
      }),
    );
    expect(await decide(approvalId, decider)).toEqual({
      ok: false,
      reason: 'not_carried_out',
      code: 'not_enough_points',
      message: 'The member can use 599 points now',
    });
    expect(await look(approvalId, decider)).toMatchObject({ state: 'waiting', mayDecide: true });
    expect(await active(memberId)).toBe(599);
    expect((await entriesOf(approvalId)).map((entry) => entry.action)).toEqual(['approval.asked']);
    expect(await decide(approvalId, decider, { decision: 'reject' })).toEqual({ ok: true });
  });

  it('leaves nothing of what it had begun', async () => {
    const { memberId } = await openPerson(db);
    const { approvalId } = await transact((tx) =>
      askApproval(tx, halfDone, {
        request: { memberId },
        storeId: null,
        reason: 'test',
        askedById: asker.staffId,
        now: noon,
        actor: asker.actor,
      }),
    );
    expect(await decide(approvalId, owner)).toMatchObject({ reason: 'not_carried_out', code: 'half_done' });
    const rows = await sql`select birth_month from members where id = ${memberId}`.execute(db);
    expect(rows.rows).toEqual([{ birth_month: null }]);
  });
});

describe('the end of waiting', () => {
  it('comes after the hours of the policy: nobody can decide any more, with or without the job', async () => {
    const { approvalId, memberId } = await askFor(600);
    const due = addMs(noon, 24 * hourMs);
    expect(await look(approvalId, decider, { now: addMs(due, -1) })).toMatchObject({
      state: 'waiting',
      expiresAt: due,
      mayDecide: true,
    });
    expect(await look(approvalId, decider, { now: due })).toMatchObject({
      state: 'expired',
      mayDecide: false,
    });
    expect((await list(decider, 'waiting', due)).map((each) => each.id)).not.toContain(approvalId);
    expect((await list(decider, 'decided', due)).map((each) => each.id)).toContain(approvalId);
    expect(await withdraw(approvalId, asker, due)).toMatchObject({ reason: 'expired' });
    expect(await decide(approvalId, decider, { now: due })).toEqual({ ok: false, reason: 'expired' });
    expect(await decide(approvalId, decider)).toEqual({ ok: false, reason: 'expired' });
    expect(await active(memberId)).toBe(0);
    expect((await entriesOf(approvalId)).map((entry) => entry.action)).toEqual([
      'approval.asked',
      'approval.expired',
    ]);
  });

  it('is written by the job once, however many run', async () => {
    const { approvalId } = await askFor(600);
    const run = (now: Date) => endDueApprovals({ transact, kinds }, now);
    await run(addMs(noon, 24 * hourMs - 1));
    expect(await look(approvalId, asker)).toMatchObject({ state: 'waiting' });
    await Promise.all([run(addMs(noon, 24 * hourMs)), run(addMs(noon, 24 * hourMs))]);
    expect(await look(approvalId, asker)).toMatchObject({ state: 'expired', decidedBy: null });
    expect(await entriesOf(approvalId)).toMatchObject([
      { action: 'approval.asked' },
      { action: 'approval.expired', actor: 'job:approvals.end' },
    ]);
    expect(await run(addMs(noon, 48 * hourMs))).toBe(0);
  });

  it('comes at once when who asked works here no more', async () => {
    const leaver = await hire(db, 'manager', { storeIds });
    const [first, second] = [await askFor(600, { who: leaver }), await askFor(600, { who: leaver })];
    await letGo(db, leaver.staffId);
    expect(await look(first.approvalId, decider)).toMatchObject({ state: 'expired', mayDecide: false });
    expect(await decide(first.approvalId, decider)).toEqual({ ok: false, reason: 'expired' });
    expect(await active(first.memberId)).toBe(0);
    await endDueApprovals({ transact, kinds }, noon);
    const ends = await sql<{ because: string }>`
      select after ->> 'because' as because from audit_entries
      where action = 'approval.expired' and subject_id = any(${[String(first.approvalId), String(second.approvalId)]})`.execute(
      db,
    );
    expect(ends.rows).toEqual([{ because: 'asker_disabled' }, { because: 'asker_disabled' }]);
  });

  it('is brought about by who asked, and by nobody else', async () => {
    const { approvalId } = await askFor(600);
    expect(await withdraw(approvalId, decider)).toEqual({ ok: false, reason: 'not_yours' });
    expect(await withdraw(approvalId, asker)).toEqual({ ok: true });
    expect(await look(approvalId, asker)).toMatchObject({ state: 'withdrawn', decidedBy: { name: 'Ask' } });
    expect(await withdraw(approvalId, asker)).toMatchObject({ reason: 'already_decided' });
    expect(await decide(approvalId, decider)).toMatchObject({ reason: 'already_decided' });
    expect(await decide(999_999, decider)).toMatchObject({ reason: 'unknown_approval' });
  });
});
