import { addDays, instantInZone } from '../../foundation/clock.ts';
import { demoCategories, demoStores } from './demo-shop.ts';
import type { PastReceipt, PastShopper } from './make-history.ts';

/** Someone on a simulated phone. */
export type SeededShopper = { userId: string; displayName: string; language: string };

/**
 * Those of the cast who are members from the start, by their place in it, so that the next morning brings one
 * message of each flow. All others of the cast are strangers.
 */
export const roles = [
  { place: 1, role: 'birthday', phone: '0911000001' },
  { place: 2, role: 'ending_coupon', phone: '0911000002' },
  { place: 4, role: 'lapse', phone: '0911000005' },
] as const;

export type Role = (typeof roles)[number]['role'];

/**
 * A phone that the till knows and nobody has bound: who binds it in the chat finds points and purchases. No birthday
 * is known with it, so any fits.
 */
export const tillPhone = '0912345678';

/** The past of someone with a role: bought lately, or last exactly 91 days before the first morning. */
export function pastOfRole(
  role: Role | 'till',
  name: string,
  firstMorning: string,
  zone: string,
): PastShopper {
  const place = ['birthday', 'ending_coupon', 'lapse', 'till'].indexOf(role);
  const [, month = 1, day = 1] = firstMorning.split('-').map(Number);
  const days = role === 'lapse' ? [-200, -150, -91] : [-160, -75, -20];
  return {
    memberNo: ['2000000006', '2000000014', '2000000022', '2000000030'][place] ?? '',
    phone: roles.find((each) => each.role === role)?.phone ?? tillPhone,
    name,
    birthday: role === 'birthday' ? { month, day } : null,
    purchases: days.map((ago, at) => receiptOf(place * 10 + at, addDays(firstMorning, ago), zone)),
  };
}

function receiptOf(number: number, day: string, zone: string): PastReceipt {
  const [tea] = demoCategories;
  const product = tea?.products[number % 4];
  if (!tea || !product) throw new Error('The demo shop sells no tea');
  return {
    storeCode: demoStores[0].code,
    receiptNo: `ROLE${String(number).padStart(4, '0')}`,
    at: instantInZone(day, '15:20', zone),
    channel: 'store',
    lines: [{ product, category: tea.name, quantity: 3 }],
    totalTwd: product.priceTwd * 3,
    back: null,
  };
}
