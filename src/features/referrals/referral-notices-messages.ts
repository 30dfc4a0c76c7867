import { z } from 'zod';
import { readClaim } from '#features/coupons/held-claims-reads.ts';
import { readLineUserOf } from '#features/members/person-reads.ts';
import type { Tx } from '#foundation/db.ts';
import { formatNumber } from '#foundation/i18n.ts';
import { readPolicy } from '#foundation/policy.ts';
import { textMessage } from '#line/flex.ts';
import { postbackAction } from '#line/flex-actions.ts';
import { encodePostback } from '#line/postback.ts';
import { declareMessageKind, type LeasedRow } from '#outbox/kinds.ts';
import { referralsPolicy } from './referral-rules.ts';
import { inviteAction, referralWords } from './referrals-messages.ts';

/** R4, to the inviter; never says which friend. */
export const referralBoundKind = declareMessageKind({
  key: 'referral_bound',
  purpose: 'service',
  schema: z.object({}),
  stillDue: isStillTheirs,
  async render(tx, row) {
    const words = referralWords[row.locale];
    const { keptDays } = await readPolicy(tx, referralsPolicy, row.now);
    return [
      textMessage(words.friendBound(formatNumber(keptDays), row.house.brand.address), [inviteAction(words)]),
    ];
  },
});

/** R5, to both. */
export const referralRewardedKind = declareMessageKind({
  key: 'referral_rewarded',
  purpose: 'service',
  schema: z.object({ role: z.enum(['inviter', 'invitee']), claimId: z.int() }),
  async stillDue(tx, row) {
    const claim = await readClaim(tx, row.data.claimId);
    return claim?.state === 'held' ? isStillTheirs(tx, row) : 'coupon_not_in_hand';
  },
  async render(tx, row) {
    const words = referralWords[row.locale];
    const claim = await readClaim(tx, row.data.claimId);
    if (!claim) return [];
    const { keptDays } = await readPolicy(tx, referralsPolicy, row.now);
    const emoji = row.house.brand.emoji === 'few' ? '🎉 ' : '';
    const reward = claim.title[row.locale];
    const sentence =
      row.data.role === 'inviter'
        ? words.rewardedInviter(reward, emoji, row.house.brand.address)
        : words.rewardedInvitee(formatNumber(keptDays), reward, emoji);
    const mine = postbackAction(words.myCoupons(), encodePostback('go:mine'));
    return [row.house.flex.megaText(sentence, [mine])];
  },
});

/** To the inviter, who has had as many gifts as one gets: the friend was rewarded all the same. */
export const referralFullKind = declareMessageKind({
  key: 'referral_full',
  purpose: 'service',
  schema: z.object({}),
  stillDue: isStillTheirs,
  async render(tx, row) {
    const words = referralWords[row.locale];
    const { caps } = await readPolicy(tx, referralsPolicy, row.now);
    const emoji = row.house.brand.emoji === 'few' ? '🎉 ' : '';
    const card = postbackAction(words.card(), encodePostback('go:card'));
    return [textMessage(words.full(formatNumber(caps.life ?? 0), emoji), [card])];
  },
});

/** The LINE account may have let go of the membership, or gone to somebody else, since. */
async function isStillTheirs(tx: Tx, row: LeasedRow<unknown>): Promise<string | null> {
  if (row.memberId === null) return 'no_member';
  return (await readLineUserOf(tx, row.memberId)) === row.lineUserId ? null : 'account_changed';
}
