import { execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Each page: its folder with index.html, its name under dist/browser and where a server mounts it. */
const pages = [
  { folder: 'src/simulator/browser', name: 'simulator', base: '/simulator/' },
  { folder: 'src/web/console/browser', name: 'console', base: '/console/' },
  { folder: 'src/web/staff/browser', name: 'staff', base: '/staff/' },
];

const usualTarget = join(root, 'dist/browser');
const stampFile = '.sources';

/**
 * Builds the browser code of all pages into dist/browser/NAME, unless it was built from the very same sources.
 * Two processes may build at once: each builds beside and moves its whole result into place.
 * @param options.target instead of dist/browser, on the same disk
 */
export async function buildBrowserCode(options: {
  force: boolean;
  target?: string;
}): Promise<'built' | 'unchanged'> {
  const { force, target = usualTarget } = options;
  const stamp = await hashSources();
  if (!force && (await readStamp(target)) === stamp) return 'unchanged';
  const workshop = join(root, 'dist', `.building-${randomUUID()}`);
  try {
    await Promise.all(pages.map((page) => buildPage(page, join(workshop, 'browser', page.name))));
    await writeFile(join(workshop, 'browser', stampFile), stamp);
    await putInPlace(join(workshop, 'browser'), target, join(workshop, 'former'));
  } finally {
    await rm(workshop, { recursive: true, force: true });
  }
  return 'built';
}

/** In a process of its own: NODE_ENV decides which React is built in, and a test's or a demo's is another. */
async function buildPage(page: (typeof pages)[number], outDir: string): Promise<void> {
  const vite = join(root, 'node_modules/vite/bin/vite.js');
  const config = ['--config', join(root, 'vite.config.ts'), '--base', page.base, '--logLevel', 'warn'];
  const args = [vite, 'build', join(root, page.folder), ...config, '--outDir', outDir, '--emptyOutDir'];
  const env = { ...process.env, NODE_ENV: 'production' };
  await promisify(execFile)(process.execPath, args, { cwd: root, env });
}

/** A rename cannot replace a full folder: the former result steps aside first, and whoever comes last wins. */
async function putInPlace(result: string, target: string, former: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    if (existsSync(target)) await rename(target, `${former}-${attempt}`).catch(unlessMissing);
    try {
      return await rename(result, target);
    } catch (error) {
      const anotherWasFaster = ['ENOTEMPTY', 'EEXIST', 'EPERM'].includes(codeOf(error));
      if (!anotherWasFaster || attempt === 5) throw error;
    }
  }
}

function unlessMissing(error: unknown): void {
  if (codeOf(error) !== 'ENOENT') throw error;
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

async function readStamp(target: string): Promise<string> {
  return readFile(join(target, stampFile), 'utf8').catch(() => '');
}

async function hashSources(): Promise<string> {
  const entries = await readdir(join(root, 'src'), { recursive: true, withFileTypes: true });
  const sources = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .filter((path) => path.split(sep).includes('browser') || path.startsWith(join('src', 'web')));
  const hash = createHash('sha256');
  for (const path of [...sources.sort(), 'vite.config.ts', 'package-lock.json', 'scripts/build.ts']) {
    hash
      .update(path)
      .update('\0')
      .update(await readFile(join(root, path)))
      .update('\0');
  }
  return hash.digest('hex');
}

if (import.meta.main) {
  await mkdir(join(root, 'dist'), { recursive: true });
  const outcome = await buildBrowserCode({ force: process.argv.includes('--force') });
  console.log(outcome === 'built' ? 'Browser code built into dist/browser' : 'Browser code is up to date');
}
