import { createChance } from './chance.ts';
import type { Outcome } from './delivery-parts.ts';
import type { DeliveryWorld } from './delivery-world.ts';

/**
 * One campaign on two senders; whenever a further part of it has left, one of them is killed with -9 and another
 * takes its place. The other one lives on.
 */
export async function killSenders(
  world: DeliveryWorld,
  options: { seed: number; people: number; kills: number; start?: Parameters<DeliveryWorld['start']>[0] },
): Promise<Outcome> {
  const { people, kills, start } = options;
  const chance = createChance(options.seed);
  await world.plan({ source: 'storm:kills', count: people });
  const senders = [await world.start(start), await world.start(start)];
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
    senders[victim] = await world.start(start);
    if (killed % 10 === 9) console.log(`${killed + 1} of ${kills} killed, ${done} of ${people} done`);
  }
  if (killed < kills) findings.push(`the campaign was over after ${killed} of ${kills} kills`);
  await world.settled();
  const verdict = await world.judge();
  return { figures: { kills: killed, ...verdict.counts }, findings: [...findings, ...verdict.findings] };
}
