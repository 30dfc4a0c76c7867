import type { Story } from './story.ts';

export type Slip = { storeCode: string; receiptNo: string; purchasedAt: string } & Record<string, unknown>;
type Answered = Awaited<ReturnType<Story['call']>>;

/** The tills of two stores and the web shop, speaking to the service by its API alone. */
export async function openStoryTill(story: Story) {
  const stores = { xinyi: '信義店', banqiao: '板橋店', web: '網路商店' };
  for (const [code, name] of Object.entries(stores)) {
    const body = { name, address: '台北市信義區松高路 1 號', phone: '02-2345-6789' };
    const saved = await story.call('PUT', `/stores/${code}`, body);
    if (saved.status >= 300) throw new Error(JSON.stringify(saved));
  }
  let slips = 0;

  /** A receipt of the business day with one line of `totalTwd`; each has a number of its own. */
  const receipt = (totalTwd: number, over: object = {}): Slip => ({
    storeCode: 'xinyi',
    receiptNo: `R-${++slips}`,
    purchasedAt: story.clock.now().toISOString(),
    channel: 'store',
    member: null,
    lines: [line(1, totalTwd)],
    totalTwd,
    pointsPaid: 0,
    claimIds: [],
    ...over,
  });

  return {
    receipt,
    line,
    async buys(totalTwd: number, over: object = {}): Promise<Answered & { slip: Slip }> {
      const slip = receipt(totalTwd, over);
      return { ...(await story.call('POST', '/purchases', slip)), slip };
    },
    /** Everything of a receipt comes back, or the lines that are named. */
    returns(slip: Slip, over: object = { full: true }): Promise<Answered> {
      return story.call('POST', '/returns', {
        storeCode: slip.storeCode,
        purchaseStoreCode: slip.storeCode,
        receiptNo: slip.receiptNo,
        purchasedOn: taipeiDay(slip.purchasedAt),
        returnNo: `B-${++slips}`,
        returnedAt: story.clock.now().toISOString(),
        ...over,
      });
    },
    looksUp: (member: object): Promise<Answered> => story.call('POST', '/members/lookup', member),
  };
}

export const line = (lineNo: number, amountTwd: number, over: object = {}) => ({
  lineNo,
  sku: `TEA-${lineNo}`,
  name: '高山茶',
  category: '茶葉',
  quantity: 1,
  unitPriceTwd: amountTwd,
  discountTwd: 0,
  ...over,
});

/** The day in Taipei, where the clock is eight hours ahead all year. */
export const taipeiDay = (instant: string): string =>
  new Date(Date.parse(instant) + 8 * 3_600_000).toISOString().slice(0, 10);
