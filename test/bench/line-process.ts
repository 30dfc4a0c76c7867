import { startLineServer } from '#simulator/line-server.ts';
import { createLinePlatform } from '#simulator/platform.ts';
import { createAskingShoppers } from '../support/asking-shoppers.ts';
import { serveCommands } from '../support/processes.ts';
import { channelSecret } from '../support/webhook.ts';

type Shoppers = ReturnType<typeof createAskingShoppers>;

let shoppers: Shoppers;

/** LINE with 20 ms latency, or one that never answers. */
async function open(options: { hang?: boolean; latencyMs?: number }) {
  const platform = createLinePlatform({
    channelSecret,
    rateLimits: false,
    unknownUsers: 'befriend',
    lean: true,
  });
  shoppers = createAskingShoppers(platform);
  const server = await startLineServer(platform, options);
  return { url: server.url, channelAccessToken: platform.account.channelAccessToken };
}

const commands = {
  open,
  steady: (load: Parameters<Shoppers['steady']>[0]) => shoppers.steady(load),
  saturate: (load: Parameters<Shoppers['saturate']>[0]) => shoppers.saturate(load),
};
export type LineForBench = typeof commands;
serveCommands(commands);
