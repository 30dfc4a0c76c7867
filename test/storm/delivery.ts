import { type DurableDatabase, openDurableDatabase } from '../support/durable-database.ts';
import { restartDatabase } from './delivery-database.ts';
import { playMulticastFaults, playPushFaults } from './delivery-faults.ts';
import { killSenders } from './delivery-kills.ts';
import { leaveUnderLoad, wakeLate } from './delivery-leavers.ts';
import { keepPace } from './delivery-pace.ts';
import type { Outcome } from './delivery-parts.ts';
import { mostQuotaRounds, refuseToken, useUpQuota } from './delivery-quota.ts';
import { replyBesideCampaign } from './delivery-replies.ts';
import { restoreDump } from './delivery-restore.ts';
import { type DeliveryWorld, openDeliveryWorld } from './delivery-world.ts';

type WorldOptions = Omit<Parameters<typeof openDeliveryWorld>[0], 'database' | 'seed'>;
type Part = {
  world: WorldOptions;
  run(world: DeliveryWorld, on: { database: DurableDatabase; seed: number }): Promise<Outcome>;
};

/** The channel's credentials instead of a fixed token, for the process that runs in production. */
const stateless = ({ account }: DeliveryWorld) => ({
  env: { LINE_CHANNEL_ACCESS_TOKEN: '', LINE_CHANNEL_ID: account.channelId },
});
const channelOf = ({ account }: DeliveryWorld) => ({ id: account.channelId, secret: account.channelSecret });

/**
 * Each part has a PostgreSQL of its own, with durability on. The process of production sends wherever its time-outs
 * and leases can be waited for; where what is sent must be an offer, the courier alone does, in processes of its own. Alarms leave by the lane of
 * chats, so who is to raise one has all roles.
 * @param of how many of so many, by the storm's scale
 */
const partsOf = (of: (count: number) => number): Record<string, Part> => {
  const rush = { shoppers: of(1_000), asksPerSecond: 50, seconds: 20, people: 80_000 };
  return {
    kills: {
      world: { senders: 'service', people: of(100_000), latencyMs: 50, monthlyLimit: of(200_000) },
      run: (world, { seed }) =>
        killSenders(world, { seed, people: of(100_000), kills: of(50), sockets: 256 }),
    },
    faults: {
      world: { senders: 'service', people: of(35_000), latencyMs: 20 },
      run: (world) =>
        playPushFaults(world, {
          ...{ people: of(35_000), times: of(1_000), share: 0.05, start: stateless(world) },
        }),
    },
    multicast: {
      world: { senders: 'courier', people: of(120_000), latencyMs: 20 },
      run: (world) =>
        playMulticastFaults(world, {
          ...{ people: of(120_000), alike: 10, times: of(1_000), share: 0.1, strangers: of(1_000) },
          start: {
            courier: {
              ...{ channel: channelOf(world), timeoutMs: 2_000, leaseMs: 5_000 },
              // A call with a fresh token follows upon 401 at once, beside the pace.
              paces: { multicast: 150, push: 1_500 },
            },
          },
        }),
    },
    quota: {
      world: {
        ...{ senders: 'courier', latencyMs: 50 },
        people: mostQuotaRounds(of(20)) * 2 * 400,
      },
      run: (world) =>
        useUpQuota(world, {
          ...{ rounds: of(20), times: of(1_000), each: 400, sockets: 50 },
          ...{ stillWithinMs: 1_000, quietMs: 5_000 },
          start: { courier: { sockets: 50, timeoutMs: 5_000, leaseMs: 15_000 } },
        }),
    },
    token: {
      world: { senders: 'service', people: of(5_000), latencyMs: 20 },
      run: (world) =>
        refuseToken(world, {
          ...{ people: of(5_000), quietMs: 20_000 },
          bad: { role: 'all', env: { LINE_CHANNEL_ACCESS_TOKEN: 'a token of last year' } },
        }),
    },
    'token-fresh': {
      world: { senders: 'service', people: of(5_000), latencyMs: 20 },
      run: (world) =>
        refuseToken(world, {
          ...{ people: of(5_000), quietMs: 20_000, everyToken: true },
          bad: { role: 'all', ...stateless(world) },
          good: stateless(world),
        }),
    },
    postgres: {
      world: { senders: 'service', people: 6_000, latencyMs: 20 },
      run: (world, { database, seed }) =>
        restartDatabase(world, { database, seed, restarts: of(20), each: 6_000 }),
    },
    pace: {
      world: { senders: 'service', people: 20_000, latencyMs: 20, rateLimits: false },
      run: (world) =>
        keepPace(world, {
          ...{ processes: 3, perSecond: 1_800, seconds: of(600), people: 20_000 },
          start: { env: { LINE_PACE: 'push=1800' } },
        }),
    },
    replies: {
      world: { senders: 'service', people: rush.shoppers + rush.people, latencyMs: 20 },
      run: (world) => replyBesideCampaign(world, { ...rush, apart: false, mostP99Ms: 150 }),
    },
    'replies-apart': {
      world: { senders: 'service', people: rush.shoppers + rush.people, latencyMs: 20 },
      run: (world) => replyBesideCampaign(world, { ...rush, apart: true, mostP99Ms: 60 }),
    },
    restore: {
      world: { senders: 'courier', people: of(4_000), latencyMs: 20 },
      run: (world) =>
        restoreDump(world, { each: of(2_000), quietMs: 10_000, start: { courier: { timeoutMs: 4_000 } } }),
    },
    late: {
      world: { senders: 'courier', people: 500, latencyMs: 200 },
      run: (world) => wakeLate(world, { rounds: of(20), each: 500, start: {} }),
    },
    leave: {
      world: { senders: 'service', people: 5_000, latencyMs: 100 },
      run: (world) => leaveUnderLoad(world, { rounds: of(20), each: 5_000, start: {} }),
    },
  };
};

/**
 * All that the courier promises, against LINE's stand-in and its own log; or one part of it.
 * @param options.scale of all counts: 1 = whole
 */
export async function stormDelivery(options: {
  seed: number;
  part?: string | undefined;
  scale: number;
}): Promise<boolean> {
  const { seed, part: only, scale } = options;
  if (!(scale > 0)) throw new RangeError('The scale is a number above 0');
  const parts = partsOf((count) => Math.ceil(count * scale));
  if (only !== undefined && !parts[only]) {
    console.error(`npm run storm -- delivery [PART], where PART is one of: ${Object.keys(parts).join(', ')}`);
    return false;
  }
  const broken: string[] = [];
  for (const [name, part] of Object.entries(parts)) {
    if (only !== undefined && only !== name) continue;
    const startedAt = performance.now();
    const { figures, findings } = await play(name, part, seed);
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    const told = Object.entries(figures).map(([figure, value]) => `${figure} ${value}`);
    console.log(`${findings.length === 0 ? 'held  ' : 'BROKEN'} ${name}: ${told.join(', ')} (${seconds} s)`);
    for (const finding of findings.slice(0, 20)) console.log(`BROKEN ${finding}`);
    broken.push(...findings);
  }
  console.log(
    broken.length === 0 ? 'Every promise held.' : `${broken.length} promises broken (seed ${seed}).`,
  );
  return broken.length === 0;
}

/** A part that breaks off is a broken promise too, and keeps no other from being played. */
async function play(name: string, part: Part, seed: number): Promise<Outcome> {
  const database = await openDurableDatabase(`storm-delivery-${name}`);
  try {
    const world = await openDeliveryWorld({ database, seed, ...part.world });
    try {
      return await part.run(world, { database, seed });
    } finally {
      await world.close();
    }
  } catch (error) {
    return { figures: {}, findings: [`broke off: ${error instanceof Error ? error.stack : String(error)}`] };
  } finally {
    await database.remove();
  }
}
