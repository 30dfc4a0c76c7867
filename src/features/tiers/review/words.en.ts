import type { ReviewWords } from './words.zh-TW.ts';

export const en: ReviewWords = {
  title: () => 'About your tier',
  review: (of) =>
    `Your tier is looked at on ${of.on}. For the ${of.months} months up to then you have ${of.spent}; ${of.missing} more and you stay ${of.tier}.`,
  buttons: () => ({ card: 'My card' }),
};
