import type { ReviewWords } from './words.zh-TW.ts';

export const ja: ReviewWords = {
  title: () => 'ランクのお知らせ',
  review: (of) =>
    `${of.on}にランクを見直します。その日までの${of.months}か月のお買い物は${of.spent}、あと${of.missing}で${of.tier}が続きます。`,
  buttons: () => ({ card: '会員証を見る' }),
};
