import { setTimeout as wait } from 'node:timers/promises';
import { runCampaigns } from '#features/campaigns/run/run-campaigns-job.ts';
import { campaignKind } from '#features/campaigns/templates/campaign-messages.ts';
import { brandPolicy } from '#foundation/brand.ts';
import { wireClock } from '#foundation/clock.ts';
import { connectDatabase } from '#foundation/db.ts';
import { createTransact } from '#foundation/facts.ts';
import { createLogger } from '#foundation/log.ts';
import { readPolicy } from '#foundation/policy.ts';
import { createSecrets } from '#foundation/secrets.ts';
import { createLineClient } from '#line/client.ts';
import { createStatelessTokens, fixedToken } from '#line/client-tokens.ts';
import { createFlexKit } from '#line/flex.ts';
import { derivePalette } from '#line/palette-rules.ts';
import { type CourierOptions, createCourier } from '#outbox/courier.ts';
import { collectMessageKinds } from '#outbox/kinds.ts';
import { news, offer } from './message-kinds.ts';

/** What differs from a courier in a hurry; `channel` asks for stateless tokens instead of a fixed one. */
export type CourierProcessOptions = Partial<CourierOptions> & {
  timeoutMs?: number;
  channel?: { id: string; secret: string };
  channelAccessToken?: string;
  alertWebhookUrl?: string;
  /** Plans and closes campaigns beside the courier, as the schedule's job does, with so many people a batch. */
  peoplePerBatch?: number;
};

// A courier as a process of its own, to be killed: node courier-process.ts DATABASE_URL LINE_URL [OPTIONS as JSON]
const [databaseUrl = '', lineUrl = '', given = '{}'] = process.argv.slice(2);
const {
  timeoutMs = 500,
  channel,
  channelAccessToken,
  alertWebhookUrl,
  peoplePerBatch,
  ...options
}: CourierProcessOptions = JSON.parse(given);
const log = createLogger('silent');
const connection = connectDatabase(databaseUrl, {
  log,
  name: 'courier-process',
  max: 5,
  idleInTransactionMs: 3_000,
});
const { db } = connection;
const brand = await readPolicy(db, brandPolicy, wireClock.now());
const secrets = createSecrets(Buffer.alloc(32, 1));
const house = {
  brand,
  brandName: 'Demo',
  basicId: '@demo',
  publicUrl: 'https://shuke.example',
  secrets,
  flex: createFlexKit(derivePalette(brand.colour)),
};
const token = channel
  ? createStatelessTokens({
      apiBaseUrl: lineUrl,
      channelId: channel.id,
      channelSecret: channel.secret,
      wire: wireClock,
    })
  : fixedToken(channelAccessToken ?? 'fixed');
const transact = createTransact(db, []);
const client = createLineClient({
  apiBaseUrl: lineUrl,
  dataApiBaseUrl: lineUrl,
  token,
  loopbackOnly: true,
  timeoutMs,
});
const desk = { log, secrets, alertWebhookUrl: alertWebhookUrl ?? null };
const courier = createCourier({
  db,
  transact,
  client,
  kinds: collectMessageKinds([offer, news, campaignKind]),
  house: async () => house,
  clock: wireClock,
  wire: wireClock,
  sms: null,
  ...desk,
  options: {
    pollMs: 10,
    leaseMs: 1_200,
    batch: 40,
    sockets: 20,
    paces: { push: 100_000, multicast: 100_000 },
    ...options,
  },
});
courier.start();
process.stdout.write('up\n');

let isStopping = false;
async function keepPlanning(): Promise<void> {
  const wake = () => courier.wake();
  for (; !isStopping; await wait(200)) {
    const at = { now: wireClock.now() };
    await runCampaigns({ db, transact, desk, client, wake }, at, {
      ...(peoplePerBatch && { peoplePerBatch }),
    });
  }
}
const planning = peoplePerBatch === undefined ? null : keepPlanning();
process.once('SIGTERM', async () => {
  isStopping = true;
  await planning;
  await courier.stop();
  await connection.close();
  process.exit(0);
});
