import { setTimeout as wait } from 'node:timers/promises';
import { runCommand } from '../support/processes.ts';
import { createChance } from './chance.ts';
import { checkCampaign, readQuotaStamp, readStanding, scheduleForAll } from './delivery-campaign.ts';
import type { Outcome } from './delivery-parts.ts';
import type { DeliveryWorld } from './delivery-world.ts';

/** Well under any time-out. */
const slowestMs = 1_000;
/** Longer than it takes another process to go on with a plan whose planner was killed, and to close a campaign. */
const stuckAfterMs = 180_000;

/**
 * One campaign of the product, planned and sent by two processes; whenever a further part of it has left, one of them
 * is killed with -9 and another takes its place. The other one lives on.
 */
export async function killSenders(
  world: DeliveryWorld,
  options: {
    seed: number;
    people: number;
    kills: number;
    /** How many calls of one sender are on the wire at once. */
    sockets: number;
    start?: Parameters<DeliveryWorld['start']>[0];
  },
): Promise<Outcome> {
  const { people, kills, sockets, start } = options;
  const chance = createChance(options.seed);
  const campaignId = await scheduleForAll(world, people);
  const startedAt = performance.now();
  const senders = [await world.start(start)];
  // LINE is as slow as it takes for the campaign to outlast all kills.
  const startMs = performance.now() - startedAt;
  const slowMs = Math.min(slowestMs, ((kills + 2) * 1.3 * startMs * 1.7 * sockets) / people);
  await world.line.call('setLatency', slowMs);
  senders.push(await world.start(start));
  const findings: string[] = [];
  let quotaStamp: string | null = null;
  let killed = 0;
  let killedAtPlanning = 0;
  for (; killed < kills; killed++) {
    // The first as soon as anything has left, while the rest is planned still.
    const done = await untilDone(world, 1 + (people * killed) / (kills + 2), () => 20 + chance.below(30));
    quotaStamp ??= await readQuotaStamp(world);
    if (done >= people) break;
    if (!(await readStanding(world, campaignId)).isPlanned) killedAtPlanning += 1;
    const victim = chance.below(2);
    if (!senders[1 - victim]?.isRunning()) findings.push('the other process ended by itself');
    await senders[victim]?.end('SIGKILL');
    // However long it takes another to start, the one that lives on is not through by then.
    await world.line.call('setLatency', slowestMs);
    senders[victim] = await world.start(start);
    await world.line.call('setLatency', slowMs);
    if (killed % 10 === 9) console.log(`${killed + 1} of ${kills} killed, ${done} of ${people} done`);
  }
  if (killed < kills) findings.push(`the campaign was over after ${killed} of ${kills} kills`);
  await untilDone(world, people);
  await world.settled();
  await untilClosed(world, campaignId);
  findings.push(...(await checkCampaign(world, { campaignId, people, quotaStamp })));
  const audit = await runCommand('audit', [], { DATABASE_URL: world.databaseUrl });
  if (audit.code !== 0) findings.push(`npm run audit: ${audit.output.slice(-400)}`);
  const verdict = await world.judge();
  return {
    figures: { kills: killed, 'of these while it was planned': killedAtPlanning, ...verdict.counts },
    findings: [...findings, ...verdict.findings],
  };
}

/** @returns how many messages have come to an end. @throws when nothing moves any more */
async function untilDone(world: DeliveryWorld, until: number, pauseMs = () => 50): Promise<number> {
  let movedAt = performance.now();
  for (let last = -1; ; await wait(pauseMs())) {
    const done = await world.countDone();
    if (done >= until) return done;
    if (done !== last) movedAt = performance.now();
    last = done;
    if (performance.now() - movedAt > stuckAfterMs) throw new Error(`Nothing moves any more: ${done} done`);
  }
}

/** The next run of the planner's job closes what is over; one that stays open is for the checks to tell. */
async function untilClosed(world: DeliveryWorld, campaignId: number): Promise<void> {
  for (const giveUpAt = performance.now() + stuckAfterMs; performance.now() < giveUpAt; await wait(200))
    if ((await readStanding(world, campaignId)).state === 'finished') return;
}
