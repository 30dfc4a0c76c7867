import { parseArgs } from 'node:util';
import { stormBodies } from './bodies.ts';
import { stormDelivery } from './delivery.ts';
import { stormKills } from './kills.ts';
import { stormLedger } from './ledger.ts';
import { stormPostgres } from './postgres-restarts.ts';

type Asked = { seed: number; rounds: number | undefined; part: string | undefined; scale: number };

const storms: Record<string, (asked: Asked) => Promise<boolean>> = {
  bodies: ({ seed, rounds }) => stormBodies({ seed, count: rounds ?? 1_000_000 }),
  delivery: ({ seed, part, scale }) => stormDelivery({ seed, part, scale }),
  kills: ({ seed, rounds }) => stormKills({ seed, rounds: rounds ?? 100 }),
  ledger: ({ seed, rounds, part }) => stormLedger({ seed, sequences: rounds ?? 100_000, part }),
  'postgres-restarts': ({ seed, rounds }) => stormPostgres({ seed, restarts: rounds ?? 20 }),
};

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { seed: { type: 'string' }, rounds: { type: 'string' }, scale: { type: 'string' } },
});
const storm = storms[positionals[0] ?? ''];
if (!storm) {
  console.error(
    `npm run storm -- NAME [PART] [--seed N] [--rounds N] [--scale 0.1], where NAME is one of: ${Object.keys(storms).join(', ')}`,
  );
  process.exit(1);
}
const seed = Number(values.seed ?? Date.now() % 1_000_000);
console.log(`Storm ${positionals[0]}, seed ${seed}`);
const isCalm = await storm({
  seed,
  rounds: values.rounds === undefined ? undefined : Number(values.rounds),
  part: positionals[1],
  scale: Number(values.scale ?? 1),
});
process.exit(isCalm ? 0 : 1);
