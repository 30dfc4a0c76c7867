import type { WhyTierWords } from './words.zh-TW.ts';

export const en: WhyTierWords = {
  title: () => 'Why you hold this tier',
  first: (tier) => `${tier} is where every member starts.`,
  risen: (on, months, spent, threshold, tier) =>
    `With the purchase on ${on} your last ${months} months came to ${spent}. ${tier} takes ${threshold}, so you rose.`,
  withdrawn: (on, months, spent, tier) =>
    `After the return on ${on} your last ${months} months came to ${spent}, so your tier is ${tier}.`,
  fallen: (on, months, spent, tier) =>
    `At the review on ${on} your last ${months} months came to ${spent}, so your tier is ${tier}.`,
  since: (on, tier) => `You have been ${tier} since ${on}, by what you had spent before.`,
  now: (months, spent) => `As of today your last ${months} months come to ${spent}.`,
  keep: (tier, until, months, threshold) =>
    `${tier} lasts until ${until}. With ${threshold} in the ${months} months up to that day you keep it.`,
  next: (missing, tier) => `${missing} more and you are ${tier}.`,
  top: () => 'There is no higher tier.',
  buttons: () => ({ card: 'My card', tiers: 'Tier benefits' }),
};
