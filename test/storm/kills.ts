import { openDurableDatabase } from '../support/durable-database.ts';
import { createChance } from './chance.ts';
import { checkExactlyOnce } from './check-exactly-once.ts';
import { createTill } from './till-traffic.ts';
import { openStormWorld } from './world.ts';

/** Two processes, one of them killed every one to two seconds, while shoppers and a till go on. */
export async function stormKills(options: { seed: number; rounds: number }): Promise<boolean> {
  const { seed, rounds } = options;
  const chance = createChance(seed);
  const database = await openDurableDatabase('storm-kills');
  const world = await openStormWorld({ database, people: 300 });
  try {
    await world.startServices(2);
    const till = createTill(world);
    till.open(100);
    const { couponId, people: bound } = world;
    await world.line.call('flow', { urls: world.urls(), perSecond: 12, bound, couponId });
    for (let round = 1; round <= rounds; round++) {
      await new Promise((done) => setTimeout(done, 1_000 + chance.below(1_000)));
      await world.killAndRestart(chance.below(2));
      if (round % 10 === 0) console.log(`${round} of ${rounds} killed`);
    }
    await world.line.call('quiet');
    await till.close();
    await world.settled();
    const { findings, counts } = await checkExactlyOnce(
      world.pool,
      await world.line.call('log'),
      till.receipts,
    );
    console.log({ seed, kills: rounds, ...counts });
    for (const finding of findings.slice(0, 50)) console.log(`BROKEN ${finding}`);
    console.log(findings.length === 0 ? 'Every promise held.' : `${findings.length} promises broken.`);
    return findings.length === 0;
  } finally {
    await world.close();
    await database.remove();
  }
}
