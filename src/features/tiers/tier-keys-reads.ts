import { addMs } from '#foundation/clock.ts';
import type { Db } from '#foundation/db.ts';
import { readPolicy } from '#foundation/policy.ts';
import { tiersPolicy } from './tier-rules.ts';

const comingMs = 366 * 86_400_000;

/** The keys of all tiers that there are, or will be by rules that begin within a year. */
export async function readTierKeys(db: Db, now: Date): Promise<string[]> {
  const [living, coming] = [
    await readPolicy(db, tiersPolicy, now),
    await readPolicy(db, tiersPolicy, addMs(now, comingMs)),
  ];
  return [...new Set([...living.tiers, ...coming.tiers].map(({ key }) => key))];
}
