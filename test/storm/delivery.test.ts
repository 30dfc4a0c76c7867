import { describe, expect, it } from 'vitest';
import { openTestDatabase } from '../support/database.ts';
import { killSenders } from './delivery-kills.ts';
import { type DeliveryWorld, openDeliveryWorld } from './delivery-world.ts';

const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));
const databases = await Promise.all(Array.from({ length: 1 }, () => openTestDatabase({ max: 4 })));

async function inWorld<T>(
  options: { people: number; latencyMs: number },
  work: (world: DeliveryWorld) => Promise<T>,
): Promise<T> {
  const database = databases.pop();
  if (!database) throw new Error('Each slice takes a database of its own');
  const world = await openDeliveryWorld({ database, senders: 'courier', seed, ...options });
  try {
    return await work(world);
  } finally {
    await world.close();
  }
}

describe(`a slice of the delivery storm (SEED=${seed})`, { timeout: 120_000 }, () => {
  it('a campaign reaches each person once although its processes are killed', async () => {
    const { findings } = await inWorld({ people: 900, latencyMs: 50 }, (world) =>
      killSenders(world, {
        seed,
        people: 900,
        kills: 4,
        sockets: 20,
        start: { courier: { timeoutMs: 3_000, leaseMs: 4_000 } },
      }),
    );
    expect(findings).toEqual([]);
  });
});
