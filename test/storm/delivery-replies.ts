import { percentile } from '../bench/http-load.ts';
import type { Outcome } from './delivery-parts.ts';
import type { DeliveryWorld } from './delivery-world.ts';

const round = (ms: number): number => Math.round(ms * 10) / 10;

/**
 * Shoppers write while a campaign runs at its pace: from the moment a webhook is due to the moment its reply is at
 * LINE. Beside it the same without a campaign.
 */
export async function replyBesideCampaign(
  world: DeliveryWorld,
  options: {
    /** Doors and replies in one process, pushes in another; else all in one. */
    apart: boolean;
    shoppers: number;
    asksPerSecond: number;
    seconds: number;
    /** Enough to last. */
    people: number;
    /** null: measured, not judged. */
    mostP99Ms: number | null;
    /** The campaign's own pace while shoppers write; then it runs out at full pace. Unless told: LINE's. */
    campaignPerSecond?: number;
  },
): Promise<Outcome> {
  const { apart, shoppers, asksPerSecond, seconds, people, mostP99Ms, campaignPerSecond = null } = options;
  const door = await world.start({ role: apart ? 'web,chat' : 'all' });
  if (apart) await world.start({ role: 'worker' });
  const port = door.port ?? 0;
  let from = 0;
  let unanswered = 0;
  const ask = async (forSeconds: number) => {
    const load = { port, perSecond: asksPerSecond, seconds: forSeconds, people: shoppers, from };
    from += asksPerSecond * forSeconds;
    const result = await world.line.call('steady', load);
    unanswered += result.unanswered;
    return result;
  };
  await ask(Math.max(1, seconds / 4));
  await world.pool.query('analyze');
  await world.line.call('takeStallMs');
  const calm = await ask(seconds);
  const calmStall = await world.line.call('takeStallMs');
  await world.plan({
    source: 'storm:beside',
    from: shoppers + 1,
    count: people,
    pacePerSecond: campaignPerSecond,
  });
  const before = await world.line.call('countAccepted');
  while ((await world.line.call('countAccepted')) === before)
    await new Promise((done) => setTimeout(done, 20));
  await world.line.call('takeStallMs');
  const busy = await ask(seconds);
  const busyStall = await world.line.call('takeStallMs');
  const isStillRunning = (await world.countOpen()) > 0;
  await world.unleash('storm:beside');
  await world.settled();
  const verdict = await world.judge();
  const p99 = percentile(busy.replyMs, 0.99);
  const findings = [...verdict.findings];
  if (unanswered > 0) findings.push(`${unanswered} got no reply`);
  const { 'replies accepted': replied } = verdict.counts;
  if (replied !== from) findings.push(`LINE took ${replied} replies to ${from} messages`);
  if (!isStillRunning) findings.push('the campaign was over before the shoppers were');
  if (mostP99Ms !== null && p99 > mostP99Ms) findings.push(`p99 was ${round(p99)} ms, at most ${mostP99Ms}`);
  return {
    figures: {
      'p50 ms alone': round(percentile(calm.replyMs, 0.5)),
      'p99 ms alone': round(percentile(calm.replyMs, 0.99)),
      "p99 of LINE's own stalls alone": calmStall,
      'p50 ms': round(percentile(busy.replyMs, 0.5)),
      'p99 ms': round(p99),
      "p99 of LINE's own stalls": busyStall,
      ...verdict.counts,
    },
    findings,
  };
}
