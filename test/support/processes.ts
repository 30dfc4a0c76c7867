import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');
const startWithinMs = 120_000;

/** All that this process started and that still runs: ended with it, by id. */
const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

export type RunningProcess = {
  pid: number;
  isRunning(): boolean;
  /** Resolves when it has ended. `SIGKILL` leaves it no last word. */
  end(signal?: NodeJS.Signals): Promise<void>;
  /** Its own end, wished or not. */
  ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
};

export type ServiceProcess = RunningProcess & {
  url: string;
  port: number;
  /** Lines of its log at `warn` and above. */
  complaints: string[];
  /** Lines of its log, of any level. */
  countLines(): number;
};

export type ServiceSettings = {
  databaseUrl: string;
  line: { url: string; channelSecret: string; channelAccessToken: string };
  /** ROLE; `all` unless told. */
  role?: string;
  /** 0, unless told: a free one. */
  port?: number;
  dataKey?: Buffer;
  env?: Record<string, string>;
  /** Instead of the production entry. */
  entry?: string;
  /** For node itself, such as --cpu-prof. */
  nodeOptions?: string[];
};

/** Killed and started over and over: what was compiled once need not be compiled again. */
export const compileCache = { NODE_COMPILE_CACHE: join(tmpdir(), 'shuke-compile-cache') };

const loopbackHosts = new Set(['127.0.0.1', 'localhost', '[::1]']);

export const testDataKey = Buffer.alloc(32, 7);

/**
 * The production entry as a process of its own, on loopback; resolves when it says that it is up.
 * @throws RangeError when its LINE would be any but one on this machine
 */
export async function startService(settings: ServiceSettings): Promise<ServiceProcess> {
  const { hostname } = new URL(settings.line.url);
  if (!loopbackHosts.has(hostname)) throw new RangeError(`Only this machine may play LINE, not ${hostname}`);
  const child = spawn(
    process.execPath,
    [...(settings.nodeOptions ?? []), join(root, settings.entry ?? 'src/main.ts')],
    {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env.PATH,
        NODE_ENV: 'production',
        ...compileCache,
        DATABASE_URL: settings.databaseUrl,
        PUBLIC_URL: 'https://shuke.example',
        LINE_CHANNEL_SECRET: settings.line.channelSecret,
        LINE_CHANNEL_ACCESS_TOKEN: settings.line.channelAccessToken,
        LINE_API_BASE_URL: settings.line.url,
        LINE_DATA_API_BASE_URL: settings.line.url,
        DATA_KEY: (settings.dataKey ?? testDataKey).toString('base64'),
        HOST: '127.0.0.1',
        PORT: String(settings.port ?? 0),
        ROLE: settings.role ?? 'all',
        LOG_LEVEL: 'info',
        ...settings.env,
      },
    },
  );
  const process_ = follow(child);
  const complaints: string[] = [];
  let lines = 0;
  const port = await new Promise<number>((resolve, reject) => {
    const timer = setTimeout(() => fail(`not up within ${startWithinMs} ms`), startWithinMs);
    const fail = (why: string) => {
      clearTimeout(timer);
      child.kill('SIGKILL');
      reject(new Error(`The service did not start: ${why}\n${complaints.slice(-10).join('\n')}`));
    };
    const onExit = (code: number | null) => fail(`it ended with ${code}`);
    child.once('exit', onExit);
    readLines(child.stderr, (text) => complaints.push(text));
    readLines(child.stdout, (text) => {
      lines += 1;
      const line = readLogLine(text);
      if (line === null || line.level >= 40) complaints.push(text);
      if (line?.msg !== 'Shuke is up') return;
      clearTimeout(timer);
      child.off('exit', onExit);
      resolve(line.port ?? 0);
    });
  });
  return { ...process_, url: `http://127.0.0.1:${port}`, port, complaints, countLines: () => lines };
}

/** One of `src/commands`, as `npm run NAME` runs it; resolves when it has ended. */
export async function runCommand(
  name: string,
  given: readonly string[],
  env: Record<string, string>,
): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, [join(root, `src/commands/${name}.ts`), ...given], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, ...compileCache, ...env },
  });
  const { ended } = follow(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  const { code } = await ended;
  return { code, output };
}

export type Commands = Record<string, (input: never) => unknown>;

export type Remote<Served extends Commands> = RunningProcess & {
  /** Runs a command over there; rejects with what it threw, or when the process ends first. */
  call<Name extends keyof Served & string>(
    name: Name,
    ...input: Parameters<Served[Name]>
  ): Promise<Awaited<ReturnType<Served[Name]>>>;
};

/** Starts a script of ours that calls `serveCommands`. @param env what differs from our own environment */
export async function startRemote<Served extends Commands>(
  script: string,
  env: Record<string, string> = {},
): Promise<Remote<Served>> {
  const child = fork(script, {
    cwd: root,
    serialization: 'advanced',
    execPath: process.execPath,
    execArgv: [],
    env: { ...process.env, ...env },
  });
  const process_ = follow(child);
  const open = new Map<number, { resolve(value: never): void; reject(error: Error): void }>();
  child.on('message', (answer: { id: number; value?: never; error?: string }) => {
    const call = open.get(answer.id);
    open.delete(answer.id);
    if (answer.error === undefined) call?.resolve(answer.value as never);
    else call?.reject(new Error(answer.error));
  });
  void process_.ended.then(() => {
    for (const call of open.values()) call.reject(new Error(`${script} ended`));
  });
  let nextId = 1;
  return {
    ...process_,
    call: (name, ...input) =>
      new Promise((resolve, reject) => {
        const id = nextId++;
        open.set(id, { resolve, reject });
        child.send({ id, name, input: input[0] });
      }),
  };
}

/** The other side of `startRemote`: answers commands until the parent goes away. */
export function serveCommands(commands: Commands): void {
  process.on('disconnect', () => process.exit(0));
  process.on('message', (call: { id: number; name: string; input: never }) => {
    Promise.resolve()
      .then(() => commands[call.name]?.(call.input))
      .then(
        (value) => process.send?.({ id: call.id, value }),
        (error) =>
          process.send?.({ id: call.id, error: error instanceof Error ? error.message : String(error) }),
      );
  });
}

/** Ends the child with this process, and tells when it has ended. */
export function follow(child: ChildProcess): RunningProcess {
  running.add(child);
  const ended = once(child, 'exit').then(([code, signal]) => {
    running.delete(child);
    return { code, signal };
  });
  return {
    pid: child.pid ?? 0,
    isRunning: () => running.has(child),
    async end(signal = 'SIGTERM') {
      if (running.has(child)) child.kill(signal);
      await ended;
    },
    ended,
  };
}

function readLogLine(text: string): { level: number; msg?: string; port?: number } | null {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function readLines(stream: NodeJS.ReadableStream | null, take: (line: string) => void): void {
  let rest = '';
  stream?.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line !== '') take(line);
  });
}
