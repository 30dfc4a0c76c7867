import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createShardedMap } from '#simulator/sharded-map.ts';
import { crowdUserId } from '../support/bound-people.ts';

const count = 20_000;

describe('a map for a million strings', () => {
  it.each([
    ['user ids one after the other', (n: number) => crowdUserId(n)],
    ['retry keys', () => randomUUID()],
  ])('spreads %s, so that no part is large enough to keep anybody waiting', (_, idOf) => {
    const map = createShardedMap<number>();
    const ids = Array.from({ length: count }, (_unused, n) => idOf(n));
    for (const [n, id] of ids.entries()) map.shardOf(id).set(id, n);

    expect(ids.every((id, n) => map.get(id) === n)).toBe(true);
    expect(map.values()).toHaveLength(count);
    const largest = Math.max(...ids.map((id) => map.shardOf(id).size));
    expect(largest).toBeLessThan(count / 64);
  });

  it('takes keys of any length, and forgets all of them at once', () => {
    const map = createShardedMap<string>();
    for (const key of ['', 'a', 'ab', '漢字']) map.shardOf(key).set(key, key);
    expect(['', 'a', 'ab', '漢字'].map((key) => map.get(key))).toEqual(['', 'a', 'ab', '漢字']);

    map.clear();
    expect(map.get('a')).toBeUndefined();
    expect(map.values()).toEqual([]);
  });
});
