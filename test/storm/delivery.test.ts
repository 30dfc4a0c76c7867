import { describe, expect, it } from 'vitest';
import { openTestDatabase } from '../support/database.ts';
import { openDurableDatabase } from '../support/durable-database.ts';
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

const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));
const databases = await Promise.all(Array.from({ length: 11 }, () => openTestDatabase({ max: 4 })));

type WorldOptions = Parameters<typeof openDeliveryWorld>[0];

async function slice(
  options: Partial<WorldOptions> & { people: number },
  work: (world: DeliveryWorld) => Promise<Outcome>,
): Promise<string[]> {
  const database = options.database ?? databases.pop();
  if (!database) throw new Error('Each slice takes a database of its own');
  const world = await openDeliveryWorld({ database, senders: 'courier', seed, latencyMs: 20, ...options });
  try {
    const { findings, figures } = await work(world);
    if (process.env.FIGURES) console.log(figures);
    return findings;
  } finally {
    await world.close();
  }
}

/** Answers may take as long as a busy machine needs: what is unheard here is unheard because it was never said. */
const patient = { timeoutMs: 15_000, leaseMs: 20_000 };
const channelOf = ({ account }: DeliveryWorld) => ({ id: account.channelId, secret: account.channelSecret });

// Much of it is waiting for leases and pauses: side by side.
describe(`a slice of the delivery storm (SEED=${seed})`, { timeout: 240_000, concurrent: true }, () => {
  it('a campaign reaches each person once although its processes are killed', async () => {
    const findings = await slice({ people: 500, monthlyLimit: 1_000 }, (world) =>
      killSenders(world, {
        seed,
        people: 500,
        kills: 2,
        sockets: 20,
        start: { courier: { timeoutMs: 3_000, leaseMs: 4_000, peoplePerBatch: 10 } },
      }),
    );
    expect(findings).toEqual([]);
  });

  it('whatever LINE answers, and however it breaks off, each push arrives once or says why not', async () => {
    const findings = await slice({ people: 500 }, (world) =>
      playPushFaults(world, {
        people: 500,
        times: 12,
        share: 0.07,
        start: { courier: { channel: channelOf(world), timeoutMs: 6_000, leaseMs: 9_000 } },
      }),
    );
    expect(findings).toEqual([]);
  });

  it('a multicast that LINE refuses for one reaches all others, each once', async () => {
    const findings = await slice({ people: 150 }, (world) =>
      playMulticastFaults(world, {
        people: 150,
        alike: 5,
        times: 1,
        share: 0.8,
        strangers: 1,
        start: { courier: { channel: channelOf(world), timeoutMs: 6_000, leaseMs: 9_000 } },
      }),
    );
    expect(findings).toEqual([]);
  });

  it('a month that is used up stops offers at once and keeps what people need', async () => {
    const findings = await slice({ people: mostQuotaRounds(2) * 200 }, (world) =>
      useUpQuota(world, {
        ...{ rounds: 2, times: 40, each: 100, sockets: 20, stillWithinMs: 2_000, quietMs: 1_500 },
        start: { courier: patient },
      }),
    );
    expect(findings).toEqual([]);
  });

  it('a token that LINE refuses stops everything, with one alarm', async () => {
    const findings = await slice({ people: 100 }, (world) =>
      refuseToken(world, {
        people: 100,
        quietMs: 1_500,
        bad: { courier: { ...patient, channelAccessToken: 'expired' } },
        good: { courier: patient },
      }),
    );
    expect(findings).toEqual([]);
  });

  it('so does a fresh token that LINE refuses as well', async () => {
    const findings = await slice({ people: 60 }, (world) =>
      refuseToken(world, {
        ...{ people: 60, quietMs: 1_500, everyToken: true },
        bad: { courier: { ...patient, channel: channelOf(world) } },
        good: { courier: patient },
      }),
    );
    expect(findings).toEqual([]);
  });

  it('three processes together keep the pace', async () => {
    const findings = await slice({ people: 600 }, (world) =>
      keepPace(world, {
        processes: 3,
        perSecond: 400,
        seconds: 6,
        people: 600,
        start: { courier: { ...patient, paces: { push: 400 }, sockets: 100 } },
      }),
    );
    expect(findings).toEqual([]);
  });

  it('who wakes late changes nothing', async () => {
    const findings = await slice({ people: 200, latencyMs: 200 }, (world) =>
      wakeLate(world, { rounds: 1, each: 200, start: { courier: { timeoutMs: 2_000, leaseMs: 3_000 } } }),
    );
    expect(findings).toEqual([]);
  });

  it('who is told to go leaves nothing on the wire', async () => {
    const findings = await slice({ people: 300, latencyMs: 100 }, (world) =>
      leaveUnderLoad(world, {
        ...{ rounds: 1, each: 300 },
        start: { courier: patient },
      }),
    );
    expect(findings).toEqual([]);
  });

  it("yesterday's copy of the database sends nothing again", async () => {
    const findings = await slice({ people: 80 }, (world) =>
      restoreDump(world, { each: 40, quietMs: 500, start: { courier: patient } }),
    );
    expect(findings).toEqual([]);
  });

  it('shoppers get their replies while a campaign runs', async () => {
    const findings = await slice({ people: 600, senders: 'service' }, (world) =>
      replyBesideCampaign(world, {
        ...{ apart: false, shoppers: 100, asksPerSecond: 10, seconds: 2, people: 500 },
        ...{ mostP99Ms: null, campaignPerSecond: 20 },
      }),
    );
    expect(findings).toEqual([]);
  });
});

describe(`a slice of the storm of restarts (SEED=${seed})`, { timeout: 240_000 }, () => {
  it('PostgreSQL comes and goes under a campaign', async () => {
    const database = await openDurableDatabase(`slice-delivery-${process.pid}`);
    try {
      const findings = await slice({ people: 400, database }, (world) =>
        restartDatabase(world, {
          ...{ database, seed, restarts: 2, each: 300 },
          start: { courier: { timeoutMs: 2_000, leaseMs: 3_000, paces: { push: 200 } } },
        }),
      );
      expect(findings).toEqual([]);
    } finally {
      await database.remove();
    }
  });
});
