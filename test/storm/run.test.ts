import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

it('the storms that exist are those that the README names', () => {
  const asked = spawnSync(process.execPath, ['test/storm/run.ts'], { encoding: 'utf8' });
  expect(asked.status).toBe(1);
  const existing = /one of: (.*)/.exec(asked.stderr)?.[1]?.split(', ') ?? [];
  const readme = readFileSync('README.md', 'utf8');
  const named = [...readme.matchAll(/`npm run storm -- ([a-z-]+)`/g)].map(([, name]) => name);
  expect(named.toSorted()).toEqual(existing.toSorted());
  expect(existing).toContain('postgres-restarts');
});
