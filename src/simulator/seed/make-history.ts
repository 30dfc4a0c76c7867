import { addDays, daysBetween, instantInZone } from '../../foundation/clock.ts';
import { luhnCheckDigit } from '../../foundation/ids.ts';
import { demoCategories, demoStores, givenNames, type Product, surnames } from './demo-shop.ts';
import { createRandom, type Random } from './random.ts';

/** A person of the demo's past, and what they bought. Days are business days. */
export type PastShopper = {
  memberNo: string;
  phone: string;
  name: string;
  birthday: { month: number; day: number } | null;
  /** Oldest first. */
  purchases: PastReceipt[];
};

export type PastReceipt = {
  storeCode: string;
  receiptNo: string;
  at: Date;
  channel: 'store' | 'online';
  lines: { product: Product; category: string; quantity: number }[];
  totalTwd: number;
  /** Days after the purchase on which it came back: one line of it, or all. */
  back: { afterDays: number; what: 'one' | 'all' } | null;
};

export type HistoryPlan = {
  people: number;
  /** The first morning that the demo will see; history ends two days before. */
  firstMorning: string;
  zone: string;
  seed: number;
};

const months18 = 548;
/** NAPL's window: who bought last on this day before the first morning passes out of it then. */
const lapseDays = 91;
/** How people buy: share of all people, and how often in 18 months. */
const habits = [
  { share: 0.06, from: 0, to: 0, basket: 1 },
  { share: 0.34, from: 1, to: 1, basket: 1 },
  { share: 0.34, from: 2, to: 5, basket: 2 },
  { share: 0.18, from: 6, to: 14, basket: 3 },
  { share: 0.08, from: 15, to: 30, basket: 5 },
] as const;

/**
 * 500 regulars and strangers with 18 months behind them, the same for the same seed and first morning: every week of
 * the year has birthdays, a few fall on 29 February, and on each of the first mornings some pass the 90 days.
 */
export function makeHistory(plan: HistoryPlan): PastShopper[] {
  const random = createRandom(plan.seed);
  const receipts = new Map<string, number>();
  return Array.from({ length: plan.people }, (_, at) => {
    const days = lapseOnFirstMornings(at, buyingDays(random, plan.firstMorning), plan.firstMorning);
    const favourite = pickCategory(random);
    return {
      memberNo: memberNoOf(at),
      phone: `09${String(20_000_000 + at * 1_237).padStart(8, '0')}`,
      name: random.pick(surnames) + random.pick(givenNames),
      birthday: birthdayOf(at, plan.firstMorning),
      purchases: days.map((day) => makeReceipt(random, receipts, { day, favourite, zone: plan.zone })),
    };
  });
}

/** A member number with its check digit, the same for the same place in the list. */
function memberNoOf(at: number): string {
  const body = String(300_000_000 + at * 1_111);
  return body + luhnCheckDigit(body);
}

/** One in seven gave none; three were born on 29 February; the others are spread from the first morning on. */
function birthdayOf(at: number, firstMorning: string): PastShopper['birthday'] {
  if (at % 7 === 6) return null;
  if (at % 170 === 3) return { month: 2, day: 29 };
  const [, month = 1, day = 1] = addDays(firstMorning, Math.floor((at * 365) / 500) % 365)
    .split('-')
    .map(Number);
  return { month, day };
}

function buyingDays(random: Random, firstMorning: string): string[] {
  let draw = random.next();
  const habit = habits.find((each) => {
    draw -= each.share;
    return draw < 0;
  });
  const count = habit ? random.int(habit.from, habit.to) : 1;
  // Recent days are likelier: a shop that grows.
  return Array.from({ length: count }, () =>
    addDays(firstMorning, -2 - Math.floor(random.next() ** 1.3 * (months18 - 2))),
  ).sort();
}

/** One in forty bought last exactly so long ago that one of the first five mornings brings them back. */
function lapseOnFirstMornings(at: number, days: string[], firstMorning: string): string[] {
  if (at % 40 !== 11 || days.length === 0) return days;
  const lastOn = addDays(firstMorning, (Math.floor(at / 40) % 5) - lapseDays);
  return [...days.filter((day) => daysBetween(day, lastOn) > 0), lastOn];
}

function makeReceipt(
  random: Random,
  receipts: Map<string, number>,
  of: { day: string; favourite: string; zone: string },
): PastReceipt {
  const channel = random.chance(0.2) ? 'online' : 'store';
  const storeCode = channel === 'online' ? demoStores[0].code : random.pick(demoStores).code;
  const minutes = random.int(11 * 60, 20 * 60);
  const time = `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
  const number = (receipts.get(storeCode) ?? 0) + 1;
  receipts.set(storeCode, number);
  const lines = Array.from({ length: random.int(1, 3) }, () => {
    const category = random.chance(0.6) ? of.favourite : pickCategory(random);
    const products = demoCategories.find((each) => each.name === category)?.products ?? [];
    return { product: random.pick(products), category, quantity: random.chance(0.25) ? 2 : 1 };
  });
  const draw = random.next();
  return {
    storeCode,
    receiptNo: `${storeCode.slice(0, 2)}${String(number).padStart(6, '0')}`,
    at: instantInZone(of.day, time, of.zone),
    channel,
    lines,
    totalTwd: lines.reduce((sum, line) => sum + line.quantity * line.product.priceTwd, 0),
    back: draw < 0.03 ? { afterDays: 1, what: 'all' } : draw < 0.06 ? { afterDays: 1, what: 'one' } : null,
  };
}

const allWeights = demoCategories.reduce((sum, category) => sum + category.weight, 0);

function pickCategory(random: Random): string {
  let draw = random.next() * allWeights;
  const found = demoCategories.find((category) => {
    draw -= category.weight;
    return draw < 0;
  });
  return (found ?? demoCategories[0])?.name ?? '';
}
