import { spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stopLeftServer } from '#foundation/embedded-postgres.ts';
import { compileCache, follow, type RunningProcess } from '../support/processes.ts';

const root = join(import.meta.dirname, '../..');
const startWithinMs = 100_000;

export type DemoProcess = RunningProcess & { url: string };

/** A folder of its own for a demo's data; the user who runs PostgreSQL must be able to read it. */
export function demoHome() {
  const directory = join(tmpdir(), `shuke-demo-test-${process.pid}`);
  return {
    directory,
    async remove() {
      await stopLeftServer(join(directory, 'postgres'));
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** `npm run demo` without npm, on a free port, with nothing of this process's settings. */
function spawnDemo(env: Record<string, string>) {
  const child = spawn(process.execPath, ['src/demo.ts'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...compileCache, PORT: '0', ...env },
  });
  const said = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said.out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said.err += text;
  });
  return { child, said, following: follow(child) };
}

/** Resolves when the demo has printed its address. */
export async function startDemo(home: string): Promise<DemoProcess> {
  const { child, said, following } = spawnDemo({ SHUKE_DEMO_HOME: home });
  const url = await new Promise<string>((resolve, reject) => {
    const fail = (why: string) => {
      clearTimeout(timer);
      child.kill('SIGKILL');
      reject(new Error(`The demo did not start: ${why}\n${said.out}${said.err}`));
    };
    const timer = setTimeout(() => fail(`no address within ${startWithinMs} ms`), startWithinMs);
    const onExit = (code: number | null) => fail(`it ended with ${code}`);
    child.once('exit', onExit);
    child.stdout.on('data', () => {
      const printed = /http:\/\/\S+\/simulator\//.exec(said.out)?.[0];
      if (!printed) return;
      clearTimeout(timer);
      child.off('exit', onExit);
      resolve(printed);
    });
  });
  return { ...following, url };
}

/** What a demo that should not start says, and its exit code. */
export async function refuseDemo(
  env: Record<string, string>,
): Promise<{ code: number | null; said: string }> {
  const { said, following } = spawnDemo(env);
  const { code } = await following.ended;
  return { code, said: said.err };
}
