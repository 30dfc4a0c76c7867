import type { WhyTierWords } from './words.zh-TW.ts';

export const ja: WhyTierWords = {
  title: () => 'ランクの理由',
  first: (tier) => `${tier}は、すべての会員の最初のランクです。`,
  risen: (on, months, spent, threshold, tier) =>
    `${on}のお買い物で直近${months}か月の合計が${spent}になり、${threshold}に達したため、${tier}に上がりました。`,
  withdrawn: (on, months, spent, tier) =>
    `${on}の返品後、直近${months}か月のお買い物が${spent}になったため、${tier}です。`,
  fallen: (on, months, spent, tier) =>
    `${on}の見直しで、直近${months}か月のお買い物が${spent}だったため、${tier}です。`,
  since: (on, tier) => `これまでのお買い物により、${on}から${tier}です。`,
  now: (months, spent) => `今日までの直近${months}か月のお買い物は${spent}です。`,
  keep: (tier, until, months, threshold) =>
    `${tier}は${until}まで続きます。その日に直近${months}か月で${threshold}以上なら、次の1年も続きます。`,
  next: (missing, tier) => `あと${missing}のお買い物で${tier}になります。`,
  top: () => 'これより上のランクはありません。',
  buttons: () => ({ card: '会員証を見る', tiers: 'ランク特典' }),
};
