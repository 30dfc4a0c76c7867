import { runCampaigns } from '#features/campaigns/run/run-campaigns-job.ts';
import { connectDatabase } from '#foundation/db.ts';
import { createTransact } from '#foundation/facts.ts';
import { createLogger } from '#foundation/log.ts';
import { createSecrets } from '#foundation/secrets.ts';

/** A process that plans what is due, in small batches; its parent kills it on the way. */
const [url = ''] = process.argv.slice(2);
const log = createLogger('silent');
const { db } = connectDatabase(url, { log, name: 'planner-process', max: 4 });
await runCampaigns(
  {
    db,
    transact: createTransact(db, []),
    desk: { log, secrets: createSecrets(Buffer.alloc(32, 7)), alertWebhookUrl: null },
    client: {
      quota: () => Promise.reject(new Error('no LINE')),
      consumption: () => Promise.reject(new Error('no LINE')),
    },
    wake: () => undefined,
  },
  { now: new Date('2026-12-01T04:00:00Z') },
  { peoplePerBatch: 25 },
);
process.exit(0);
