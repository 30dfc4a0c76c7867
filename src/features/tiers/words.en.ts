import type { TiersWords } from './words.zh-TW.ts';

export const en: TiersWords = {
  cardTitle: () => 'Member card: tier, points and coupons',
  lastFour: (digits) => `ends in ${digits}`,
  activePoints: () => 'Points to use',
  pointsUnit: () => 'points',
  pending: (points, day) => `${points} more from ${day}`,
  ending: (points, day, isOne) => `${points} of them ${isOne ? 'ends' : 'end'} on ${day}`,
  toNext: (money, tier, months) => `${money} more and you are ${tier} (last ${months} months)`,
  top: () => 'You hold the highest tier. Thank you for coming so often',
  showCode: () => 'Show my code',
  myCoupons: () => 'My coupons',
  pointsHistory: () => 'Points history',
  seeCard: () => 'My card',
  seeTiers: () => 'Tier benefits',
  whyTier: () => 'Why this tier?',
  risen: ({ name, tier, until, benefit, emoji }) =>
    `${name ? `${name}, you` : 'You'} are ${tier} now! ${emoji}Until ${until} you have ${benefit}.`,
  withdrawn: (months, spent, tier, missing, back) =>
    `After the return, your last ${months} months come to ${spent}, so your tier is ${tier}. ${missing} more brings ${back} back.`,
  noticeTitle: () => 'About your tier',
  tiersTitle: () => 'How tiers work',
  tiersHow: (months) =>
    `We look at what you spent in the last ${months} months, returns taken off. You rise at once, and a tier lasts a year from that day.`,
  tierFrom: (money) => `from ${money}`,
  tierStart: () => 'from joining',
  yourTier: () => 'your tier',
};
