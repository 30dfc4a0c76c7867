import { purchaseRoutes } from '#features/purchases/purchase-routes.ts';
import { returnRoutes } from '#features/purchases/return-routes.ts';
import { storeRoutes } from '#features/stores/stores-routes.ts';
import { readEarnPercent } from '#features/tiers/earn-percent-reads.ts';
import type { AnyReaction } from '#foundation/facts.ts';
import { type Answered, openTestApi, type TestApi } from './api.ts';
import type { TestDatabase } from './database.ts';
import { openStore } from './shop.ts';

export type Till = TestApi & {
  /** A receipt body that is acceptable; each has a number of its own. */
  receipt(over?: object): Record<string, unknown>;
  buy(over?: object): Promise<Answered & { receipt: Record<string, unknown> }>;
  /** Returns goods of a receipt that `buy` gave; everything unless lines are named. */
  giveBack(receipt: Record<string, unknown>, over?: object): Promise<Answered>;
};

/** A till over a test database, with the stores xinyi and banqiao. */
export async function openTill(
  database: TestDatabase,
  options: { now?: string; reactions?: readonly AnyReaction[] } = {},
): Promise<Till> {
  const api = await openTestApi(
    database,
    (context) => [
      storeRoutes(context),
      purchaseRoutes(context, { earnPercentOf: readEarnPercent }),
      returnRoutes(context),
    ],
    options,
  );
  await openStore(api.db);
  await openStore(api.db, 'banqiao', '板橋店');
  let slips = 0;

  const receipt = (over: object = {}): Record<string, unknown> => ({
    storeCode: 'xinyi',
    receiptNo: `R-${slips++}`,
    purchasedAt: '2026-11-21T12:00:00+08:00',
    channel: 'store',
    member: null,
    lines: [
      {
        lineNo: 1,
        sku: 'TEA-1',
        name: '高山茶',
        category: '茶葉',
        quantity: 2,
        unitPriceTwd: 500,
        discountTwd: 0,
      },
      {
        lineNo: 2,
        sku: 'CUP-1',
        name: '茶杯',
        category: '器皿',
        quantity: 1,
        unitPriceTwd: 300,
        discountTwd: 20,
      },
    ],
    totalTwd: 1280,
    pointsPaid: 0,
    claimIds: [],
    ...over,
  });
  return {
    ...api,
    receipt,
    async buy(over) {
      const told = receipt(over);
      return { ...(await api.call('POST', '/purchases', told)), receipt: told };
    },
    giveBack: (told, over = { full: true }) =>
      api.call('POST', '/returns', {
        storeCode: told.storeCode,
        purchaseStoreCode: told.storeCode,
        receiptNo: told.receiptNo,
        purchasedOn: '2026-11-21',
        returnNo: `B-${slips++}`,
        returnedAt: '2026-11-21T15:00:00+08:00',
        ...over,
      }),
  };
}
