import type { WhyTierWords } from './words.zh-TW.ts';

export const ja: WhyTierWords = {
  title: () => 'ランクの理由',
  first: (tier) => `${tier}は、すべての会員の最初のランクです。`,
  risen: (on, months, spent, threshold, tier) =>
    `${on}のお買い物で直近${months}か月の合計が${spent}になり、${threshold}に達したため、${tier}に上がりました。`,
  receipt: (store, slipNo) => `${store}のレシート番号 ${slipNo} です。`,
  raised: (on, months, spent, threshold, tier) =>
    `${on}の見直しで、直近${months}か月のお買い物が${spent}となり、${threshold}に達したため、${tier}に上がりました。`,
  rankedUp: (on, days, spent, place, percent, tier) =>
    `${on}の順位では、直近${days}日のお買い物が${spent}で第${place}位、上位${percent}%に入ったため、${tier}に上がりました。`,
  rankedDown: (on, days, spent, place, tier) =>
    `${on}の順位では、直近${days}日のお買い物が${spent}で第${place}位だったため、${tier}です。`,
  scoredUp: (on, score, min, tier) =>
    `${on}の点数が${score}点で、${min}点に達したため、${tier}に上がりました。`,
  scoredDown: (on, score, tier) => `${on}の点数が${score}点だったため、${tier}です。`,
  withdrawn: (on, months, spent, tier) =>
    `${on}の返品後、直近${months}か月のお買い物が${spent}になったため、${tier}です。`,
  fallen: (on, months, spent, tier) =>
    `${on}の見直しで、直近${months}か月のお買い物が${spent}だったため、${tier}です。`,
  since: (on, tier) => `これまでのお買い物により、${on}から${tier}です。`,
  now: (months, spent) => `今日までの直近${months}か月のお買い物は${spent}です。`,
  keep: (tier, until, months, threshold) =>
    `${tier}は${until}まで続きます。その日に直近${months}か月で${threshold}以上なら、次の1年も続きます。`,
  nowRank: (on, spent, members, place) =>
    `直近の順位は${on}です。お買い物${spent}で、会員${members}人のうち第${place}位です。`,
  nowScore: (on, score, spent, purchases, days) =>
    `直近の計算は${on}です。お買い物${spent}、回数${purchases}、参加${days}日で、ほかの会員と比べて${score}点です。`,
  keepRank: (tier, until) => `${tier}は${until}までは下がりません。その後は毎月1日の順位で決まります。`,
  nowMonthly: (tier) => `${tier}は毎月1日の順位で決まります。`,
  nextRank: (percent, tier, cut) =>
    `お買い物額が上位${percent}%に入ると${tier}になります${cut === null ? '' : `（前回は${cut}以上）`}。`,
  nextScore: (min, tier) => `${min}点以上で${tier}になります。`,
  next: (missing, tier) => `あと${missing}のお買い物で${tier}になります。`,
  top: () => 'これより上のランクはありません。',
  buttons: () => ({ card: '会員証を見る', tiers: 'ランク特典' }),
};
