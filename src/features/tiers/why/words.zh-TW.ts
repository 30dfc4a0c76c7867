/** Days and money are ready to show; `spent` is the net spend of the last `months`. */
export const zhTW = {
  title: () => '會員等級說明',
  first: (tier: string) => `${tier}是每位會員一開始的等級。`,
  risen: (on: string, months: number, spent: string, threshold: string, tier: string) =>
    `${on}的消費讓最近 ${months} 個月累計到 ${spent}，滿 ${threshold}，所以升為${tier}。`,
  withdrawn: (on: string, months: number, spent: string, tier: string) =>
    `${on}退貨後，最近 ${months} 個月消費是 ${spent}，所以是${tier}。`,
  fallen: (on: string, months: number, spent: string, tier: string) =>
    `${on}重新計算時，最近 ${months} 個月消費是 ${spent}，所以是${tier}。`,
  since: (on: string, tier: string) => `依先前的消費紀錄，${on}起是${tier}。`,
  now: (months: number, spent: string) => `到今天為止，最近 ${months} 個月消費是 ${spent}。`,
  keep: (tier: string, until: string, months: number, threshold: string) =>
    `${tier}用到 ${until}，那天重新計算，最近 ${months} 個月滿 ${threshold} 就續留。`,
  next: (missing: string, tier: string) => `再消費 ${missing} 就升為${tier}。`,
  top: () => '上面沒有更高的等級了。',
  buttons: () => ({ card: '看會員卡', tiers: '等級禮遇' }),
};

export type WhyTierWords = typeof zhTW;
