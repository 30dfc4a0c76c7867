import type { LintWords } from './words.zh-TW.ts';

export const ja: LintWords = {
  tooManyConditions: (tier, count, most) =>
    `「${tier}」には条件が${count}個あり、お客様が覚えられません。大切な${most}個に絞ってください。`,
  noOwnBenefit: (tier, lower) =>
    `「${tier}」には「${lower}」にない特典がなく、上がる理由がありません。独自の特典を加えてください。`,
  tooManyTiers: (count, most) =>
    `会員ランクが${count}個あり、分かりにくくなります。${most}個までがおすすめです。`,
  nobodyInShare: (tier, count) => `現在の会員${count}人では、この割合で「${tier}」に入る人がいません。`,
  spendOutOfReach: (tier, threshold, most) =>
    `「${tier}」には${threshold}のご利用が必要ですが、これまでの最高は${most}で、届く人がいません。`,
  earnsLess: (tier, lower) => `「${tier}」のポイントが「${lower}」より少なく、上がると損になります。`,
  scoreOutOfReach: (tier) => `「${tier}」にはすべての項目で1位の人しか届きません。`,
  toldNotGiven: (tier) => `「${tier}」はポイントアップと書かれていますが、実際は通常と同じです。`,
  sameKey: (key) => `コード「${key}」が2回使われています。後ろの会員ランクには誰も届きません。`,
  sameName: (tier) => `「${tier}」という名前の会員ランクが2つあり、見分けがつきません。`,
  paysBackAll: (money) => `${money}のお買い物で${money}以上が戻り、すべてお返しすることになります。`,
  paysBackMuch: (percent) =>
    `ポイントの還元が${percent}%で、一般的な水準より高めです。もう一度ご確認ください。`,
  endsBeforeUsable: (days) =>
    `ポイントが使えるのは${days}日後ですが、その前に期限が切れます。期限を延ばすか、待つ日数を短くしてください。`,
  dayInPast: (day) => `「${day}」はルールの開始前に終わっていて、行われません。`,
  unknownStore: (key) => `コード「${key}」の店舗はありません。`,
  capBelowOne: (small, large) => `上限${small}が1回分の${large}より少なく、1回も獲得できません。`,
  unknownCoupon: (key) => `コード「${key}」のクーポンがなく、この特典をお渡しできません。`,
  milestoneBeyondCap: (title, count, most) =>
    `「${title}」には友だち${count}人が必要ですが、特典は${most}回までです。そこまで続ける人は少ないでしょう。`,
  capNeverReached: (small, large) => `${small}の上限は${large}の上限より緩く、届くことがありません。`,
};
