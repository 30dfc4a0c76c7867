import { createChance } from './chance.ts';
import type { Outcome } from './delivery-parts.ts';
import type { DeliveryWorld } from './delivery-world.ts';

/** Well under any time-out. */
const slowestMs = 1_000;

/**
 * One campaign on two senders; whenever a further part of it has left, one of them is killed with -9 and another
 * takes its place. The other one lives on.
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
  await world.plan({ source: 'storm:kills', count: people });
  const startedAt = performance.now();
  const senders = [await world.start(start)];
  // LINE is as slow as it takes for the campaign to outlast all kills.
  const startMs = performance.now() - startedAt;
  const slowMs = Math.min(slowestMs, ((kills + 2) * 1.3 * startMs * 1.7 * sockets) / people);
  await world.line.call('setLatency', slowMs);
  senders.push(await world.start(start));
  const findings: string[] = [];
  let killed = 0;
  for (; killed < kills; killed++) {
    const until = (people * (killed + 1)) / (kills + 2);
    let done = 0;
    while (done < until) {
      await new Promise((next) => setTimeout(next, 20 + chance.below(30)));
      done = await world.countDone();
    }
    if (done >= people) break;
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
  await world.settled();
  const verdict = await world.judge();
  return { figures: { kills: killed, ...verdict.counts }, findings: [...findings, ...verdict.findings] };
}
