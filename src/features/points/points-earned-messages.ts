import { z } from 'zod';
import { readLineUserOf } from '#features/members/person-reads.ts';
import { dateInZone } from '#foundation/clock.ts';
import type { Tx } from '#foundation/db.ts';
import { formatDateInSentence, formatDateShort, formatMoney, formatPoints } from '#foundation/i18n.ts';
import { textMessage } from '#line/flex.ts';
import { declareMessageKind } from '#outbox/kinds.ts';
import { listBonuses } from './earning/earning-rules.ts';
import { pointsWords, sayBonuses } from './points-messages.ts';
import { readPurchasePoints } from './purchase-points-reads.ts';

/** "On Dec 3 you spent NT$1,280 …: 12 points", as many as returns have left by the time it goes. */
export const pointsEarnedKind = declareMessageKind({
  key: 'points_earned',
  purpose: 'service',
  schema: z.object({
    purchaseId: z.int(),
    storeName: z.string(),
    totalTwd: z.int(),
    purchasedOn: z.string(),
    availableOn: z.string().nullable(),
  }),
  async stillDue(tx, row) {
    if ((await countStanding(tx, row.data.purchaseId)) === 0) return 'returned';
    const holder = row.memberId === null ? null : await readLineUserOf(tx, row.memberId);
    return holder === row.lineUserId ? null : 'unbound';
  },
  async render(tx, row) {
    const { locale, data, house, now } = row;
    const today = dateInZone(now, house.brand.zone);
    const words = pointsWords[locale];
    const points = await readPurchasePoints(tx, data.purchaseId);
    if (!points) return [];
    const standing = points.earned - points.takenBack;
    const what = {
      day: formatDateShort(locale, data.purchasedOn, today),
      store: data.storeName,
      money: formatMoney(locale, data.totalTwd),
      points: formatPoints(locale, standing),
      bonuses: points.bonus > 0 ? sayBonuses(locale, listBonuses(points.terms)) : [],
    };
    const settled = Math.min(points.settled, standing);
    const debt = settled > 0 ? [words.settled(formatPoints(locale, settled))] : [];
    const isPending = data.availableOn !== null && data.availableOn > today;
    const from = isPending ? formatDateInSentence(locale, data.availableOn as string, today) : null;
    const earned = from === null ? words.earned(what) : words.earnedPending({ ...what, from });
    return [textMessage([earned, ...debt].join('\n'))];
  },
});

async function countStanding(tx: Tx, purchaseId: number): Promise<number> {
  const known = await readPurchasePoints(tx, purchaseId);
  return known ? known.earned - known.takenBack : 0;
}
