import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { unlockSpending } from '#features/members/binding/unlock-spending.ts';
import { closeTask } from '#features/tasks/close-task.ts';
import { openTask } from '#features/tasks/open-task.ts';
import { readOpenTasks } from '#features/tasks/task-reads.ts';
import { newMemberNo } from '#foundation/ids.ts';
import { openTestDatabase } from '../support/database.ts';

const { db } = await openTestDatabase();
const now = new Date('2026-11-21T06:00:00Z');
const actor = { kind: 'system', id: 'test' } as const;

async function lockedMember() {
  const memberNo = newMemberNo();
  const made = await sql<{ id: number }>`
    insert into members (member_no, joined_at, created_at, spending_locked_at)
    values (${memberNo}, ${now}, ${now}, ${now}) returning id`.execute(db);
  return { memberNo, memberId: made.rows[0]!.id };
}

const unlock = (memberNo: string) =>
  db.transaction().execute((tx) => unlockSpending(tx, { memberNo, now, actor }));

describe('the staff, after it has spoken with a member', () => {
  it('lets the member spend again, once, and the log says so', async () => {
    const { memberNo, memberId } = await lockedMember();
    expect(await unlock(memberNo)).toEqual({ ok: true, memberId });
    expect(await unlock(memberNo)).toEqual({ ok: false, reason: 'not_locked' });
    const audited = await sql`select 1 from audit_entries where action = 'member.unlock_spending'
      and subject_id = ${String(memberId)}`.execute(db);
    expect(audited.rows).toHaveLength(1);
  });

  it('is told when there is no such member', async () => {
    expect(await unlock('0000000000')).toEqual({ ok: false, reason: 'unknown_member' });
  });

  it('takes a task off the list, and the next one of its kind is opened anew', async () => {
    const { memberId } = await lockedMember();
    const open = (dedupeKey: string) =>
      db.transaction().execute((tx) => openTask(tx, { kind: 'agent_wanted', memberId, dedupeKey, now }));
    expect([await open('a'), await open('b')]).toEqual([true, false]);
    const task = (await readOpenTasks(db, 10)).find((each) => each.memberId === memberId);
    const close = () => db.transaction().execute((tx) => closeTask(tx, { taskId: task!.id, now, actor }));
    expect([await close(), await close()]).toEqual([{ ok: true }, { ok: false, reason: 'unknown_task' }]);
    expect(await open('c')).toBe(true);
  });
});
