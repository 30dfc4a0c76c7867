import type { RankingWords } from './words.zh-TW.ts';

export const en: RankingWords = {
  title: () => 'About your tier',
  belowRank: (on, spent, percent) =>
    `In the ranking of ${on} you had spent ${spent}, which is not among the top ${percent}% this time.`,
  belowScore: (on, score, min) => `On ${on} your score was ${score}, this time below ${min}.`,
  decides: (tier, on) => `You stay ${tier} for now; the ranking of ${on} decides.`,
  buttons: () => ({ card: 'My card' }),
};
