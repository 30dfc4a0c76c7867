import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { createLogger } from '#foundation/log.ts';
import type { Errand } from '#outbox/retry-rules.ts';
import { createLane } from '#outbox/run-lane.ts';

const errandOf = (id: number): Errand => ({
  ids: [id],
  leaseToken: 'token',
  channel: 'line_message',
  method: 'push',
  purpose: 'marketing',
  lineUserId: 'U1',
  retryKey: 'key',
  body: Buffer.alloc(0),
  secret: null,
  hasRiders: false,
  isProbe: false,
  stream: null,
  replyReceivedAt: null,
  attempts: 1,
  doubts: 1,
});

it('leases fewer rows at a time where a whole batch takes longer to lease than it may wait to be sent', async () => {
  const waiting = Array.from({ length: 40 }, (_, nth) => nth);
  const sent: number[] = [];
  const sizes: number[] = [];
  const lane = createLane({
    name: 'slow',
    leasers: 1,
    sockets: 100,
    batch: 64,
    pollMs: 10,
    hold: 1_000,
    patienceMs: 200,
    async lease(limit) {
      sizes.push(limit);
      const ids = waiting.splice(0, limit);
      await pause(15 * ids.length);
      return { errands: ids.map(errandOf), handled: ids.length, overQuota: 0 };
    },
    pacerOf: () => null,
    deliver: async ({ ids }) => void sent.push(...ids),
    giveBack: ({ ids }) => void waiting.push(...ids),
    log: createLogger('silent'),
  });
  lane.start();
  await expect.poll(() => sent.length).toBe(40);
  await lane.stop();
  expect(new Set(sent).size).toBe(40);
  expect(sizes.slice(0, 3)).toEqual([64, 32, 16]);
});
