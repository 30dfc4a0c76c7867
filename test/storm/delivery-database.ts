import { setTimeout as wait } from 'node:timers/promises';
import type { DurableDatabase } from '../support/durable-database.ts';
import { runCommand } from '../support/processes.ts';
import { createChance } from './chance.ts';
import type { Outcome } from './delivery-parts.ts';
import type { DeliveryWorld } from './delivery-world.ts';

const modes = ['fast', 'immediate'] as const;
const mostRecoveryMs = 5_000;

/**
 * PostgreSQL restarts under a campaign, now with a farewell, now as after a crash. The process stays up, sends again
 * within five seconds of the server's return, and the books are in order afterwards.
 */
export async function restartDatabase(
  world: DeliveryWorld,
  options: {
    database: DurableDatabase;
    seed: number;
    restarts: number;
    each: number;
    start?: Parameters<DeliveryWorld['start']>[0];
  },
): Promise<Outcome> {
  const { database, restarts, each } = options;
  const chance = createChance(options.seed);
  const findings: string[] = [];
  const recoveries: number[] = [];
  const sender = await world.start(options.start);
  for (let round = 0; round < restarts; round++) {
    await world.plan({ source: `storm:restart ${round}`, count: each });
    const before = await world.line.call('countAccepted');
    while ((await world.line.call('countAccepted')) < before + each / 10) await wait(20);
    await wait(chance.below(300));
    await database.restart(modes[round % 2] ?? 'fast');
    const backAt = performance.now();
    const heard = await world.line.call('countSends');
    // What was on the wire may still be accepted; a lease taken after the return shows in a further call.
    while ((await world.line.call('countSends')) <= heard && performance.now() - backAt < 4 * mostRecoveryMs)
      await wait(20);
    recoveries.push(Math.round(performance.now() - backAt));
    await world.settled();
  }
  const slowest = Math.max(...recoveries);
  if (slowest > mostRecoveryMs) findings.push(`sent again only ${slowest} ms after the server was back`);
  if (!sender.isRunning()) findings.push('the process ended');
  const audit = await runCommand('audit', [], { DATABASE_URL: world.databaseUrl });
  if (audit.code !== 0) findings.push(`npm run audit: ${audit.output.slice(-400)}`);
  const verdict = await world.judge();
  return {
    figures: { restarts, 'slowest recovery ms': slowest, ...verdict.counts },
    findings: [...findings, ...verdict.findings],
  };
}
