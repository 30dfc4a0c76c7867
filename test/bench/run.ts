import { benchLedger } from './ledger.ts';
import { benchReply } from './reply.ts';
import { benchWebhook } from './webhook.ts';

const benches: Record<string, () => Promise<boolean>> = {
  webhook: benchWebhook,
  reply: benchReply,
  ledger: benchLedger,
};

const [name = ''] = process.argv.slice(2);
const bench = benches[name];
if (!bench) {
  console.error(`npm run bench -- NAME, where NAME is one of: ${Object.keys(benches).join(', ')}`);
  process.exit(1);
}
process.exit((await bench()) ? 0 : 1);
