import { crowdMemberNo } from '../support/bound-people.ts';
import type { StormWorld } from './world.ts';

export type RungUp = { receiptNo: string; memberNo: string; totalTwd: number; purchaseId: string | null };

/**
 * A till that asks again, at the other process, as long as it got no answer: the receipt number is the key. `open`
 * rings up one purchase after another; `close` resolves once the last has its answer.
 */
export function createTill(world: StormWorld) {
  const receipts: RungUp[] = [];
  let isOpen = false;
  let work: Promise<void> = Promise.resolve();

  async function ringUp(): Promise<void> {
    const nth = receipts.length;
    const memberNo = crowdMemberNo(1 + (nth % world.people));
    const receipt: RungUp = {
      receiptNo: `S-${nth}`,
      memberNo,
      totalTwd: 100 * (1 + (nth % 9)),
      purchaseId: null,
    };
    receipts.push(receipt);
    const body = JSON.stringify({
      storeCode: 'storm',
      receiptNo: receipt.receiptNo,
      purchasedAt: new Date().toISOString(),
      channel: 'store',
      member: { memberNo },
      lines: [
        {
          lineNo: 1,
          sku: 'TEA-1',
          name: '高山茶',
          category: '茶葉',
          quantity: 1,
          unitPriceTwd: receipt.totalTwd,
        },
      ],
      totalTwd: receipt.totalTwd,
    });
    for (let attempt = 0; attempt < 200 && receipt.purchaseId === null; attempt++) {
      const url = world.urls()[(nth + attempt) % world.services.length];
      try {
        const answer = await fetch(`${url}/api/v1/purchases`, {
          method: 'POST',
          headers: { authorization: `Bearer ${world.apiKey}`, 'content-type': 'application/json' },
          body,
          signal: AbortSignal.timeout(3_000),
        });
        const text = await answer.text();
        if (answer.ok) receipt.purchaseId = JSON.parse(text).purchaseId;
        else if (answer.status < 500) throw new Refused(`${answer.status} ${text}`);
      } catch (error) {
        if (error instanceof Refused) throw error;
      }
      if (receipt.purchaseId === null) await new Promise((done) => setTimeout(done, 150));
    }
  }

  return {
    receipts,
    ringUp,
    open(everyMs: number): void {
      isOpen = true;
      work = (async () => {
        while (isOpen) {
          await ringUp();
          await new Promise((done) => setTimeout(done, everyMs));
        }
      })();
    },
    async close(): Promise<void> {
      isOpen = false;
      await work;
    },
  };
}

class Refused extends Error {}
