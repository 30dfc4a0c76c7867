import type { WhyTierWords } from './words.zh-TW.ts';

export const en: WhyTierWords = {
  title: () => 'Why you hold this tier',
  first: (tier) => `${tier} is where every member starts.`,
  risen: (on, months, spent, threshold, tier) =>
    `With the purchase on ${on} your last ${months} months came to ${spent}. ${tier} takes ${threshold}, so you rose.`,
  receipt: (store, slipNo) => `That was receipt ${slipNo}, ${store}.`,
  raised: (on, months, spent, threshold, tier) =>
    `At the review on ${on} your last ${months} months came to ${spent}. ${tier} takes ${threshold}, so you rose.`,
  rankedUp: (on, days, spent, place, percent, tier) =>
    `In the ranking of ${on} your last ${days} days came to ${spent}: place ${place}, among the top ${percent}%, so you rose to ${tier}.`,
  rankedDown: (on, days, spent, place, tier) =>
    `In the ranking of ${on} your last ${days} days came to ${spent}: place ${place}, so your tier is ${tier}.`,
  scoredUp: (on, score, min, tier) => `On ${on} your score was ${score}. ${tier} takes ${min}, so you rose.`,
  scoredDown: (on, score, tier) => `On ${on} your score was ${score}, so your tier is ${tier}.`,
  withdrawn: (on, months, spent, tier) =>
    `After the return on ${on} your last ${months} months came to ${spent}, so your tier is ${tier}.`,
  fallen: (on, months, spent, tier) =>
    `At the review on ${on} your last ${months} months came to ${spent}, so your tier is ${tier}.`,
  since: (on, tier) => `You have been ${tier} since ${on}, by what you had spent before.`,
  now: (months, spent) => `As of today your last ${months} months come to ${spent}.`,
  keep: (tier, until, months, threshold) =>
    `${tier} lasts until ${until}. With ${threshold} in the ${months} months up to that day you keep it.`,
  nowRank: (on, spent, members, place) =>
    `In the last ranking, ${on}, you had spent ${spent}: place ${place} of ${members} members.`,
  nowScore: (on, score, spent, purchases, days) =>
    `The last count, ${on}: ${spent} spent, purchases: ${purchases}, days taking part: ${days}. Next to all members that is a score of ${score}.`,
  keepRank: (tier, until) =>
    `You keep ${tier} at least until ${until}; after that the ranking on the 1st of each month decides.`,
  nowMonthly: (tier) => `The ranking on the 1st of each month decides on ${tier}.`,
  nextRank: (percent, tier, cut) =>
    `Be among the top ${percent}% by spending and you are ${tier}${cut === null ? '' : `; last time that took ${cut}`}.`,
  nextScore: (min, tier) => `With a score of ${min} you are ${tier}.`,
  next: (missing, tier) => `${missing} more and you are ${tier}.`,
  top: () => 'There is no higher tier.',
  buttons: () => ({ card: 'My card', tiers: 'Tier benefits' }),
};
