import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createLineClient } from '#line/client.ts';
import { fixedToken } from '#line/client-tokens.ts';
import { createLinePlatform } from '#simulator/platform.ts';
import { crowdUserId } from '../support/bound-people.ts';
import { startService } from '../support/processes.ts';
import { channelSecret } from '../support/webhook.ts';
import { createChance } from './chance.ts';
import { createFaultScript, type FaultName } from './delivery-fault-rules.ts';
import { startDeliveryLine } from './delivery-line-server.ts';
import { readCallLog } from './delivery-log.ts';

const folder = mkdtempSync(join(tmpdir(), 'shuke-line-'));
const logFile = join(folder, 'calls.jsonl');
const platform = createLinePlatform({ channelSecret, unknownUsers: 'befriend', lean: true });
const faults = createFaultScript(createChance(7));
const stranger = crowdUserId(99);
const line = await startDeliveryLine({
  platform,
  faults,
  logFile,
  latencyMs: () => 0,
  isUnknown: (id) => id === stranger,
});
const clientOf = (url: string, timeoutMs = 20_000) =>
  createLineClient({
    apiBaseUrl: url,
    dataApiBaseUrl: url,
    token: fixedToken(platform.account.channelAccessToken),
    loopbackOnly: true,
    timeoutMs,
  });
const client = clientOf(line.url);
const hasty = clientOf(line.url, 300);
afterAll(async () => {
  await Promise.all([client.close(), hasty.close()]);
  await line.close();
  rmSync(folder, { recursive: true, force: true });
});

const bodyFor = (to: string | string[], text = 'x') =>
  Buffer.from(JSON.stringify({ to, messages: [{ type: 'text', text }] }));
let keys = 0;
const newKey = () => `00000000-0000-4000-8000-${String(++keys).padStart(12, '0')}`;

/** Asks for another host by name on the stand-in's own port. */
function askAs(host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const asked = request(`${line.url}/v2/bot/info`, { headers: { host } }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    });
    asked.once('error', reject).end();
  });
}

describe("LINE's stand-in for storms", () => {
  it('answers nobody who takes it for another host, and no storm can be let loose on one', async () => {
    const before = readCallLog(logFile).length;
    expect(await askAs('api.line.me')).toBe(421);
    expect(await askAs('localhost')).toBe(401);
    expect(readCallLog(logFile)).toHaveLength(before + 1);
    expect(() => clientOf('https://api.line.me')).toThrow(RangeError);
    const elsewhere = { url: 'https://api.line.me', channelSecret, channelAccessToken: 'x' };
    await expect(startService({ databaseUrl: 'postgres://127.0.0.1/none', line: elsewhere })).rejects.toThrow(
      RangeError,
    );
  });

  it('writes down who was reached, under which key, with which bytes, before it answers', async () => {
    const key = newKey();
    const answer = await client.push(bodyFor(crowdUserId(1)), key);
    const again = await client.push(bodyFor(crowdUserId(1)), key);
    expect(answer).toMatchObject({ outcome: 'ok', status: 200 });
    const [first, second] = readCallLog(logFile).slice(-2);
    expect(first).toMatchObject({ retryKey: key, to: [crowdUserId(1)], status: 200, isAccepted: true });
    expect(second).toMatchObject({ retryKey: key, status: 409, isAccepted: false });
    expect(again).toMatchObject({ status: 409, acceptedRequestId: first?.requestId });
    expect(second?.bodySha256).toBe(first?.bodySha256);
    expect(second?.at).toBeGreaterThan(first?.at ?? Infinity);
  });

  const scripted: [FaultName, { isAccepted: boolean; status: number | null }, string][] = [
    ['500', { isAccepted: false, status: 500 }, 'refused'],
    ['500-after-accept', { isAccepted: true, status: 500 }, 'refused'],
    ['timeout-after-accept', { isAccepted: true, status: null }, 'unknown'],
    ['reset-before-accept', { isAccepted: false, status: null }, 'unknown'],
    ['reset-after-accept', { isAccepted: true, status: null }, 'unknown'],
    ['half-body', { isAccepted: true, status: null }, 'unknown'],
    ['400', { isAccepted: false, status: 400 }, 'refused'],
    ['401', { isAccepted: false, status: 401 }, 'refused'],
    ['403', { isAccepted: false, status: 403 }, 'refused'],
    ['409', { isAccepted: true, status: 409 }, 'refused'],
    ['429-rate', { isAccepted: false, status: 429 }, 'refused'],
    ['429-monthly', { isAccepted: false, status: 429 }, 'refused'],
  ];
  it.each(scripted)(
    'plays %s once, and after it the key counts as LINE would count it',
    async (fault, logged, heard) => {
      faults.add([{ fault, endpoint: 'push', times: 1, share: 1 }]);
      const key = newKey();
      const body = bodyFor(crowdUserId(2));
      const asking = fault === 'timeout-after-accept' ? hasty : client;
      expect(await asking.push(body, key)).toMatchObject({ outcome: heard });
      await expect.poll(() => readCallLog(logFile).at(-1)).toMatchObject({ fault, ...logged });
      expect(await client.push(body, key)).toMatchObject({ status: logged.isAccepted ? 409 : 200 });
      expect(faults.met()).toMatchObject({ [`${fault} push`]: 1 });
    },
  );

  it('refuses a multicast for one recipient whom LINE does not know, and takes it without', async () => {
    const people = [crowdUserId(1), stranger, crowdUserId(3)];
    expect(await client.multicast(bodyFor(people), newKey())).toMatchObject({ status: 400 });
    expect(readCallLog(logFile).at(-1)).toMatchObject({ isAccepted: false, to: people });
    expect(await client.multicast(bodyFor([crowdUserId(1), crowdUserId(3)]), newKey())).toMatchObject({
      status: 200,
    });
  });
});
