import type { TiersWords } from './words.zh-TW.ts';

export const ja: TiersWords = {
  cardTitle: () => '会員証：ランク、ポイント、クーポン',
  lastFour: (digits) => `下4桁 ${digits}`,
  activePoints: () => '利用可能ポイント',
  pointsUnit: () => 'ポイント',
  pending: (points, day) => `${day}に${points}ポイント追加されます`,
  ending: (points, day) => `うち${points}ポイントは${day}まで`,
  toNext: (money, tier, months) => `あと${money}のお買い物で${tier}になります（直近${months}か月）`,
  top: () => '最高ランクです。いつもありがとうございます',
  showCode: () => '会員コードを表示',
  myCoupons: () => 'マイクーポン',
  pointsHistory: () => 'ポイント履歴',
  seeCard: () => '会員証を見る',
  seeTiers: () => 'ランク特典',
  whyTier: () => 'このランクの理由',
  risen: ({ name, tier, until, benefit, emoji }) =>
    `${name ? `${name}さん、` : ''}${tier}会員になりました！${emoji}${until}まで：${benefit}。`,
  withdrawn: (months, spent, tier, missing, back) =>
    `返品により、直近${months}か月のお買い物は${spent}、ランクは${tier}になりました。あと${missing}で${back}に戻ります。`,
  noticeTitle: () => 'ランクのお知らせ',
  tiersTitle: () => 'ランクのしくみ',
  tiersHow: (months) =>
    `直近${months}か月のお買い物（返品を除く）で決まります。達するとすぐに上がり、その日から1年続きます。`,
  tierFrom: (money) => `${money}以上`,
  tierStart: () => '会員連携から',
  yourTier: () => '現在のランク',
};
