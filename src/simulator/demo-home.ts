import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stopLeftServer } from '../foundation/embedded-postgres.ts';
import { Fault } from '../foundation/errors.ts';

/** Where a demo keeps what it must find again: its key, its clock, LINE's side of the story. */
export type DemoHome = {
  directory: string;
  dataKey: string;
  clockOffsetMs: number;
  platformFile: string;
  keepClock(offsetMs: number): Promise<void>;
  /** What is kept under `name`, made once. */
  keep(name: string, make: () => Promise<string>): Promise<string>;
  leave(): Promise<void>;
};

/**
 * Opens the folder of the demo, for one process at a time. @param options.fresh deletes what an earlier demo kept
 * @throws Fault when a demo is running from this folder already
 */
export async function enterDemoHome(directory: string, options: { fresh: boolean }): Promise<DemoHome> {
  await mkdir(directory, { recursive: true });
  await takeLock(join(directory, 'demo.pid'));
  const database = join(directory, 'postgres');
  if (options.fresh) {
    await stopLeftServer(database);
    for (const name of ['postgres', 'data-key', 'clock.json', 'line-platform.json', 'till-key'])
      await rm(join(directory, name), { recursive: true, force: true });
  }
  const clockFile = join(directory, 'clock.json');
  return {
    directory,
    dataKey: await readOrMake(join(directory, 'data-key'), async () => randomBytes(32).toString('base64')),
    clockOffsetMs: readOffset(await readFile(clockFile, 'utf8').catch(() => '')),
    platformFile: join(directory, 'line-platform.json'),
    async keepClock(offsetMs) {
      await replaceFile(clockFile, JSON.stringify({ offsetMs }));
    },
    keep: (name, make) => readOrMake(join(directory, name), make),
    leave: () => rm(join(directory, 'demo.pid'), { force: true }),
  };
}

/** One demo per folder: the pid of a process that is gone, or that is no demo, counts for nothing. */
async function takeLock(file: string): Promise<void> {
  const pid = Number(await readFile(file, 'utf8').catch(() => ''));
  if (pid && pid !== process.pid && (await isDemo(pid)))
    throw new Fault('demo_running', `The demo is already running here (process ${pid})`);
  await writeFile(file, String(process.pid));
}

async function isDemo(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  if (process.platform !== 'linux') return true;
  const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  return commandLine.includes('demo.ts');
}

async function readOrMake(file: string, make: () => Promise<string>): Promise<string> {
  const kept = await readFile(file, 'utf8').catch(() => null);
  if (kept) return kept.trim();
  const made = await make();
  await replaceFile(file, made);
  return made;
}

function readOffset(text: string): number {
  try {
    const { offsetMs } = JSON.parse(text) as { offsetMs?: unknown };
    return typeof offsetMs === 'number' && Number.isFinite(offsetMs) && offsetMs >= 0 ? offsetMs : 0;
  } catch {
    return 0;
  }
}

/** Whole or not at all: a kill in between leaves the old file. */
async function replaceFile(file: string, text: string): Promise<void> {
  const beside = `${file}.new`;
  const handle = await open(beside, 'w', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(beside, file);
}
