import { join } from 'node:path';
import { claimCoupon } from '#features/coupons/claim-coupon.ts';
import { openBalances } from '#features/points/open-balances.ts';
import { payWithPoints } from '#features/points/pay-with-points.ts';
import { createApiKey } from '#features/staff/create-api-key.ts';
import { connectDatabase, sql } from '#foundation/db.ts';
import { createTransact } from '#foundation/facts.ts';
import { createLogger } from '#foundation/log.ts';
import { reactions } from '../../src/reactions.ts';
import { makeCoupon } from '../coupons/cast.ts';
import { crowdMemberNo, seedBoundPeople } from '../support/bound-people.ts';
import { openDurableDatabase } from '../support/durable-database.ts';
import { startRemote, startService } from '../support/processes.ts';
import { openStore, tester } from '../support/shop.ts';
import { channelSecret } from '../support/webhook.ts';
import { openBareLedger } from './bare-ledger.ts';
import type { BareServer } from './bare-server.ts';
import { createCpuMeter } from './cpu-time.ts';
import { type LoadResult, loadClosed, percentile, perSecond, toRequest } from './http-load.ts';
import { judgeAims, median, printTable, round } from './report.ts';

const people = 10_000;
const rounds = 3;
/** As many connections as the process has that answers shoppers. */
const connections = 16;
const rush = { claims: 10_000, quota: 500 };
const purchases = { connections: 4, ms: 6_000 };
const [now, today] = [new Date('2026-11-21T04:00:00Z'), '2026-11-21'];

/**
 * Claims and spends through the use cases, beside the same guards in bare SQL on the same server; then whole
 * purchases at the door of a production process, beside a bare server that inserts one row a request.
 */
export async function benchLedger(): Promise<boolean> {
  const database = await openDurableDatabase('bench-ledger');
  const connection = connectDatabase(database.url, {
    log: createLogger('silent'),
    name: 'bench',
    max: connections,
    statementTimeoutMs: 10_000,
  });
  try {
    await seedBoundPeople(database.pool, people);
    const { db } = connection;
    const transact = createTransact(db, reactions);
    const found = await sql<{ id: number }>`select id from members order by id`.execute(db);
    const members = found.rows.map(({ id }) => id);
    const bare = await openBareLedger(connection.pool);
    const cpu = createCpuMeter({ service: process.pid, database: await database.serverPid() });
    const measured: Measured[] = [];
    const measure = async (name: string, count: number, work: (nth: number) => Promise<boolean>) => {
      cpu.start();
      const startedAt = performance.now();
      const succeeded = await runAtOnce(count, work);
      const seconds = (performance.now() - startedAt) / 1000;
      measured.push({ name, count, succeeded, perSecond: count / seconds, cpuUs: cpu.usPer(count) });
      console.log(`${name}: ${count} in ${seconds.toFixed(1)} s`);
    };
    const claim = (couponId: number, memberId: number) =>
      transact((tx) =>
        claimCoupon(tx, {
          couponId,
          memberId,
          wantedSeq: null,
          tierKey: 'general',
          now,
          today,
          actor: { kind: 'member', id: String(memberId) },
          source: 'chat',
        }),
      ).then(({ ok }) => ok);
    let purchaseIds = 1_000_000;
    const spend = (memberId: number) =>
      transact((tx) =>
        payWithPoints(tx, {
          memberId,
          purchaseId: purchaseIds++,
          storeId: 1,
          points: 1,
          today,
          now,
          actor: tester,
        }),
      ).then(({ ok }) => ok);
    const at = (nth: number) => members[nth % members.length] as number;

    for (let nth = 0; nth < rounds; nth++) {
      const coupons = [rush.quota, rush.claims].map((quota, kind) => ({ id: nth * 2 + kind + 1, quota }));
      for (const [kind, coupon] of coupons.entries()) {
        const name = kind === 0 ? `claims, ${rush.quota} to be had` : 'claims, all given';
        const count = kind === 0 ? rush.claims : rush.claims / 4;
        const { couponId } = await makeCoupon(db, { key: `bench-${coupon.id}`, quota: coupon.quota });
        await bare.open(coupon);
        await measure(`bare SQL: ${name}`, count, (each) => bare.claim(coupon.id, at(each)));
        await measure(`Shuke: ${name}`, count, (each) => claim(couponId, at(each)));
      }
      const spenders = members.slice(nth * 3_000, (nth + 1) * 3_000);
      await transact((tx) =>
        openBalances(
          tx,
          spenders.map((memberId) => ({ memberId, points: 50 })),
          { now, actor: tester },
        ),
      );
      await bare.credit(spenders, 50);
      await database.pool.query('analyze');
      const spender = (each: number) => spenders[each % spenders.length] as number;
      await measure('bare SQL: spends', 3_000, (each) =>
        bare.spend(`spend-${nth}-${each}`, spender(each), 1),
      );
      await measure('Shuke: spends', 3_000, (each) => spend(spender(each)));
    }
    const till = await benchPurchases(database);

    const head = ['load', 'a second', 'succeeded', 'ratio to bare', 'CPU us node/pg'];
    const names = [...new Set(measured.map(({ name }) => name))];
    const rate = (name: string) =>
      median(measured.filter((each) => each.name === name).map((each) => each.perSecond));
    printTable(
      head,
      names.map((name) => {
        const last = measured.findLast((each) => each.name === name) as Measured;
        const beside = name.replace('Shuke: ', 'bare SQL: ');
        return [
          name,
          round(rate(name)),
          `${last.succeeded} of ${last.count}`,
          beside === name ? '' : round(rate(name) / rate(beside)),
          last.cpuUs,
        ];
      }),
    );
    console.log(`${connections} connections, medians of ${rounds} rounds in turns, disk sync on.\n`);
    printTable(
      ['door', 'connections', 'requests/s', 'p50 ms', 'p99 ms', 'not 2xx', 'CPU us node/pg'],
      till.rows,
    );
    console.log(`ratio of p50 to the bare server's: ${round(till.ratio)}\n`);
    return judgeAims([
      {
        name: `claims answered, ${rush.claims} on ${rush.quota}`,
        is: rate(`Shuke: claims, ${rush.quota} to be had`),
        atLeast: 2_000,
        unit: 'a second',
      },
      { name: 'spends', is: rate('Shuke: spends'), atLeast: 800, unit: 'a second' },
      { name: 'p50 of a purchase', is: till.p50, below: 10, unit: 'ms' },
    ]);
  } finally {
    await connection.close();
    await database.remove();
  }
}

type Measured = { name: string; count: number; succeeded: number; perSecond: number; cpuUs: string };

/** @returns how many succeeded */
async function runAtOnce(count: number, work: (nth: number) => Promise<boolean>): Promise<number> {
  let next = 0;
  let succeeded = 0;
  const runner = async () => {
    for (let nth = next++; nth < count; nth = next++) if (await work(nth)) succeeded++;
  };
  await Promise.all(Array.from({ length: connections }, runner));
  return succeeded;
}

/** Purchases of bound members: points earned and told, tiers, invitations, facts. */
async function benchPurchases(database: Awaited<ReturnType<typeof openDurableDatabase>>) {
  const connection = connectDatabase(database.url, { log: createLogger('silent'), name: 'bench', max: 2 });
  await openStore(connection.db);
  const made = await createTransact(
    connection.db,
    [],
  )((tx) => createApiKey(tx, { name: 'bench', scopes: ['purchases'], now, actor: tester }));
  await connection.close();
  if (!made.ok) throw new Error(made.reason);
  const { key } = made;
  const bare = await startRemote<BareServer>(join(import.meta.dirname, 'bare-server.ts'));
  // Nobody listens there: a till needs no LINE.
  const line = { url: 'http://127.0.0.1:9', channelSecret, channelAccessToken: 'no-token-is-needed' };
  const service = await startService({ databaseUrl: database.url, role: 'web', line });
  try {
    const barePort = await bare.call('serve', database.url);
    const cpu = createCpuMeter({ service: service.pid, database: await database.serverPid() });
    const bareCpu = createCpuMeter({ service: bare.pid, database: await database.serverPid() });
    let receipts = 0;
    const toPurchase = () => purchaseRequest(receipts++, key);
    const toBare = () => {
      const body = { events: [{ webhookEventId: `receipt-${receipts++}` }] };
      return toRequest('/line/webhook', Buffer.from(JSON.stringify(body)), {
        'content-type': 'application/json',
      });
    };
    const load = (port: number, count: number, next: () => Buffer, ms = purchases.ms) =>
      loadClosed({ port, connections: count, ms, next });
    await load(service.port, 4, toPurchase, 2_000);
    await load(barePort, 4, toBare, 1_000);
    await database.pool.query('analyze');
    const rows: (string | number)[][] = [];
    let last = { p50: Number.NaN, ratio: Number.NaN };
    for (const count of [1, purchases.connections]) {
      bareCpu.start();
      const plain = await load(barePort, count, toBare);
      rows.push(toRow('bare Fastify + pg, one row', count, plain, bareCpu.usPer(plain.answered)));
      cpu.start();
      const ours = await load(service.port, count, toPurchase);
      rows.push(toRow('Shuke, a purchase', count, ours, cpu.usPer(ours.answered)));
      const p50 = percentile(ours.latencies, 0.5);
      if (count === 1) last = { p50, ratio: p50 / percentile(plain.latencies, 0.5) };
    }
    return { rows, ...last };
  } finally {
    await Promise.all([service.end('SIGKILL'), bare.end('SIGKILL')]);
  }
}

function purchaseRequest(nth: number, key: string): Buffer {
  const totalTwd = 300 + (nth % 17) * 100;
  const line = (lineNo: number, unitPriceTwd: number) => ({
    lineNo,
    sku: `TEA-${lineNo}`,
    name: '高山茶',
    category: '茶葉',
    quantity: 1,
    unitPriceTwd,
  });
  const body = {
    storeCode: 'xinyi',
    receiptNo: `BENCH-${nth}`,
    purchasedAt: new Date().toISOString(),
    channel: nth % 4 === 0 ? 'online' : 'store',
    member: { memberNo: crowdMemberNo(1 + (nth % people)) },
    lines: [line(1, 200), line(2, totalTwd - 200)],
    totalTwd,
  };
  return toRequest('/api/v1/purchases', Buffer.from(JSON.stringify(body)), {
    'content-type': 'application/json',
    authorization: `Bearer ${key}`,
  });
}

function toRow(name: string, count: number, result: LoadResult, cpuUs: string): (string | number)[] {
  const { latencies, statuses, answered } = result;
  const good = (statuses.get(200) ?? 0) + (statuses.get(201) ?? 0);
  const times = [percentile(latencies, 0.5), percentile(latencies, 0.99)];
  return [name, count, round(perSecond(result)), ...times.map(round), answered - good, cpuUs];
}
