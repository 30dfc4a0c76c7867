import type { TiersWords } from './words.zh-TW.ts';

export const en: TiersWords = {
  cardTitle: () => 'Member card: tier, points and coupons',
  lastFour: (digits) => `ends in ${digits}`,
  activePoints: () => 'Points to use',
  pointsUnit: () => 'points',
  pending: (points, day) => `${points} more from ${day}`,
  ending: (points, day, isOne) => `${points} of them ${isOne ? 'ends' : 'end'} on ${day}`,
  debt: (points) => `An earlier return takes back ${points}; what you collect next settles it first`,
  toNext: (money, tier, months) => `${money} more and you are ${tier} (last ${months} months)`,
  toRank: (percent, tier, day) =>
    `Be among the top ${percent}% by spending and you are ${tier}. Next ranking: ${day}`,
  lastCut: (money, tier) => `Last time ${money} was enough for ${tier}`,
  toScore: (score, min, tier, day) =>
    `Your score is ${score}; with ${min} you are ${tier}. Next count: ${day}`,
  benefits: (names) => `You have: ${names.join(', ')}`,
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
  withdrawnRank: (days, spent, tier, day) =>
    `After the return, your last ${days} days come to ${spent}, so your tier is ${tier}. Next ranking: ${day}.`,
  noticeTitle: () => 'About your tier',
  tiersTitle: () => 'How tiers work',
  tiersHow: (months) =>
    `We look at what you spent in the last ${months} months, returns taken off. You rise at once, and a tier lasts a year from that day.`,
  tiersByRank: (days, floor) =>
    `On the 1st of each month we rank members by what they spent in the last ${days} days, returns taken off, from ${floor} on.`,
  tiersByScore: (days, weights) =>
    `On the 1st of each month we compare the last ${days} days of all members: spending up to ${weights.spend}, purchases ${weights.frequency}, taking part ${weights.activity}.`,
  tierProtected: (kept) => `For ${kept} days after rising you keep your tier.`,
  tierTop: (percent) => `top ${percent}%`,
  tierFromScore: (score) => `from a score of ${score}`,
  tierKeptFrom: (money) => `${money} keeps it`,
  bullet: (name) => `• ${name}`,
  tierFrom: (money) => `from ${money}`,
  tierStart: () => 'from joining',
  yourTier: () => 'your tier',
};
