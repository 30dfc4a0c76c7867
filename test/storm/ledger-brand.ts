import { redemptionRoutes } from '#features/coupons/redemptions-routes.ts';
import { openBalances } from '#features/points/open-balances.ts';
import { purchaseRoutes } from '#features/purchases/purchase-routes.ts';
import { returnRoutes } from '#features/purchases/return-routes.ts';
import { readEarnPercent } from '#features/tiers/earn-percent-reads.ts';
import { canonicalJson } from '#foundation/content-hash.ts';
import { connectDatabase, type Db, sql } from '#foundation/db.ts';
import { createLogger } from '#foundation/log.ts';
import { proveAll, tellFindings } from '#foundation/prove.ts';
import { proofs } from '../../src/proofs.ts';
import { reactions } from '../../src/reactions.ts';
import { crowdMemberNo } from '../support/bound-people.ts';
import { type Answered, type MachineApi, openMachineApi } from '../support/machine-api.ts';
import { openStore, tester } from '../support/shop.ts';

export const zone = 'Asia/Taipei';
export type Shopper = { memberId: number; memberNo: string };
export type LedgerBrand = Awaited<ReturnType<typeof openLedgerBrand>>;

/** What a part of the storm found: figures to print, and every broken promise in words. */
export type Outcome = { figures: Record<string, number | string>; findings: string[] };

/** A brand with two stores, its real doors and reactions, and as many connections as are to push at once. */
export async function openLedgerBrand(url: string, connections: number) {
  const log = createLogger('silent');
  const connection = connectDatabase(url, { log, name: 'storm', max: connections });
  const { db } = connection;
  const api: MachineApi = await openMachineApi(
    db,
    (context) => [
      purchaseRoutes(context, { earnPercentOf: readEarnPercent }),
      returnRoutes(context),
      redemptionRoutes(context),
    ],
    { reactions },
  );
  const store = await openStore(db);
  await openStore(db, 'banqiao', '板橋店');
  let members = 0;

  return {
    ...api,
    connections,
    store,
    /** New members, bound, with so many points each that end with the next year. */
    async welcome(count: number, points = 0): Promise<Shopper[]> {
      const shoppers = await insertMembers(db, members, count);
      members += count;
      if (points > 0) {
        const rows = shoppers.map(({ memberId }) => ({ memberId, points }));
        await api.transact((tx) => openBalances(tx, rows, { now: api.clock.now(), actor: tester }));
      }
      return shoppers;
    },
    /** Runs all works, as many at once as there are connections. */
    async rush<T>(count: number, work: (nth: number) => Promise<T>): Promise<T[]> {
      const done: T[] = [];
      let next = 0;
      const runner = async () => {
        for (let nth = next++; nth < count; nth = next++) done[nth] = await work(nth);
      };
      await Promise.all(Array.from({ length: connections }, runner));
      return done;
    },
    buy: (over: { receiptNo: string; totalTwd: number } & Record<string, unknown>): Promise<Answered> =>
      api.call('POST', '/purchases', {
        storeCode: 'xinyi',
        purchasedAt: api.clock.now().toISOString(),
        channel: 'store',
        member: null,
        lines: [
          {
            lineNo: 1,
            sku: 'TEA-1',
            name: '高山茶',
            category: '茶葉',
            quantity: 1,
            unitPriceTwd: over.totalTwd,
          },
        ],
        ...over,
      }),
    giveBack: (
      over: { receiptNo: string; purchasedOn: string; returnNo: string } & Record<string, unknown>,
    ): Promise<Answered> =>
      api.call('POST', '/returns', {
        storeCode: 'xinyi',
        purchaseStoreCode: 'xinyi',
        returnedAt: api.clock.now().toISOString(),
        ...over,
      }),
    /** What does not add up in all that is stored; empty when all is well. */
    async prove(): Promise<string[]> {
      const findings = await proveAll(db, proofs);
      return findings.first === null ? [] : [tellFindings(findings)];
    },
    async close(): Promise<void> {
      await api.app.close();
      await connection.close();
    },
  };
}

async function insertMembers(db: Db, from: number, count: number): Promise<Shopper[]> {
  const numbers = Array.from({ length: count }, (_, at) => crowdMemberNo(from + at + 1));
  const made = await sql<Shopper>`
    insert into members (member_no, joined_at, created_at)
    select member_no, '2020-01-01T00:00:00Z', '2020-01-01T00:00:00Z'
    from unnest(${numbers}::text[]) with ordinality as given (member_no, nth) order by nth
    returning id as "memberId", member_no as "memberNo"`.execute(db);
  return made.rows;
}

/** How often each answer came, by status and the code of its refusal. */
export function tally(answers: readonly Answered[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const answer of answers) {
    const name = [answer.status, refusalOf(answer)].filter(Boolean).join(' ');
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

/** The code of the field that was refused, else that of the answer; null when it was no refusal. */
export function refusalOf({ body }: Answered): string | null {
  const { error } = (body ?? {}) as { error?: { code: string; fields?: { code: string }[] } };
  return error?.fields?.[0]?.code ?? error?.code ?? null;
}

/** A finding where two values differ, else none. */
export function expectSame(what: string, expected: unknown, found: unknown): string[] {
  const [left, right] = [canonicalJson(expected), canonicalJson(found)];
  return left === right ? [] : [`${what}: expected ${left}, found ${right}`];
}

/** One number of one row. */
export async function count(db: Db, query: ReturnType<typeof sql<{ count: number }>>): Promise<number> {
  return (await query.execute(db)).rows[0]?.count ?? 0;
}
