/** Chance that comes out the same for the same seed, so that a broken run can be played again. */
export type Chance = {
  /** An integer from 0 to `limit` - 1. */
  below(limit: number): number;
  pick<T>(from: readonly T[]): T;
  /** True once in `n` on average. */
  oneIn(n: number): boolean;
};

/** The generator mulberry32: 32 bits of state, good enough to choose where to break things. */
export function createChance(seed: number): Chance {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  const below = (limit: number): number => Math.floor((next() / 2 ** 32) * limit);
  return {
    below,
    pick: (from) => from[below(from.length)] as never,
    oneIn: (n) => below(n) === 0,
  };
}
