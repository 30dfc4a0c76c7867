import type { FastifyInstance } from 'fastify';
import type { StreamEvent } from './contract.ts';
import type { LinePlatform } from './platform.ts';

// A burst of sends must not make the page fetch the same chat a hundred times.
const gatherMs = 40;
const heartbeatMs = 15_000;

/** GET stream: server-sent events, each a StreamEvent; "fetch anew" events of a moment come once. */
export function registerStream(app: FastifyInstance, platform: LinePlatform): void {
  const open = new Set<() => void>();
  // An open stream would keep the server from closing.
  app.addHook('preClose', async () => {
    for (const end of open) end();
  });

  app.get('/simulator/api/stream', (request, reply) => {
    reply.hijack();
    const { raw } = reply;
    raw.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    raw.write('retry: 1000\n\n');

    const write = (event: StreamEvent) => raw.write(`data: ${JSON.stringify(event)}\n\n`);
    const gathered = new Map<string, StreamEvent>();
    let timer: NodeJS.Timeout | null = null;
    const flush = () => {
      timer = null;
      for (const event of gathered.values()) write(event);
      gathered.clear();
    };
    const unsubscribe = platform.subscribe((event) => {
      if (event.kind === 'log' || event.kind === 'sms') {
        write(event);
        return;
      }
      gathered.set(event.kind === 'chat' ? event.userId : 'state', event);
      timer ??= setTimeout(flush, gatherMs);
    });
    const heartbeat = setInterval(() => raw.write(': alive\n\n'), heartbeatMs);
    const end = () => {
      unsubscribe();
      clearInterval(heartbeat);
      if (timer !== null) clearTimeout(timer);
      open.delete(end);
      raw.end();
    };
    open.add(end);
    request.raw.on('close', end);
  });
}
