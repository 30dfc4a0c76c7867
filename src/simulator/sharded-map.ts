const shardCount = 256;

/**
 * A map for a million strings. One `Map` of that size moves all it holds each time it doubles, and whoever waits for
 * the platform waits a third of a second; each of these moves a few thousand.
 */
export type ShardedMap<Value> = {
  get(key: string): Value | undefined;
  /** The one part that holds this key, in the order in which its keys came. */
  shardOf(key: string): Map<string, Value>;
  /** Shard by shard. */
  values(): Value[];
  clear(): void;
};

export function createShardedMap<Value>(): ShardedMap<Value> {
  const shards = Array.from({ length: shardCount }, () => new Map<string, Value>());
  // Ids and keys differ at their ends, in hexadecimal digits.
  const shardOf = (key: string): Map<string, Value> => {
    const place = key.charCodeAt(key.length - 1) + 13 * key.charCodeAt(key.length - 2);
    return shards[(place || 0) % shardCount] as Map<string, Value>;
  };
  return {
    shardOf,
    get: (key) => shardOf(key).get(key),
    values: () => shards.flatMap((shard) => [...shard.values()]),
    clear() {
      for (const shard of shards) shard.clear();
    },
  };
}
