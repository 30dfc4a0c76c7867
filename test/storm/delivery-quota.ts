import { setTimeout as wait } from 'node:timers/promises';
import type { Outcome } from './delivery-parts.ts';
import type { DeliveryWorld } from './delivery-world.ts';

/** On the wire when LINE said no, and the probes after it. */
const mostProbes = 2;

/**
 * LINE says in the middle of a campaign that the month is used up: calls stop, offers end with the reason, what
 * people need stays until LINE takes messages again. Round by round, each with people of its own, because caps count.
 */
export async function useUpQuota(
  world: DeliveryWorld,
  options: { rounds: number; each: number; quietMs: number; start: Parameters<DeliveryWorld['start']>[0] },
): Promise<Outcome> {
  const { rounds, each, quietMs } = options;
  const findings: string[] = [];
  let refused = 0;
  const sender = await world.start(options.start);
  for (let round = 0; round < rounds; round++) {
    const from = 1 + round * 2 * each;
    await world.line.call('useUpQuota', true);
    await world.plan({ source: `storm:news ${round}`, from, count: each, loose: true });
    await world.plan({ source: `storm:offer ${round}`, from: from + each, count: each, marketing: true });
    while (countMonthly(world) === refused) await wait(50);
    await untilStill(world, 'quota_used_up');
    const still = countMonthly(world);
    await wait(quietMs);
    const later = countMonthly(world);
    if (later - still > mostProbes)
      findings.push(`LINE was asked ${later - still} times more in ${quietMs} ms`);
    refused = later;
    const rows = await world.readRows();
    const wrong = rows.filter(
      ({ source, state }) =>
        source === `storm:news ${round}` && !['planned', 'held', 'sending'].includes(state),
    );
    if (wrong.length > 0)
      findings.push(`${wrong.length} of what people need are ${wrong[0]?.state}: ${wrong[0]?.reason}`);
    await world.line.call('useUpQuota', false);
    await world.endHolds();
    await world.settled();
  }
  if (!sender.isRunning()) findings.push('the process ended');
  const alarms = await world.pool.query<{ count: number }>(
    `select count(*)::int as count from outbox_alarms where cause = 'quota_used_up'`,
  );
  const verdict = await world.judge();
  const kept = (await world.readRows()).filter(
    ({ source, state }) => source?.startsWith('storm:news') && state !== 'sent',
  );
  if (kept.length > 0) findings.push(`${kept.length} of what people need never left`);
  return {
    figures: {
      rounds,
      'answered 429 monthly': refused,
      alarms: alarms.rows[0]?.count ?? 0,
      ...verdict.counts,
    },
    findings: [...findings, ...verdict.findings],
  };
}

/** A fixed token that LINE refuses: everything stops, with one alarm, and goes on with a good one. */
export async function refuseToken(
  world: DeliveryWorld,
  options: {
    people: number;
    quietMs: number;
    bad: Parameters<DeliveryWorld['start']>[0];
    good?: Parameters<DeliveryWorld['start']>[0];
  },
): Promise<Outcome> {
  const { people, quietMs, bad, good } = options;
  const findings: string[] = [];
  const countRefused = () => world.readCalls().filter(({ status }) => status === 401).length;
  await world.plan({ source: 'storm:token', count: people });
  const sender = await world.start(bad);
  while (countRefused() === 0) await wait(50);
  await untilStill(world, 'line_token');
  const still = countRefused();
  await wait(quietMs);
  const probes = countRefused() - still;
  if (probes > mostProbes) findings.push(`LINE was asked ${probes} times more in ${quietMs} ms`);
  const alarms = await world.pool.query<{ cause: string }>(
    `select cause from outbox_alarms where cause = 'line_token'`,
  );
  if (alarms.rows.length !== 1) findings.push('no alarm tells of it');
  await sender.end('SIGTERM');
  await world.start(good);
  await world.endHolds();
  await world.settled();
  const verdict = await world.judge();
  return {
    figures: { 'refused before it stopped': still, 'probes after it': probes, ...verdict.counts },
    findings: [...findings, ...verdict.findings],
  };
}

const countMonthly = (world: DeliveryWorld): number =>
  world.readCalls().filter(({ status, fault }) => status === 429 && fault === null).length;

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
