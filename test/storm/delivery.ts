import { type DurableDatabase, openDurableDatabase } from '../support/durable-database.ts';
import { killSenders } from './delivery-kills.ts';
import type { Outcome } from './delivery-parts.ts';
import { openDeliveryWorld } from './delivery-world.ts';

type Part = (database: DurableDatabase, seed: number) => Promise<Outcome>;

const fifty = 50;
const campaign = 100_000;

/** Each part on a PostgreSQL of its own with durability on, with the production process as sender. */
const parts: Record<string, Part> = {
  kills: (database, seed) =>
    inWorld({ database, senders: 'service', seed, people: campaign, latencyMs: 50 }, (world) =>
      killSenders(world, { seed, people: campaign, kills: fifty, sockets: 256 }),
    ),
};

async function inWorld(
  options: Parameters<typeof openDeliveryWorld>[0],
  work: (world: Awaited<ReturnType<typeof openDeliveryWorld>>) => Promise<Outcome>,
): Promise<Outcome> {
  const world = await openDeliveryWorld(options);
  try {
    return await work(world);
  } finally {
    await world.close();
  }
}

/** All that the courier promises, against LINE's stand-in and its own log; or one part of it. */
export async function stormDelivery(options: { seed: number; part?: string | undefined }): Promise<boolean> {
  const { seed, part } = options;
  if (part !== undefined && !parts[part]) {
    console.error(`npm run storm -- delivery [PART], where PART is one of: ${Object.keys(parts).join(', ')}`);
    return false;
  }
  const broken: string[] = [];
  for (const [name, run] of Object.entries(parts)) {
    if (part !== undefined && part !== name) continue;
    const database = await openDurableDatabase(`storm-delivery-${name}`);
    const startedAt = performance.now();
    try {
      const { figures, findings } = await run(database, seed);
      const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
      const told = Object.entries(figures).map(([figure, value]) => `${figure} ${value}`);
      console.log(
        `${findings.length === 0 ? 'held  ' : 'BROKEN'} ${name}: ${told.join(', ')} (${seconds} s)`,
      );
      for (const finding of findings.slice(0, 20)) console.log(`BROKEN ${finding}`);
      broken.push(...findings);
    } finally {
      await database.remove();
    }
  }
  console.log(
    broken.length === 0 ? 'Every promise held.' : `${broken.length} promises broken (seed ${seed}).`,
  );
  return broken.length === 0;
}
