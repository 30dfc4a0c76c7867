import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createLinePlatform, type LinePlatform } from '#simulator/platform.ts';
import { chatSideOf, createAskingShoppers } from '../support/asking-shoppers.ts';
import { serveCommands } from '../support/processes.ts';
import { channelSecret } from '../support/webhook.ts';
import { createChance } from './chance.ts';
import { createFaultScript, type PlannedFault } from './delivery-fault-rules.ts';
import { startDeliveryLine } from './delivery-line-server.ts';

type Shoppers = ReturnType<typeof createAskingShoppers>;

let platform: LinePlatform;
let shoppers: Shoppers;
let script: ReturnType<typeof createFaultScript>;
let server: Awaited<ReturnType<typeof startDeliveryLine>>;
let latencyMs = 0;
const unknown = new Set<string>();
const stalls = monitorEventLoopDelay({ resolution: 2 });
stalls.enable();

async function open(options: {
  logFile: string;
  seed: number;
  latencyMs: number;
  rateLimits: boolean;
  monthlyLimit: number | null;
}) {
  platform = createLinePlatform({
    channelSecret,
    rateLimits: options.rateLimits,
    monthlyLimit: options.monthlyLimit,
    unknownUsers: 'befriend',
    lean: true,
    seed: `${options.seed}/${process.pid}`,
  });
  shoppers = createAskingShoppers(chatSideOf(platform));
  script = createFaultScript(createChance(options.seed));
  latencyMs = options.latencyMs;
  server = await startDeliveryLine({
    platform,
    faults: script,
    logFile: options.logFile,
    latencyMs: () => latencyMs,
    isUnknown: (userId) => unknown.has(userId),
  });
  const { channelAccessToken, channelId } = platform.account;
  return { url: server.url, channelSecret, channelAccessToken, channelId };
}

const commands = {
  open,
  steady: (load: Parameters<Shoppers['steady']>[0]) => shoppers.steady(load),
  setLatency(ms: number): void {
    latencyMs = ms;
  },
  addFaults: (faults: PlannedFault[]) => script.add(faults),
  clearFaults: () => script.clear(),
  /** How long this process itself kept everybody waiting since it was last asked, p99 in milliseconds. */
  takeStallMs(): number {
    const ms = Math.round(stalls.percentile(99) / 1e5) / 10;
    stalls.reset();
    return ms;
  },
  /** The longest since it was last taken. A second counted after it holds what came in during it as well. */
  longestStallMs: (): number => Math.round(stalls.max / 1e6),
  countSends: () => server.counts().sends,
  countAccepted: () => server.counts().accepted,
  metFaults: () => script.met(),
  /** These people exist no more: whatever names one of them is refused. */
  forget(userIds: string[]): void {
    for (const id of userIds) unknown.add(id);
  },
  useUpQuota: (isUsedUp: boolean) =>
    platform.setFaults({
      rateLimited: false,
      serverError: false,
      timeoutAfterAccept: false,
      duplicateWebhook: false,
      outOfQuota: isUsedUp,
    }),
};
export type DeliveryLine = typeof commands;
serveCommands(commands);
