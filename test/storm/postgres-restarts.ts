import { openDurableDatabase } from '../support/durable-database.ts';
import { createChance } from './chance.ts';
import { checkExactlyOnce } from './check-exactly-once.ts';
import { createTill } from './till-traffic.ts';
import { openStormWorld } from './world.ts';

const modes = ['fast', 'immediate'] as const;
const mostRecoveryMs = 5_000;

/**
 * PostgreSQL restarts under one process, now with a farewell, now as after a crash, while shoppers and a till go on.
 * The process stays up and takes webhooks again within five seconds of the server's return.
 */
export async function stormPostgres(options: { seed: number; restarts: number }): Promise<boolean> {
  const { seed, restarts } = options;
  const chance = createChance(seed);
  const database = await openDurableDatabase('storm-postgres');
  const world = await openStormWorld({ database, people: 300 });
  try {
    await world.startServices(1);
    const [service] = world.services;
    const till = createTill(world);
    till.open(100);
    const { couponId, people: bound } = world;
    await world.line.call('flow', { urls: world.urls(), perSecond: 15, bound, couponId });
    const recoveries: number[] = [];
    for (let round = 1; round <= restarts; round++) {
      await new Promise((done) => setTimeout(done, 2_000 + chance.below(1_000)));
      await database.restart(modes[round % 2] ?? 'fast');
      const backAt = performance.now();
      await world.line.call('say', { url: world.urls()[0] ?? '', person: 1, text: '點數' });
      recoveries.push(Math.round(performance.now() - backAt));
      console.log(`restart ${round} of ${restarts} (${modes[round % 2]}): ${recoveries.at(-1)} ms`);
    }
    await world.line.call('quiet');
    await till.close();
    await world.settled();
    const { findings, counts } = await checkExactlyOnce(
      world.pool,
      await world.line.call('log'),
      till.receipts,
    );
    if (!service?.isRunning()) findings.push('the process ended');
    const slowest = Math.max(...recoveries);
    if (slowest > mostRecoveryMs)
      findings.push(`a webhook was taken only ${slowest} ms after the server was back`);
    console.log({ seed, restarts, 'slowest recovery ms': slowest, ...counts });
    for (const finding of findings.slice(0, 50)) console.log(`BROKEN ${finding}`);
    console.log(findings.length === 0 ? 'Every promise held.' : `${findings.length} promises broken.`);
    return findings.length === 0;
  } finally {
    await world.close();
    await database.remove();
  }
}
