import { connect, type Socket } from 'node:net';

/** What came of a load: latencies in milliseconds, ascending. */
export type LoadResult = {
  seconds: number;
  answered: number;
  statuses: Map<number, number>;
  latencies: number[];
};

export const perSecond = (result: LoadResult): number => result.answered / result.seconds;

/** The value below which `share` (0 to 1) of the ascending values lie. */
export function percentile(ascending: readonly number[], share: number): number {
  if (ascending.length === 0) return Number.NaN;
  return ascending[Math.min(ascending.length - 1, Math.ceil(share * ascending.length) - 1)] as number;
}

/** A whole POST with its headers, made before the clock starts. */
export function toRequest(path: string, body: Buffer, headers: Record<string, string>): Buffer {
  const lines = Object.entries({ 'content-length': String(body.length), ...headers });
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  return Buffer.concat([Buffer.from(`POST ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\n${head}\r\n`), body]);
}

/**
 * As fast as it goes: each connection sends its next request when the last one was answered. The load ends with the
 * time or when `next` has no more, whichever comes first.
 */
export async function loadClosed(options: {
  port: number;
  connections: number;
  next(nth: number): Buffer | undefined | Promise<Buffer | undefined>;
  ms: number;
}): Promise<LoadResult> {
  const meter = createMeter();
  let next = 0;
  const endsAt = performance.now() + options.ms;
  await withLines(options.port, options.connections, async (lines) => {
    await Promise.all(
      lines.map(async (line) => {
        while (performance.now() < endsAt) {
          const request = await options.next(next++);
          if (!request) return;
          const sentAt = performance.now();
          meter.note(await line.send(request), performance.now() - sentAt);
        }
      }),
    );
  });
  return meter.result();
}

/**
 * At a steady rate, whatever the other side does: a request that finds no free connection waits, and its latency
 * counts from the moment it was due.
 */
export async function loadPaced(options: {
  port: number;
  connections: number;
  perSecond: number;
  count: number;
  next(nth: number): Buffer;
}): Promise<LoadResult> {
  const meter = createMeter();
  const startedAt = performance.now();
  const dueAt = (nth: number) => startedAt + (nth * 1000) / options.perSecond;
  let next = 0;
  await withLines(options.port, options.connections, (lines) => {
    const free = [...lines];
    return new Promise((resolve, reject) => {
      let open = 0;
      const launch = () => {
        while (next < options.count && dueAt(next) <= performance.now()) {
          const line = free.pop();
          if (!line) return;
          const nth = next++;
          open++;
          line.send(options.next(nth)).then((status) => {
            meter.note(status, performance.now() - dueAt(nth));
            free.push(line);
            open--;
            if (next === options.count && open === 0) {
              clearInterval(timer);
              resolve();
            } else launch();
          }, reject);
        }
      };
      const timer = setInterval(launch, 1);
    });
  });
  return meter.result();
}

function createMeter() {
  const startedAt = performance.now();
  const statuses = new Map<number, number>();
  const latencies: number[] = [];
  return {
    note(status: number, ms: number): void {
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      latencies.push(ms);
    },
    result: (): LoadResult => ({
      seconds: (performance.now() - startedAt) / 1000,
      answered: latencies.length,
      statuses,
      latencies: latencies.sort((a, b) => a - b),
    }),
  };
}

type Line = { send(request: Buffer): Promise<number>; close(): void };

async function withLines(port: number, count: number, work: (lines: Line[]) => Promise<void>): Promise<void> {
  const lines = await Promise.all(Array.from({ length: count }, () => openLine(port)));
  try {
    await work(lines);
  } finally {
    for (const line of lines) line.close();
  }
}

/** One keep-alive connection. Reads as little of an answer as it must: the load shares the machine with the service. */
async function openLine(port: number): Promise<Line> {
  const socket: Socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  let pending: { resolve(status: number): void; reject(error: Error): void } | null = null;
  let heard = '';
  const fail = (error: Error) => pending?.reject(error);
  socket.on('error', fail);
  socket.on('close', () => fail(new Error('the connection was closed before the answer')));
  socket.setEncoding('latin1');
  socket.on('data', (chunk: string) => {
    heard += chunk;
    const end = heard.indexOf('\r\n\r\n');
    if (end < 0) return;
    const length = Number(/content-length: (\d+)/i.exec(heard)?.[1] ?? 0);
    if (heard.length < end + 4 + length) return;
    const status = Number(heard.slice(9, 12));
    heard = heard.slice(end + 4 + length);
    const done = pending;
    pending = null;
    done?.resolve(status);
  });
  return {
    send: (request) =>
      new Promise((resolve, reject) => {
        pending = { resolve, reject };
        socket.write(request);
      }),
    close: () => {
      pending = null;
      socket.destroy();
    },
  };
}
