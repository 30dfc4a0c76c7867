import { createShardedMap } from './sharded-map.ts';

export type SentMessage = { id: string; quoteToken: string };

export type AcceptedKey = {
  key: string;
  at: number;
  requestId: string;
  /** Hash of path and body: another body under the same key is a mistake of ours. */
  bodyHash: string;
  sentMessages: SentMessage[] | null;
};

export type RetryKeys = {
  /** What was accepted under this key in the last 24 hours. */
  find(key: string, now: number): AcceptedKey | null;
  remember(accepted: AcceptedKey): void;
  dump(now: number): AcceptedKey[];
  load(keys: AcceptedKey[]): void;
};

// After a day the same key is a new request: whoever retries later sends twice.
const lifeMs = 24 * 3_600_000;

export function createRetryKeys(): RetryKeys {
  const keys = createShardedMap<AcceptedKey>();
  return {
    find(key, now) {
      const found = keys.get(key.toLowerCase());
      return found !== undefined && now - found.at < lifeMs ? found : null;
    },
    remember(accepted) {
      const key = accepted.key.toLowerCase();
      const shard = keys.shardOf(key);
      shard.delete(key);
      shard.set(key, accepted);
      for (const [old, { at }] of shard) {
        if (accepted.at - at < lifeMs) break;
        shard.delete(old);
      }
    },
    dump: (now) => keys.values().filter((key) => now - key.at < lifeMs),
    load(saved) {
      keys.clear();
      for (const accepted of saved) {
        const key = accepted.key.toLowerCase();
        keys.shardOf(key).set(key, accepted);
      }
    },
  };
}
