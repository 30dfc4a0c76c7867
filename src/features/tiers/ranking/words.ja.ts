import type { RankingWords } from './words.zh-TW.ts';

export const ja: RankingWords = {
  title: () => 'ランクのお知らせ',
  belowRank: (on, spent, percent) =>
    `${on}の順位では、お買い物が${spent}で、今回は上位${percent}%に入りませんでした。`,
  belowScore: (on, score, min) => `${on}の点数は${score}点で、今回は${min}点に届きませんでした。`,
  decides: (tier, on) => `${tier}はそのままで、${on}の順位でもう一度決まります。`,
  buttons: () => ({ card: '会員証を見る' }),
};
