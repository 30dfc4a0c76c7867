import type { CouponWords } from './words.zh-TW.ts';

export const en: CouponWords = {
  claimable: (count, isOne) =>
    isOne ? '1 coupon is ready to claim.' : `${count} coupons are ready to claim.`,
  claimableAlt: (count, first) => `Coupons to claim (${count}): ${first} and more`,
  noneClaimable: () => 'No coupons to claim right now. The ones you have are in My coupons.',
  claimed: (title, end, emoji) => `Got it! ${emoji}${title} is in My coupons, good through ${end}.`,
  exchanged: (title, end, price, emoji) =>
    `Done! ${emoji}For ${price}, ${title} is in My coupons, good through ${end}.`,
  askPrice: (title, price, left) => `Exchange ${price} for ${title}? You'd have ${left} left.`,
  costs: (title, price) => `${title} costs ${price}`,
  tooFewPoints: (title, price, missing) =>
    `${title} costs ${price}; you need ${missing} more. Just tap again once you have them.`,
  otherAudience: (title) => `${title} is for members who were invited. Have a look at the others.`,
  agreePrice: () => 'Exchange',
  notNow: () => 'Not now',
  points: () => 'Points',
  exchange: (points) => `Use ${points}`,
  price: (points) => `For ${points}`,
  soldOut: (title) => `${title} is all gone. Have a look at the others.`,
  alreadyClaimed: (title, perMember) => `You already have ${title}: ${perMember} per person.`,
  takenMayMore: (title, perMember) =>
    `You already took this ${title}. You can have another: up to ${perMember} per person.`,
  exchangedMayMore: (title, perMember) =>
    `You already exchanged points for this ${title}. You can have another: up to ${perMember} per person.`,
  takenBefore: (title) => `You already took this ${title}. Have a look at the others.`,
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
  claimMore: () => 'Take another',
  exchangeMore: () => 'Exchange again',
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
  named: (name) => `"${name}"`,
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
