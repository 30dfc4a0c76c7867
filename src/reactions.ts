import { onMembersMerged as mergeAudiences } from './features/audiences/on-members-merged.ts';
import { onMembersMerged as mergeCampaigns } from './features/campaigns/on-members-merged.ts';
import { onMemberBound as giveWelcomeGift } from './features/coupons/on-member-bound.ts';
import { onMembersMerged as mergeCoupons } from './features/coupons/on-members-merged.ts';
import { onMembersMerged as mergeFlows } from './features/flows/on-members-merged.ts';
import { onPurchaseRecorded as thankForOrder } from './features/flows/thanks/on-purchase-recorded.ts';
import { onPurchaseReturned as takeThanksBack } from './features/flows/thanks/on-purchase-returned.ts';
import {
  bindingMismatched,
  memberBound,
  membersMerged,
  spendingLocked,
} from './features/members/members-facts.ts';
import { onMembersMerged as mergePoints } from './features/points/on-members-merged.ts';
import { onMembersMerged as mergePurchases } from './features/purchases/on-members-merged.ts';
import { purchaseRecorded, purchaseReturned } from './features/purchases/purchases-facts.ts';
import { onMemberBound as tieInvitation } from './features/referrals/on-member-bound.ts';
import { onMembersMerged as mergeReferrals } from './features/referrals/on-members-merged.ts';
import { onPurchaseRecorded as noteFirstPurchase } from './features/referrals/on-purchase-recorded.ts';
import { onPurchaseReturned as reopenFirstPurchase } from './features/referrals/on-purchase-returned.ts';
import { onBindingMismatched as askStaffToCompare } from './features/tasks/on-binding-mismatched.ts';
import { onMembersMerged as mergeTasks } from './features/tasks/on-members-merged.ts';
import { onSpendingLocked as askStaffToCall } from './features/tasks/on-spending-locked.ts';
import { onMemberBound as linkTierMenu } from './features/tiers/on-member-bound.ts';
import { onMembersMerged as mergeTiers } from './features/tiers/on-members-merged.ts';
import { onPurchaseRecorded as raiseTier } from './features/tiers/on-purchase-recorded.ts';
import { onPurchaseReturned as withdrawTier } from './features/tiers/on-purchase-returned.ts';
import { onTierChanged } from './features/tiers/on-tier-changed.ts';
import { tierChanged } from './features/tiers/tiers-facts.ts';
import { type AnyReaction, reactTo } from './foundation/facts.ts';

/**
 * When this happens, that follows: in the same transaction, in this order, and never failing for business reasons.
 * A merge moves purchases first, because points, referrals and tiers read them, and coupons before points, because a
 * purchase locks them in that order.
 */
export const reactions: readonly AnyReaction[] = [
  reactTo(memberBound, 'give the welcome gift', giveWelcomeGift),
  reactTo(memberBound, 'tie the invitation to the new member', tieInvitation),
  reactTo(memberBound, "link the menu of the member's tier", linkTierMenu),

  reactTo(membersMerged, 'move purchases', mergePurchases),
  reactTo(membersMerged, 'move audiences', mergeAudiences),
  reactTo(membersMerged, 'move coupons', mergeCoupons),
  reactTo(membersMerged, 'move points', mergePoints),
  reactTo(membersMerged, 'move invitations', mergeReferrals),
  reactTo(membersMerged, 'keep the better tier', mergeTiers),
  reactTo(membersMerged, 'move flow entries', mergeFlows),
  reactTo(membersMerged, 'move campaigns', mergeCampaigns),
  reactTo(membersMerged, 'move tasks', mergeTasks),

  reactTo(bindingMismatched, 'ask the staff to compare two persons', askStaffToCompare),
  reactTo(spendingLocked, 'ask the staff to speak with the holder', askStaffToCall),

  reactTo(purchaseRecorded, 'raise the tier', raiseTier),
  reactTo(purchaseRecorded, "note an invited friend's first purchase", noteFirstPurchase),
  reactTo(purchaseRecorded, 'thank for an order on the internet', thankForOrder),
  reactTo(purchaseReturned, 'withdraw a rise that it carried', withdrawTier),
  reactTo(purchaseReturned, 'take the thanks for an order back', takeThanksBack),
  reactTo(purchaseReturned, "wait for the invited friend's next purchase", reopenFirstPurchase),

  reactTo(tierChanged, 'tell the member and link the menu', onTierChanged),
];
