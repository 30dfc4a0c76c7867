import { crowdMemberNo } from '../support/bound-people.ts';
import type { StormWorld } from './world.ts';

export type RungUp = { receiptNo: string; memberNo: string; totalTwd: number; purchaseId: string | null };

/**
 * A till that rings up one purchase after another, and asks again, at the other process, as long as it got no answer:
 * the receipt number is the key. `stop` resolves with all receipts once the last has its answer.
 */
export function startTill(world: StormWorld, options: { everyMs: number }): { stop(): Promise<RungUp[]> } {
  const receipts: RungUp[] = [];
  let isOpen = true;

  async function ringUp(nth: number): Promise<void> {
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

  const work = (async () => {
    for (let nth = 0; isOpen; nth++) {
      await ringUp(nth);
      await new Promise((done) => setTimeout(done, options.everyMs));
    }
  })();
  return {
    async stop() {
      isOpen = false;
      await work;
      return receipts;
    },
  };
}

class Refused extends Error {}
