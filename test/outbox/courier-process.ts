import { brandPolicy } from '#foundation/brand.ts';
import { wireClock } from '#foundation/clock.ts';
import { connectDatabase } from '#foundation/db.ts';
import { createTransact } from '#foundation/facts.ts';
import { createLogger } from '#foundation/log.ts';
import { readPolicy } from '#foundation/policy.ts';
import { createSecrets } from '#foundation/secrets.ts';
import { createLineClient } from '#line/client.ts';
import { fixedToken } from '#line/client-tokens.ts';
import { createFlexKit } from '#line/flex.ts';
import { derivePalette } from '#line/palette-rules.ts';
import { createCourier } from '#outbox/courier.ts';
import { collectMessageKinds } from '#outbox/kinds.ts';
import { news, offer } from './message-kinds.ts';

// A courier as a process of its own, to be killed: node courier-process.ts DATABASE_URL LINE_URL
const [databaseUrl = '', lineUrl = ''] = process.argv.slice(2);
const log = createLogger('silent');
const { db } = connectDatabase(databaseUrl, { log, name: 'courier-process', max: 5 });
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
createCourier({
  db,
  transact: createTransact(db, []),
  client: createLineClient({
    apiBaseUrl: lineUrl,
    dataApiBaseUrl: lineUrl,
    token: fixedToken('fixed'),
    loopbackOnly: true,
    timeoutMs: 500,
  }),
  kinds: collectMessageKinds([offer, news]),
  house: async () => house,
  clock: wireClock,
  wire: wireClock,
  log,
  secrets,
  sms: null,
  alertWebhookUrl: null,
  options: {
    pollMs: 10,
    leaseMs: 1_200,
    batch: 40,
    sockets: 20,
    paces: { push: 100_000, multicast: 100_000 },
  },
}).start();
