/** What is wrong with rules, said to whoever writes them. All values are ready to show. */
export const zhTW = {
  tooManyConditions: (tier: string, count: string, most: string) =>
    `「${tier}」有 ${count} 個條件，顧客記不住。留下最重要的 ${most} 個。`,
  noOwnBenefit: (tier: string, lower: string) =>
    `「${tier}」沒有「${lower}」以外的好處，顧客沒有理由升等。加上一項不一樣的。`,
  tooManyTiers: (count: string, most: string) => `有 ${count} 個等級，顧客分不清楚。${most} 個以內比較好懂。`,
  nobodyInShare: (tier: string, count: string) => `目前 ${count} 位會員，照這個比例沒有人進得了「${tier}」。`,
  spendOutOfReach: (tier: string, threshold: string, most: string) =>
    `「${tier}」要消費 ${threshold}，到目前為止消費最多的會員是 ${most}，沒有人達得到。`,
  earnsLess: (tier: string, lower: string) => `「${tier}」累積的點數比「${lower}」少，升等反而吃虧。`,
  scoreOutOfReach: (tier: string) => `「${tier}」要每一項都第一名才進得了，幾乎沒有人達得到。`,
  toldNotGiven: (tier: string) => `「${tier}」寫了點數加倍，實際累積和平常一樣。`,
  sameKey: (key: string) => `代號「${key}」用了兩次，後面的等級永遠輪不到。`,
  sameName: (tier: string) => `有兩個等級都叫「${tier}」，顧客分不出來。`,
  paysBackAll: (money: string) => `消費 ${money} 就折回 ${money} 以上，等於全部送回去。`,
  paysBackMuch: (percent: string) => `點數折回消費的 ${percent}%，比一般高很多，請再確認一次。`,
  endsBeforeUsable: (days: string) =>
    `點數要等 ${days} 天才能用，那時候已經到期。把期限延長，或縮短等待的天數。`,
  dayInPast: (day: string) => `「${day}」在規則開始時已經結束，永遠不會發生。`,
  unknownStore: (key: string) => `沒有代號「${key}」的門市。`,
  capBelowOne: (small: string, large: string) => `上限 ${small} 比一次的 ${large} 少，一次都拿不到。`,
  unknownCoupon: (key: string) => `找不到代號「${key}」的優惠券，這份禮物送不出去。`,
  milestoneBeyondCap: (title: string, count: string, most: string) =>
    `「${title}」要 ${count} 位朋友，但邀請禮最多 ${most} 次：之後的邀請沒有禮物，很少有人走得到。`,
  capNeverReached: (small: string, large: string) => `上限 ${small} 比 ${large} 寬，永遠用不到。`,
};

export type LintWords = typeof zhTW;
