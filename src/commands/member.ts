import { unlockSpending } from '#features/members/binding/unlock-spending.ts';
import { readPerson } from '#features/members/person-reads.ts';
import { closeTask } from '#features/tasks/close-task.ts';
import { readOpenTasks } from '#features/tasks/task-reads.ts';
import { wireClock } from '#foundation/clock.ts';
import { connectDatabase, type Db } from '#foundation/db.ts';
import { createLogger } from '#foundation/log.ts';
import { neverHappens } from '#foundation/outcome.ts';
import { loadDatabaseUrl } from '../config.ts';

const usage = `npm run member -- tasks             what waits for the staff, with member numbers
npm run member -- done TASK         takes a task off the list
npm run member -- unlock MEMBER_NO  lets a member spend again after "that was not me"
`;
const actor = { kind: 'system', id: 'command:member' } as const;
const shown = 100;

type Outcome = { code: number; text: string };

/** What was asked for on the command line. @returns what to print, and the exit code */
async function run(db: Db, [what, argument, ...rest]: readonly string[]): Promise<Outcome> {
  const now = wireClock.now();
  if (rest.length === 0 && what === 'tasks' && argument === undefined)
    return { code: 0, text: await listTasks(db) };
  if (rest.length === 0 && what === 'done' && /^[1-9][0-9]{0,14}$/.test(argument ?? '')) {
    const taskId = Number(argument);
    const closed = await db.transaction().execute((tx) => closeTask(tx, { taskId, now, actor }));
    return closed.ok
      ? { code: 0, text: `Task ${taskId} is done.\n` }
      : { code: 1, text: `There is no open task ${taskId}.\n` };
  }
  if (rest.length === 0 && what === 'unlock' && argument !== undefined) return unlock(db, argument, now);
  return { code: 2, text: usage };
}

async function unlock(db: Db, memberNo: string, now: Date): Promise<Outcome> {
  const unlocked = await db.transaction().execute((tx) => unlockSpending(tx, { memberNo, now, actor }));
  if (unlocked.ok) return { code: 0, text: `Member ${memberNo} can spend again.\n` };
  switch (unlocked.reason) {
    case 'unknown_member':
      return { code: 1, text: `There is no member ${memberNo}.\n` };
    case 'not_locked':
      return { code: 1, text: `Member ${memberNo} is not locked.\n` };
    default:
      return neverHappens(unlocked.reason);
  }
}

async function listTasks(db: Db): Promise<string> {
  const tasks = await readOpenTasks(db, shown);
  if (tasks.length === 0) return 'Nothing waits for the staff.\n';
  const lines: string[] = [];
  for (const { id, kind, memberId, createdAt } of tasks) {
    const person = memberId === null ? null : await readPerson(db, memberId);
    lines.push(`${String(id).padStart(6)}  ${createdAt.toISOString()}  ${kind}  ${person?.memberNo ?? ''}\n`);
  }
  return lines.join('');
}

const connection = connectDatabase(loadDatabaseUrl(), {
  log: createLogger('warn'),
  name: 'shuke-member',
  max: 1,
});
const outcome = await run(connection.db, process.argv.slice(2));
(outcome.code === 0 ? process.stdout : process.stderr).write(outcome.text);
await connection.close();
process.exitCode = outcome.code;
