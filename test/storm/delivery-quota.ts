import { setTimeout as wait } from 'node:timers/promises';
import { crowdUserId } from '../support/bound-people.ts';
import type { LineCall } from './delivery-log.ts';
import type { Outcome } from './delivery-parts.ts';
import type { DeliveryWorld } from './delivery-world.ts';

/** One message in so long a time is tried although the month is used up. */
const probeEveryMs = 600_000;
/** Until an offer that is not sent has ended for its reason. */
const endsWithinMs = 10_000;

type QuotaOptions = {
  rounds: number;
  /** So often LINE says that the month is used up; while it has not, there are further rounds. */
  times: number;
  /** News and offers of a round. */
  each: number;
  /** How many calls of the sender are on the wire at once. */
  sockets: number;
  /** How soon after LINE's first word no call comes any more. */
  stillWithinMs: number;
  quietMs: number;
  start: Parameters<DeliveryWorld['start']>[0];
};

/** More are not played: people are not without number. */
export const mostQuotaRounds = (rounds: number): number => 2 * rounds;

/**
 * LINE says in the middle of a campaign that the month is used up: calls stop, offers end with the reason, what
 * people need stays until LINE takes messages again. Round by round, each with people of its own, because caps count.
 */
export async function useUpQuota(world: DeliveryWorld, options: QuotaOptions): Promise<Outcome> {
  const { rounds, times, each, quietMs } = options;
  const findings: string[] = [];
  const sender = await world.start(options.start);
  let round = 0;
  let refused = 0;
  for (; round < rounds || (refused < times && round < mostQuotaRounds(rounds)); round++) {
    const from = 1 + round * 2 * each;
    const [news, offers] = [`storm:news ${round}`, `storm:offer ${round}`];
    await world.line.call('useUpQuota', true);
    const earlier = world.readCalls().length;
    const readRound = () => world.readCalls().slice(earlier);
    const planNews = () => world.plan({ source: news, from, count: each, loose: true });
    const people = Array.from({ length: each }, (_, at) => crowdUserId(from + each + at));
    const otherEnds = new Map(people.map((id) => [id, { state: 'skipped', reason: 'quota' } as const]));
    // What people need leaves first: now it is what LINE refuses, now offers are.
    const isOfferFirst = round % 2 === 0;
    if (!isOfferFirst) await planNews();
    await world.plan({ source: offers, from: from + each, count: each, marketing: true, otherEnds });
    while (readRound().filter(isMonthly).length === 0) await wait(10);
    if (isOfferFirst) await planNews();
    await untilStill(world, 'quota_used_up');
    const still = readRound().length;
    await wait(quietMs);
    const calls = readRound();
    if (calls.length > still)
      findings.push(`LINE was asked ${calls.length - still} times more in ${quietMs} ms`);
    refused += calls.filter(isMonthly).length;
    findings.push(...checkStop(calls, new Set(people), options).map((found) => `round ${round}: ${found}`));
    const kept = await world.countStates(news);
    const waiting = (kept.planned ?? 0) + (kept.held ?? 0);
    if (waiting !== each)
      findings.push(`${waiting} of ${each} that people need wait for LINE: ${tell(kept)}`);
    const ended = await untilEnded(world, offers, each);
    if (ended.skipped !== each) findings.push(`of ${each} offers that were to end there are ${tell(ended)}`);
    await world.line.call('useUpQuota', false);
    await world.endHolds();
    await world.settled();
  }
  if (refused < times) findings.push(`LINE said ${refused} times that the month is used up, not ${times}`);
  if (!sender.isRunning()) findings.push('the process ended');
  const verdict = await world.judge({ alarms: { quota_used_up: round } });
  return {
    figures: { rounds: round, 'answered 429 monthly': refused, ...verdict.counts },
    findings: [...findings, ...verdict.findings],
  };
}

/**
 * Offers leave until LINE's first answer is heard, so no more of them than there is room for on the wire; whatever
 * else was in hand follows at once, and then nothing but a probe.
 */
function checkStop(
  calls: readonly LineCall[],
  offered: ReadonlySet<string>,
  options: QuotaOptions,
): string[] {
  const { sockets, stillWithinMs } = options;
  const firstAt = Math.min(...calls.filter(isMonthly).map(({ at }) => at));
  const offers = calls.filter(({ to }) => to.some((id) => offered.has(id))).length;
  const late = calls.filter(({ at, retryKey }) => retryKey !== null && at > firstAt + stillWithinMs);
  const probes = Math.floor(((late.at(-1)?.at ?? firstAt) - firstAt) / probeEveryMs);
  return [
    ...(offers > sockets
      ? [`${offers} offers were sent to a month that is used up, on the wire can be ${sockets}`]
      : []),
    ...(late.length > probes
      ? [`${late.length} calls came later than ${stillWithinMs} ms after LINE's first word`]
      : []),
  ];
}

const isMonthly = ({ status, fault }: LineCall): boolean => status === 429 && fault === null;

const tell = (states: Readonly<Record<string, number>>): string =>
  Object.entries(states)
    .map(([state, count]) => `${count} ${state}`)
    .join(', ');

/** What is not to be sent ends when it is next looked at. */
async function untilEnded(
  world: DeliveryWorld,
  source: string,
  count: number,
): Promise<Record<string, number>> {
  for (const giveUpAt = performance.now() + endsWithinMs; ; await wait(100)) {
    const states = await world.countStates(source);
    if (states.skipped === count || performance.now() > giveUpAt) return states;
  }
}

/** Of a token that is refused: one in half a minute, with a fresh token again where there is one. */
const mostProbes = 2;

/**
 * LINE refuses the token, and a fresh one as well where one can be had: everything stops, with one alarm, and goes on
 * with a good one.
 */
export async function refuseToken(
  world: DeliveryWorld,
  options: {
    people: number;
    quietMs: number;
    bad: Parameters<DeliveryWorld['start']>[0];
    good?: Parameters<DeliveryWorld['start']>[0];
    /** LINE takes no token at all, however fresh. */
    everyToken?: boolean;
  },
): Promise<Outcome> {
  const { people, quietMs, bad, good, everyToken = false } = options;
  const findings: string[] = [];
  const countRefused = () => world.readCalls().filter(({ status }) => status === 401).length;
  if (everyToken) {
    const never = { fault: '401-every-token', endpoint: 'push', times: Infinity, share: 1 } as const;
    await world.line.call('addFaults', [never]);
  }
  await world.plan({ source: 'storm:token', count: people });
  const sender = await world.start(bad);
  while (countRefused() === 0) await wait(50);
  await untilStill(world, 'line_token');
  const still = countRefused();
  await wait(quietMs);
  const probes = countRefused() - still;
  if (probes > mostProbes) findings.push(`LINE was asked ${probes} times more in ${quietMs} ms`);
  await sender.end('SIGTERM');
  await world.line.call('clearFaults');
  await world.start(good);
  await world.endHolds();
  await world.settled();
  const verdict = await world.judge({ alarms: { line_token: 1 } });
  return {
    figures: { 'refused before it stopped': still, 'probes after it': probes, ...verdict.counts },
    findings: [...findings, ...verdict.findings],
  };
}

/** Until everybody knows that nothing may leave, and no call has come for a second. */
async function untilStill(world: DeliveryWorld, cause: 'line_token' | 'quota_used_up'): Promise<void> {
  for (let last = -1; ; ) {
    const { rows } = await world.pool.query<{ still: boolean }>(
      `select exists (select from outbox_holds where cause = $1)
              and not exists (select from outbox_messages where state = 'sending') as still`,
      [cause],
    );
    const calls = world.readCalls().length;
    if (rows[0]?.still && calls === last) return;
    last = calls;
    await wait(1_000);
  }
}
