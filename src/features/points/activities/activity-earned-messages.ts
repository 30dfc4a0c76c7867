import { z } from 'zod';
import { readLineUserOf } from '#features/members/person-reads.ts';
import { dateInZone } from '#foundation/clock.ts';
import { formatDateShort, formatPoints } from '#foundation/i18n.ts';
import { textMessage } from '#line/flex.ts';
import { declareMessageKind } from '#outbox/kinds.ts';
import { pointsWords } from '../points-messages.ts';
import { readActivityPoints } from './activity-reads.ts';
import { activityKinds } from './activity-rules.ts';

/** "Your survey answers are in: 20 points collected." */
export const pointsActivityKind = declareMessageKind({
  key: 'points_activity',
  purpose: 'service',
  schema: z.object({
    activityId: z.int(),
    kind: z.enum(activityKinds),
    storeName: z.string().nullable(),
    occurredOn: z.string(),
  }),
  async stillDue(tx, row) {
    const holder = row.memberId === null ? null : await readLineUserOf(tx, row.memberId);
    return holder === row.lineUserId ? null : 'unbound';
  },
  async render(tx, row) {
    const { locale, data, house, now } = row;
    const words = pointsWords[locale];
    const { points, settled } = await readActivityPoints(tx, data.activityId);
    const earned = words.activity[data.kind]({
      day: formatDateShort(locale, data.occurredOn, dateInZone(now, house.brand.zone)),
      store: data.storeName,
      points: formatPoints(locale, points),
    });
    const debt = settled > 0 ? [words.settled(formatPoints(locale, settled))] : [];
    return [textMessage([earned, ...debt].join('\n'))];
  },
});
