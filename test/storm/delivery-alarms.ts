import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

/** How often a storm raises each alarm. */
export type ScriptedAlarms = Readonly<Record<string, number>>;

const patienceMs = 10_000;

/** Where ALERT_WEBHOOK_URL leads, on this machine: notes the cause of every notice. */
export async function openAlarmDesk() {
  const noted = new Map<string, number>();
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { cause } = JSON.parse(Buffer.concat(chunks).toString('utf8')) as { cause: string };
    noted.set(cause, (noted.get(cause) ?? 0) + 1);
    response.writeHead(204).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/alarms`,
    /** Each cause was told as often as it was raised, and no other was; the last notice may be on its way. */
    async check(scripted: ScriptedAlarms): Promise<string[]> {
      const isMissing = () =>
        Object.entries(scripted).some(([cause, times]) => (noted.get(cause) ?? 0) < times);
      for (const giveUpAt = performance.now() + patienceMs; isMissing() && performance.now() < giveUpAt; )
        await wait(50);
      return [...new Set([...noted.keys(), ...Object.keys(scripted)])].flatMap((cause) => {
        const [times, wanted] = [noted.get(cause) ?? 0, scripted[cause] ?? 0];
        return times === wanted
          ? []
          : [`${times} notices told of the alarm ${cause}, by the script ${wanted}`];
      });
    },
    async close(): Promise<void> {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}
