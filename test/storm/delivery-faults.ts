import { crowdUserId } from '../support/bound-people.ts';
import type { ScriptedEnd } from './check-delivery.ts';
import { type FaultName, type PlannedFault, refusalWords } from './delivery-fault-rules.ts';
import type { LineCall } from './delivery-log.ts';
import type { Outcome } from './delivery-parts.ts';
import type { DeliveryWorld } from './delivery-world.ts';

/** First what only a key can meet that LINE does not know. */
const answered: FaultName[] = [
  '409',
  '500',
  '500-after-accept',
  'timeout-after-accept',
  'reset-before-accept',
  'reset-after-accept',
  'half-body',
  '401',
  '429-rate',
];
/** What LINE refuses for good; a multicast is taken apart until only the guilty are left. */
const refusals = ['400', '403'] as const;
/** After these nobody but LINE knows whether the message was taken. */
const doubtful = new Set<FaultName>([
  '500',
  '500-after-accept',
  'timeout-after-accept',
  'reset-before-accept',
  'reset-after-accept',
  'half-body',
]);

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
    [...refusals, ...answered].map((fault): PlannedFault => ({ fault, endpoint: 'push', times, share })),
  );
  const promise = await world.plan({ source: 'storm:faults', count: people });
  await world.start(options.start);
  await world.settled();
  const met = await world.line.call('metFaults');
  const pushes = world.readCalls().filter(({ retryKey }) => retryKey !== null);
  const { ends, unheard } = refusedByScript(pushes);
  promise.otherEnds = ends;
  const verdict = await world.judge();
  const findings = [...verdict.findings, ...checkMet(met, times), ...checkPauses(pushes)];
  if (ends.size + unheard !== refusals.length * times)
    findings.push(`${ends.size} messages ended upon a refusal, ${refusals.length * times} were refused`);
  // Only where the answer came too late to be heard.
  if (unheard > (refusals.length * times) / 10)
    findings.push(`${unheard} messages were tried again after a refusal`);
  return {
    figures: { ...met, 'tried again after a refusal': unheard, ...verdict.counts },
    findings,
  };
}

/** Messages that are the same for some people each, by multicast, some of whose recipients LINE does not know. */
export async function playMulticastFaults(
  world: DeliveryWorld,
  options: {
    people: number;
    /** How many are told the same. */
    alike: number;
    times: number;
    share: number;
    strangers: number;
    start: StartOptions;
  },
): Promise<Outcome> {
  const { people, alike, times, share, strangers } = options;
  const refused: ScriptedEnd = { state: 'failed', reason: refusalWords['unknown-recipient'] };
  const otherEnds = new Map(
    Array.from({ length: strangers }, (_, nth) => [
      crowdUserId(1 + Math.floor(((nth + 0.5) * people) / strangers)),
      refused,
    ]),
  );
  await world.line.call('forget', [...otherEnds.keys()]);
  await world.line.call(
    'addFaults',
    answered.map((fault): PlannedFault => ({ fault, endpoint: 'multicast', times, share })),
  );
  await world.plan({ source: 'storm:alike', count: people, alike, otherEnds });
  await world.start(options.start);
  await world.settled();
  const met = await world.line.call('metFaults');
  const verdict = await world.judge();
  const multicasts = world.readCalls().filter(({ endpoint }) => endpoint.endsWith('/multicast'));
  return {
    figures: { multicasts: multicasts.length, strangers, ...met, ...verdict.counts },
    findings: [...verdict.findings, ...checkMet(met, times)],
  };
}

/** Each fault was met exactly as often as the script has it. */
const checkMet = (met: Readonly<Record<string, number>>, times: number): string[] =>
  Object.entries(met).flatMap(([fault, count]) =>
    count === times ? [] : [`${fault} was met ${count} times, by the script ${times}`],
  );

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

/**
 * How LINE's refusals end by the rules: the last word on a key is a refusal, and what it says of a message depends on
 * what came before it. 400 speaks of the body; 403 of the account, so an earlier try may have arrived.
 * @returns the ends by person, and how many calls came after a refusal that nobody heard
 */
function refusedByScript(calls: readonly LineCall[]): { ends: Map<string, ScriptedEnd>; unheard: number } {
  const ends = new Map<string, ScriptedEnd>();
  let unheard = 0;
  const inDoubt = new Set<string>();
  for (const { to, fault } of calls) {
    const [person = ''] = to;
    if (ends.delete(person)) unheard += 1;
    if (fault === '400') ends.set(person, { state: 'failed', reason: refusalWords[fault] });
    if (fault === '403')
      ends.set(person, { state: inDoubt.has(person) ? 'unknown' : 'failed', reason: refusalWords[fault] });
    if (doubtful.has(fault as FaultName)) inDoubt.add(person);
  }
  return { ends, unheard };
}
