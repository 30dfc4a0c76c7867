import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** `npm test`: the checks, then every test. The last line is plain, for people and for machines. */
const folder = mkdtempSync(join(tmpdir(), 'shuke-test-'));
const report = join(folder, 'report.json');

const isChecked = run('npm', ['run', '--silent', 'check']) && run('npm', ['run', '--silent', 'build']);
const isTested = run('npx', [
  'vitest',
  'run',
  '--reporter=default',
  '--reporter=json',
  `--outputFile.json=${report}`,
]);

const counts = readCounts();
rmSync(folder, { recursive: true, force: true });
if (!isChecked)
  console.error('\nFormat, lint, types, dead code or the build did not pass: see the top of this output.');
const failed = counts.failed + (isChecked ? 0 : 1) + (isTested || counts.failed > 0 ? 0 : 1);
console.log(`${counts.passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && counts.passed > 0 ? 0 : 1;

function run(command: string, args: string[]): boolean {
  return spawnSync(command, args, { stdio: 'inherit' }).status === 0;
}

function readCounts(): { passed: number; failed: number } {
  try {
    const result = JSON.parse(readFileSync(report, 'utf8'));
    return { passed: result.numPassedTests, failed: result.numFailedTests };
  } catch {
    return { passed: 0, failed: 1 };
  }
}
