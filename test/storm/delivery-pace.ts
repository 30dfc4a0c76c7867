import { setTimeout as wait } from 'node:timers/promises';
import type { Outcome } from './delivery-parts.ts';
import type { DeliveryWorld } from './delivery-world.ts';

const push = 'POST /v2/bot/message/push';

/** Several processes at full pace, always with more to send, counted at the stand-in. */
export async function keepPace(
  world: DeliveryWorld,
  options: {
    processes: number;
    perSecond: number;
    seconds: number;
    people: number;
    start: Parameters<DeliveryWorld['start']>[0];
  },
): Promise<Outcome> {
  const { processes, perSecond, seconds, people } = options;
  let planned = 0;
  const planMore = async () => {
    await world.plan({ source: `storm:pace ${planned / people}`, count: people });
    planned += people;
  };
  const ahead = Math.max(people, 3 * perSecond);
  while (planned < ahead) await planMore();
  const senders = await Promise.all(Array.from({ length: processes }, () => world.start(options.start)));
  await world.line.call('takeStallMs');
  const total = perSecond * seconds;
  while (planned < total) {
    if (planned - (await world.line.call('countAccepted')) < ahead) await planMore();
    else await wait(100);
  }
  await world.settled();
  const longestStall = await world.line.call('longestStallMs');
  const verdict = await world.judge({ setRates: { [push]: perSecond } });
  const peak = verdict.peaks[push];
  const ended = senders.filter((sender) => !sender.isRunning()).length;
  return {
    figures: {
      processes,
      'set a second': perSecond,
      'fullest second': peak?.second ?? 0,
      'fullest ten, a second': peak?.ten ?? 0,
      'mean a second': peak?.mean ?? 0,
      "ms of LINE's own longest stall": longestStall,
      ...verdict.counts,
    },
    findings: [...verdict.findings, ...(ended > 0 ? [`${ended} processes ended by themselves`] : [])],
  };
}
