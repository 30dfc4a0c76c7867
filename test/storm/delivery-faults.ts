import { crowdUserId } from '../support/bound-people.ts';
import type { FaultName, PlannedFault } from './delivery-fault-rules.ts';
import type { LineCall } from './delivery-log.ts';
import type { Outcome } from './delivery-parts.ts';
import type { DeliveryWorld } from './delivery-world.ts';

const answered: FaultName[] = [
  '500',
  '500-after-accept',
  'timeout-after-accept',
  'reset-before-accept',
  'reset-after-accept',
  'half-body',
  '401',
  '409',
  '429-rate',
];
/** What LINE refuses for good; a multicast is taken apart until only the guilty are left. */
const refusals: FaultName[] = ['400', '403'];

type StartOptions = Parameters<DeliveryWorld['start']>[0];

/**
 * Every fault so many times in one campaign of pushes, met by chance, so that one message may meet several. The
 * token must be one that can be had afresh, or the first 401 would end it all.
 */
export async function playPushFaults(
  world: DeliveryWorld,
  options: { people: number; times: number; share: number; start: StartOptions },
): Promise<Outcome> {
  const { people, times, share } = options;
  await world.line.call(
    'addFaults',
    [...answered, ...refusals].map((fault): PlannedFault => ({ fault, endpoint: 'push', times, share })),
  );
  await world.plan({ source: 'storm:faults', count: people });
  await world.start(options.start);
  await world.settled();
  const met = await world.line.call('metFaults');
  const verdict = await world.judge();
  const pushes = world.readCalls().filter(({ retryKey }) => retryKey !== null);
  return {
    figures: { ...met, ...verdict.counts },
    findings: [
      ...verdict.findings,
      ...Object.entries(met).flatMap(([fault, count]) =>
        count < times ? [`${fault} was met only ${count} of ${times} times`] : [],
      ),
      ...checkPauses(pushes),
      ...(await checkRefused(world, pushes)),
    ],
  };
}

/** Identical messages by multicast, some of whose recipients LINE does not know. */
export async function playMulticastFaults(
  world: DeliveryWorld,
  options: { people: number; times: number; share: number; strangers: number; start: StartOptions },
): Promise<Outcome> {
  const { people, times, share, strangers } = options;
  const unknown = new Set(
    Array.from({ length: strangers }, (_, nth) =>
      crowdUserId(1 + Math.floor(((nth + 0.5) * people) / strangers)),
    ),
  );
  await world.line.call('forget', [...unknown]);
  await world.line.call(
    'addFaults',
    answered.map((fault): PlannedFault => ({ fault, endpoint: 'multicast', times, share })),
  );
  await world.plan({ source: 'storm:alike', count: people, alike: true });
  await world.start(options.start);
  await world.settled();
  const met = await world.line.call('metFaults');
  const verdict = await world.judge();
  const rows = await world.readRows();
  const findings = rows.flatMap(({ lineUserId, state, reason }) =>
    (state === 'failed') === unknown.has(lineUserId)
      ? []
      : [
          `${lineUserId}, ${unknown.has(lineUserId) ? 'unknown to' : 'known to'} LINE, is ${state}: ${reason}`,
        ],
  );
  const multicasts = world.readCalls().filter(({ endpoint }) => endpoint.endsWith('/multicast'));
  return {
    figures: { multicasts: multicasts.length, strangers, ...met, ...verdict.counts },
    findings: [...verdict.findings, ...findings],
  };
}

/** Tries of one message come at growing distances. */
function checkPauses(calls: readonly LineCall[]): string[] {
  const tries = new Map<string, number[]>();
  for (const { retryKey, at } of calls) {
    const times = tries.get(retryKey ?? '') ?? [];
    times.push(at);
    tries.set(retryKey ?? '', times);
  }
  const often = [...tries.values()].filter((times) => times.length >= 3);
  const shrinking = often.filter(([a = 0, b = 0, c = 0]) => c - b < (b - a) * 0.5 && b - a < 400);
  return shrinking.length > often.length / 5
    ? [`${shrinking.length} of ${often.length} messages were tried again faster than before`]
    : [];
}

/** Only what LINE refused is called failed; it is tried once more only where the answer came too late to be heard. */
async function checkRefused(world: DeliveryWorld, calls: readonly LineCall[]): Promise<string[]> {
  const refused = new Map<string, number>();
  const findings: string[] = [];
  const again = new Set<string>();
  for (const { retryKey, status } of calls) {
    const key = retryKey ?? '';
    if (refused.has(key)) again.add(key);
    if (status === 400 || status === 403) refused.set(key, status);
  }
  if (again.size > refused.size / 10)
    findings.push(`${again.size} of ${refused.size} messages were tried again after a refusal`);
  for (const { retryKey, state, reason } of await world.readRows()) {
    if (state === 'failed' && !refused.has(retryKey))
      findings.push(`a message that LINE never refused is called failed: ${reason}`);
    if (state === 'skipped') findings.push(`a message was skipped: ${reason}`);
  }
  return findings;
}
