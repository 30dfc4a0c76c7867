import { randomUUID } from 'node:crypto';
import { Pool } from 'undici';
import { crowdUserId } from '../support/bound-people.ts';
import { serveCommands } from '../support/processes.ts';

/** What our courier is measured against: the least that can push so many bodies, and remembers nothing. */
async function push(load: {
  url: string;
  calls: number;
  sockets: number;
  bodyBytes: number;
}): Promise<number> {
  const pool = new Pool(load.url, { connections: load.sockets });
  const filling = 'x'.repeat(Math.max(0, load.bodyBytes - 100));
  const startedAt = performance.now();
  let next = 0;
  await Promise.all(
    Array.from({ length: load.sockets }, async () => {
      while (next < load.calls) {
        const to = crowdUserId(++next);
        const answer = await pool.request({
          method: 'POST',
          path: '/v2/bot/message/push',
          headers: { 'content-type': 'application/json', 'x-line-retry-key': randomUUID() },
          body: JSON.stringify({ to, messages: [{ type: 'text', text: filling }] }),
        });
        await answer.body.text();
      }
    }),
  );
  const seconds = (performance.now() - startedAt) / 1000;
  await pool.destroy();
  return seconds;
}

const commands = { push };
export type BarePush = typeof commands;
serveCommands(commands);
