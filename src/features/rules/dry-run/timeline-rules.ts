import { addMonths } from '#foundation/clock.ts';

/** A receipt of the past; days are business days. Money is whole NT$. */
export type PastPurchase = {
  purchaseId: number;
  memberId: number;
  purchasedOn: string;
  channel: 'store' | 'online';
  storeCode: string;
  totalTwd: number;
  pointsPaid: number;
  /** Of the total, up to now. */
  returnedTwd: number;
  isFullyReturned: boolean;
  /** Only where some rule asks for them. */
  lines: readonly { category: string; amountTwd: number }[];
};
export type PastReturn = { purchaseId: number; purchasedOn: string; returnedOn: string; amountTwd: number };

export type PastMember = {
  memberId: number;
  birthMonth: number | null;
  purchases: readonly PastPurchase[];
  returns: readonly PastReturn[];
  /** Days on which the person did something themselves, in order; only where some rule asks for them. */
  activeDays: readonly string[];
};

/** What happened to somebody's spend, in order; on one day what was bought stands before what came back. */
export type Step = { on: string; boughtOn: string; twd: number; purchaseId: number };

export function listSteps({ purchases, returns }: Pick<PastMember, 'purchases' | 'returns'>): Step[] {
  const bought = purchases.map(({ purchasedOn, totalTwd, purchaseId }) => ({
    on: purchasedOn,
    boughtOn: purchasedOn,
    twd: totalTwd,
    purchaseId,
  }));
  const back = returns.map(({ returnedOn, purchasedOn, amountTwd, purchaseId }) => ({
    on: laterOf(returnedOn, purchasedOn),
    boughtOn: purchasedOn,
    twd: -amountTwd,
    purchaseId,
  }));
  return [...bought, ...back].toSorted((a, b) =>
    a.on === b.on ? Math.sign(b.twd) - Math.sign(a.twd) : a.on < b.on ? -1 : 1,
  );
}

const laterOf = (a: string, b: string): string => (a > b ? a : b);

/**
 * Net spend of the `months` up to and including `on`, by the day of the purchase, as it stood after the first
 * `known` steps: what came back later had not come back then.
 */
export function netWithin(steps: readonly Step[], known: number, on: string, months: number): number {
  const after = monthsBefore(on, months);
  let net = 0;
  for (let at = 0; at < known; at++) {
    const { boughtOn, twd } = steps[at] as Step;
    if (boughtOn > after && boughtOn <= on) net += twd;
  }
  return net;
}

/** The same few days are asked for again and again, by every member. */
const known = new Map<string, string>();
const mostKnown = 20_000;

export function monthsBefore(on: string, months: number): string {
  const key = `${on}-${months}`;
  const found = known.get(key);
  if (found !== undefined) return found;
  if (known.size >= mostKnown) known.clear();
  const day = addMonths(on, -months);
  known.set(key, day);
  return day;
}

/** 'YYYY-MM' of a day. */
export const monthOf = (on: string): string => on.slice(0, 7);

/** The months that a day and the `count` − 1 months before it belong to, the oldest first. */
export function listMonths(today: string, count: number): string[] {
  const first = `${monthOf(today)}-01`;
  return Array.from({ length: count }, (_, at) => monthOf(addMonths(first, at - count + 1)));
}
