import { setTimeout as wait } from 'node:timers/promises';
import type { Outcome } from './delivery-parts.ts';
import type { DeliveryWorld } from './delivery-world.ts';

type StartOptions = Parameters<DeliveryWorld['start']>[0];

const mostExitMs = 20_000;

/**
 * A sender is stopped with calls on the wire and messages in hand; another one finishes all of it; then the first
 * wakes. It may speak, but nothing that it says or writes changes anything.
 */
export async function wakeLate(
  world: DeliveryWorld,
  options: { rounds: number; each: number; start: StartOptions },
): Promise<Outcome> {
  const { rounds, each, start } = options;
  const findings: string[] = [];
  const late = await world.start(start);
  let lateCalls = 0;
  for (let round = 0; round < rounds; round++) {
    const sent = await world.line.call('countAccepted');
    await world.plan({ source: `storm:late ${round}`, count: each });
    while ((await world.line.call('countAccepted')) === sent) await wait(5);
    process.kill(late.pid, 'SIGSTOP');
    const other = await world.start(start);
    await world.settled();
    await other.end('SIGTERM');
    const before = JSON.stringify(await world.readRows());
    const calls = world.readCalls().length;
    process.kill(late.pid, 'SIGCONT');
    await wait(1_500);
    lateCalls += world.readCalls().length - calls;
    if (JSON.stringify(await world.readRows()) !== before)
      findings.push(`round ${round}: who woke late changed what had ended`);
    if (!late.isRunning()) findings.push(`round ${round}: who woke late ended`);
  }
  await world.plan({ source: 'storm:awake', count: each });
  await world.settled();
  const verdict = await world.judge();
  return {
    figures: { rounds, 'calls after waking': lateCalls, ...verdict.counts },
    findings: [...findings, ...verdict.findings],
  };
}

/** A sender is told to go with calls on the wire: it ends what it began, gives back the rest, and is out in time. */
export async function leaveUnderLoad(
  world: DeliveryWorld,
  options: { rounds: number; each: number; start: StartOptions },
): Promise<Outcome> {
  const { rounds, each, start } = options;
  const findings: string[] = [];
  let slowest = 0;
  for (let round = 0; round < rounds; round++) {
    const sender = await world.start(start);
    const sent = await world.line.call('countAccepted');
    await world.plan({ source: `storm:leave ${round}`, count: each });
    while ((await world.line.call('countAccepted')) <= sent + each / 10) await wait(5);
    const toldAt = performance.now();
    await sender.end('SIGTERM');
    slowest = Math.max(slowest, Math.round(performance.now() - toldAt));
    const { code, signal } = await sender.ended;
    if (code !== 0) findings.push(`round ${round}: it ended with ${code ?? signal}`);
    const left = (await world.readRows()).filter(({ state }) => state === 'sending').length;
    if (left > 0) findings.push(`round ${round}: ${left} messages were left on the wire`);
  }
  if (slowest > mostExitMs) findings.push(`it took ${slowest} ms to leave`);
  await world.start(start);
  await world.settled();
  const verdict = await world.judge();
  const { 'sends repeated': repeated = 0 } = verdict.counts;
  if (repeated > 0) findings.push(`${repeated} sends were made again, though each had its answer`);
  return {
    figures: { rounds, 'slowest to leave ms': slowest, ...verdict.counts },
    findings: [...findings, ...verdict.findings],
  };
}
