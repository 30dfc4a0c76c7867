import type { TiersWords } from './words.zh-TW.ts';

export const ja: TiersWords = {
  cardTitle: () => '会員証：ランク、ポイント、クーポン',
  lastFour: (digits) => `下4桁 ${digits}`,
  activePoints: () => '利用可能ポイント',
  pointsUnit: () => 'ポイント',
  pending: (points, day) => `${day}に${points}ポイント追加されます`,
  ending: (points, day) => `うち${points}ポイントは${day}まで`,
  debt: (points) => `以前の返品により${points}の差し引きが残っています。次の獲得分から充てます`,
  toNext: (money, tier, months) => `あと${money}のお買い物で${tier}になります（直近${months}か月）`,
  toRank: (percent, tier, day) =>
    `お買い物額が上位${percent}%に入ると${tier}になります。次の順位決定は${day}です`,
  lastCut: (money, tier) => `前回は${money}以上で${tier}でした`,
  toScore: (score, min, tier, day) => `現在${score}点、${min}点以上で${tier}になります。次の計算は${day}です`,
  benefits: (names) => `ランク特典：${names.join('、')}`,
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
  withdrawnRank: (days, spent, tier, day) =>
    `返品により、直近${days}日のお買い物は${spent}、ランクは${tier}になりました。次の順位決定は${day}です。`,
  noticeTitle: () => 'ランクのお知らせ',
  tiersTitle: () => 'ランクのしくみ',
  tiersHow: (months) =>
    `直近${months}か月のお買い物（返品を除く）で決まります。達するとすぐに上がり、その日から1年続きます。`,
  tiersByRank: (days, floor) =>
    `毎月1日に、直近${days}日のお買い物（返品を除く）で順位を決めます。${floor}以上が対象です。`,
  tiersByScore: (days, weights) =>
    `毎月1日に、直近${days}日をほかの会員と比べて点数にします。金額${weights.spend}点、回数${weights.frequency}点、参加${weights.activity}点です。`,
  tierProtected: (kept) => `上がってから${kept}日間は下がりません。`,
  tierTop: (percent) => `上位${percent}%`,
  tierFromScore: (score) => `${score}点以上`,
  tierKeptFrom: (money) => `${money}以上で継続`,
  bullet: (name) => `・${name}`,
  tierFrom: (money) => `${money}以上`,
  tierStart: () => '会員連携から',
  yourTier: () => '現在のランク',
};
