import type { CouponWords } from './words.zh-TW.ts';

export const en: CouponWords = {
  claimable: (count, isOne) =>
    isOne ? '1 coupon is ready to claim.' : `${count} coupons are ready to claim.`,
  claimableAlt: (count, first) => `Coupons to claim (${count}): ${first} and more`,
  noneClaimable: () => 'No coupons to claim right now. The ones you have are in My coupons.',
  claimed: (title, end, emoji) => `Got it! ${emoji}${title} is in My coupons, good through ${end}.`,
  soldOut: (title) => `${title} is all gone. Have a look at the others.`,
  alreadyClaimed: (title, perMember) => `You already have ${title}: ${perMember} per person.`,
  notYet: (title, from) => `${title} can be claimed from ${from}. Just tap again then.`,
  claimEnded: (title, day) => `${title} could be claimed through ${day}; it's over for this time.`,
  otherTier: (title, tier, distance) =>
    `${title} is for ${tier} members. Spend ${distance} more to move up and it's yours.`,
  otherTierOpen: (title, tier) => `${title} is for ${tier} members. See how to move up.`,
  howToUse: () =>
    "Show your member code before you pay and tell the staff which coupon. It's for you only; screenshots don't work.",
  noneHeld: () => 'You have no coupons right now. Shall we see what you can claim?',
  used: (title, day, store) => `${title} was used on ${day} at ${store}.`,
  heldAlt: (count, first) => `My coupons (${count}): ${first} and more`,
  oneAlt: (title, end) => `Coupon: ${title}, good through ${end}`,
  oneAltOpen: (title) => `Coupon: ${title}`,
  claim: () => 'Claim',
  how: () => 'How to use',
  showCode: () => 'Show my code',
  coupons: () => 'Coupons',
  myCoupons: () => 'My coupons',
  tierHow: () => 'How to move up',
  more: () => 'See more',
  tierOnly: (tiers) => `${tiers.join(', ')} only`,
  gift: () => 'A gift',
  freeShipping: () => 'Free shipping',
  minSpend: (amount) => `Spend ${amount}`,
  only: (places) => `${places.join(', ')} only`,
  inStores: () => 'in stores',
  online: () => 'online',
  atMostOff: (amount) => `up to ${amount} off`,
  join: (parts) => parts.join('; '),
  afterClaim: (days) => `Good for ${days} days once claimed`,
  daysLeft: (days) =>
    days === 0 ? 'Last day today' : days === 1 ? 'Last day tomorrow' : `${days} days left`,
  usedMark: () => 'Used',
};
