import { wireClock } from '#foundation/clock.ts';
import { type ApiContext, ApiProblem, problem } from '#foundation/http.ts';
import { countTries, forgiveTries, type Trier, watchTries } from './count-tries.ts';

/** What a door needs that takes codes. @param alertWebhookUrl where alarms are told; null = in the log only */
export type CodeDoor = Pick<ApiContext, 'transact' | 'secrets' | 'clock' | 'log'> & {
  alertWebhookUrl: string | null;
};

/** The one answer to every code that is not good here, whatever is the matter with it. @param path the field */
export const codeRefused = (path: string): ApiProblem =>
  problem(422, 'code_refused', 'This code cannot be used', [
    { path, code: 'code_refused', message: 'Let the member show a fresh code, or use the member code' },
  ]);

/**
 * Does work that looks at codes, each counted as wrong in a transaction of its own before: what the work undoes
 * does not undo the count. Right ones are taken back after it.
 * @throws a 429 above the limits, else what the work throws
 */
export async function guardCodes<T>(
  door: CodeDoor,
  trier: Trier & { count: number },
  work: () => Promise<T>,
): Promise<T> {
  if (trier.count === 0) return work();
  const counted = await door.transact((tx) => countTries(tx, { ...trier, wireNow: wireClock.now() }));
  if (!counted.ok) {
    const wait = `Too many codes were wrong: wait ${counted.retryAfterSeconds} seconds`;
    throw problem(429, counted.reason, wait);
  }
  const forgive = () => door.transact((tx) => forgiveTries(tx, counted.tryIds));
  try {
    const done = await work();
    await forgive();
    return done;
  } catch (error) {
    if (error instanceof ApiProblem) {
      if (error.code !== 'code_refused') await forgive();
      else
        await door.transact((tx) =>
          watchTries(tx, door, { now: door.clock.now(), wireNow: wireClock.now() }),
        );
    }
    throw error;
  }
}
