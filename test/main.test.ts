import { constants, getPriority } from 'node:os';
import { afterAll, describe, expect, it } from 'vitest';
import { openTestDatabase } from './support/database.ts';
import { type ServiceProcess, startService } from './support/processes.ts';

const started: ServiceProcess[] = [];
const database = await openTestDatabase({ max: 1 });
afterAll(() => Promise.all(started.map((service) => service.end('SIGKILL'))));

/** @returns how nice the process is to others, the higher the nicer */
async function nicenessOf(role: string): Promise<number> {
  const service = await startService({
    databaseUrl: database.url,
    // Nobody listens on port 9: nothing is to be sent.
    line: {
      url: 'http://127.0.0.1:9',
      channelSecret: '0'.repeat(32),
      channelAccessToken: 'a-long-lived-token',
    },
    role,
  });
  started.push(service);
  return getPriority(service.pid);
}

describe('The processor of a shared machine', () => {
  const inherited = getPriority();

  it('is left to the others by a process that only plans and pushes', async () => {
    const expected = Math.max(inherited, constants.priority.PRIORITY_BELOW_NORMAL);
    expect(await nicenessOf('worker')).toBe(expected);
  });

  it('is not given up by a process that answers people', async () => {
    expect(await nicenessOf('chat,worker')).toBe(inherited);
  });
});
