import { useCallback, useEffect, useEffectEvent, useRef, useState } from 'react';

export type Fetched<T> = { value: T | null; failure: string | null; refresh: () => void };

/**
 * A value of the server and the means to fetch it anew. `key` names what is asked for: another key starts from
 * nothing, null asks for nothing. Answers that were overtaken are thrown away; refreshes in a burst become one.
 */
export function useFetched<T>(key: string | null, fetchValue: () => Promise<T>): Fetched<T> {
  const [held, setHeld] = useState<{ key: string | null; value: T | null; failure: string | null }>({
    key: null,
    value: null,
    failure: null,
  });
  const running = useRef<{ key: string; again: boolean } | null>(null);
  const load = useEffectEvent(fetchValue);
  const run = useEffectEvent(async (asked: string) => {
    if (running.current?.key === asked) {
      running.current.again = true;
      return;
    }
    const mine = { key: asked, again: false };
    running.current = mine;
    do {
      mine.again = false;
      try {
        const value = await load();
        if (running.current === mine) setHeld({ key: asked, value, failure: null });
      } catch (error) {
        const failure = error instanceof Error ? error.message : String(error);
        if (running.current === mine) setHeld((was) => ({ ...was, key: asked, failure }));
      }
    } while (mine.again && running.current === mine);
    if (running.current === mine) running.current = null;
  });
  const [wish, setWish] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each wish fetches again
  useEffect(() => {
    if (key === null) running.current = null;
    else void run(key);
  }, [key, wish]);
  const refresh = useCallback(() => setWish((count) => count + 1), []);
  return {
    value: held.key === key ? held.value : null,
    failure: held.key === key ? held.failure : null,
    refresh,
  };
}
