import { benchCampaign } from './campaign.ts';
import { benchLedger } from './ledger.ts';
import { benchReply } from './reply.ts';
import { benchWebhook } from './webhook.ts';

const benches: Record<string, (given: readonly string[]) => Promise<boolean>> = {
  webhook: benchWebhook,
  reply: benchReply,
  ledger: benchLedger,
  campaign: benchCampaign,
};

const [name = '', ...given] = process.argv.slice(2);
const bench = benches[name];
if (!bench) {
  console.error(`npm run bench -- NAME, where NAME is one of: ${Object.keys(benches).join(', ')}`);
  process.exit(1);
}
process.exit((await bench(given)) ? 0 : 1);
