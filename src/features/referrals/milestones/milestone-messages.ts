import '../tables.ts';
import { z } from 'zod';
import { readClaim } from '#features/coupons/held-claims-reads.ts';
import { readLineUserOf } from '#features/members/person-reads.ts';
import type { Tx } from '#foundation/db.ts';
import { formatNumber, type Locale } from '#foundation/i18n.ts';
import { postbackAction } from '#line/flex-actions.ts';
import { encodePostback } from '#line/postback.ts';
import type { House, Message } from '#line/turn.ts';
import { declareMessageKind } from '#outbox/kinds.ts';
import { referralWords } from '../referrals-messages.ts';
import type { Honour } from './milestone-reads.ts';

/** A title for bringing so many friends, and the gift that came with it. */
export const referralMilestoneKind = declareMessageKind({
  key: 'referral_milestone',
  purpose: 'service',
  schema: z.object({ milestoneId: z.int() }),
  async stillDue(tx, row) {
    if (row.memberId === null) return 'no_member';
    if ((await readMilestone(tx, row.data.milestoneId)) === null) return 'merged';
    return (await readLineUserOf(tx, row.memberId)) === row.lineUserId ? null : 'account_changed';
  },
  async render(tx, row) {
    const milestone = await readMilestone(tx, row.data.milestoneId);
    if (!milestone) return [];
    const { locale, house } = row;
    const claim = milestone.claimId === null ? null : await readClaim(tx, milestone.claimId);
    const gift = claim?.state === 'held' ? claim.title[locale] : null;
    return [
      tellMilestone(house, locale, { friends: milestone.friends, title: milestone.title[locale], gift }),
    ];
  },
});

/** What a title says to the one who earned it. @param about.gift the coupon that is in hand now, or null */
export function tellMilestone(
  house: House,
  locale: Locale,
  about: { friends: number; title: string; gift: string | null },
): Message {
  const words = referralWords[locale];
  const { friends, title, gift } = about;
  const emoji = house.brand.emoji === 'few' ? '🎉 ' : '';
  const count = formatNumber(friends);
  const sentence =
    gift === null
      ? words.milestone(count, title, emoji, friends === 1)
      : words.milestoneGift(count, title, gift, emoji, friends === 1);
  const card = postbackAction(words.card(), encodePostback('go:card'));
  const mine = postbackAction(words.myCoupons(), encodePostback('go:mine'));
  return house.flex.megaText(sentence, gift === null ? [card] : [mine, card]);
}

/** The line on the member card. */
export const sayHonour = (locale: Locale, { title, friends }: Honour): string =>
  referralWords[locale].honour(title[locale], formatNumber(friends));

async function readMilestone(tx: Tx, milestoneId: number) {
  const row = await tx
    .selectFrom('referral_milestones')
    .select(['friends', 'title', 'claim_id as claimId'])
    .where('id', '=', milestoneId)
    .executeTakeFirst();
  return row ?? null;
}
