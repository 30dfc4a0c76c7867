import type { Chance } from './chance.ts';

/** One thing that happens to one member; amounts of points are chosen when it is played, from what is held then. */
export type Step =
  | {
      op: 'buy';
      channel: 'store' | 'online';
      totalTwd: number;
      /** How much of it is tea, which member days count: 0 to 1. */
      tea: number;
      pay: 'nothing' | 'some' | 'all' | 'too many';
      /** The receipt reaches us so many days late. */
      lateDays: number;
    }
  | { op: 'return'; which: number; share: number }
  | { op: 'adjust'; points: number };

/** Before step `n` of every sequence of a batch: days pass, then the night's jobs run so many times. */
export type Timeline = { startsOn: string; pauses: readonly { days: number; nights: number }[] };
export type Batch = { timeline: Timeline; sequences: (Step | null)[][] };

const fewest = 3;
const most = 7;

/** Any sequences of steps, all over the same days. */
export function makeBatch(chance: Chance, size: number): Batch {
  const year = 2026 + chance.below(3);
  const month = String(1 + chance.below(12)).padStart(2, '0');
  const day = String(1 + chance.below(28)).padStart(2, '0');
  return {
    timeline: {
      startsOn: `${year}-${month}-${day}`,
      pauses: Array.from({ length: most }, () => ({
        days: chance.pick([0, 0, 1, 3, 7, 8, 40, 180, 366, 400]),
        nights: chance.pick([0, 1, 1, 1, 2, 3]),
      })),
    },
    sequences: Array.from({ length: size }, () =>
      Array.from({ length: fewest + chance.below(most - fewest + 1) }, () => makeStep(chance)),
    ),
  };
}

function makeStep(chance: Chance): Step {
  const kind = chance.below(10);
  if (kind < 5) {
    return {
      op: 'buy',
      channel: chance.pick(['store', 'online'] as const),
      totalTwd: chance.pick([chance.below(300), chance.below(3_000), chance.below(40_000)]),
      tea: chance.pick([0, 0.3, 1]),
      pay: chance.pick(['nothing', 'nothing', 'some', 'some', 'all', 'too many'] as const),
      lateDays: chance.pick([0, 0, 0, 1, 3, 30]),
    };
  }
  if (kind < 9)
    return { op: 'return', which: chance.below(20), share: chance.pick([0.01, 0.3, 0.5, 1, 1, 1]) };
  return { op: 'adjust', points: chance.pick([-90, -3, 5, 80, 300]) };
}
