import { type SpawnOptions, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { constants, setPriority, tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * `npm test`: every test, and beside them, on what the tests leave of the machine, the checks. What the checks have
 * to say is said at the end. The last line is plain, for people and for machines.
 */
const folder = mkdtempSync(join(tmpdir(), 'shuke-test-'));
const report = join(folder, 'report.json');

const isBuilt = (await run('npm', ['run', '--silent', 'build'])).isGood;
const checking = run('npm', ['run', '--silent', 'check'], { isAside: true });
const tests = await run('npx', [
  'vitest',
  'run',
  '--reporter=default',
  '--reporter=json',
  `--outputFile.json=${report}`,
]);
const checks = await checking;

const counts = readCounts();
rmSync(folder, { recursive: true, force: true });
process.stdout.write(
  `\nFormat, lint, types, dead code: ${checks.isGood ? 'passed' : 'DID NOT PASS'}\n${checks.said}`,
);
if (!isBuilt) console.error('\nThe build did not pass: see the top of this output.');
const isSound = isBuilt && checks.isGood;
const failed = counts.failed + (isSound ? 0 : 1) + (tests.isGood || counts.failed > 0 ? 0 : 1);
console.log(`${counts.passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && counts.passed > 0 ? 0 : 1;

/** @param options.isAside at the lowest priority, and what it says is kept instead of shown */
async function run(
  command: string,
  args: string[],
  options: { isAside?: boolean } = {},
): Promise<{ isGood: boolean; said: string }> {
  const stdio: SpawnOptions['stdio'] = options.isAside ? ['ignore', 'pipe', 'pipe'] : 'inherit';
  const child = spawn(command, args, { stdio });
  if (options.isAside && child.pid) setPriority(child.pid, constants.priority.PRIORITY_LOW);
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
  const code = await new Promise<number | null>((resolve) => {
    child.once('close', resolve);
    child.once('error', () => resolve(null));
  });
  return { isGood: code === 0, said };
}

function readCounts(): { passed: number; failed: number } {
  try {
    const result = JSON.parse(readFileSync(report, 'utf8'));
    return { passed: result.numPassedTests, failed: result.numFailedTests };
  } catch {
    return { passed: 0, failed: 1 };
  }
}
