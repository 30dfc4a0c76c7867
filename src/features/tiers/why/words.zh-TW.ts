import { han } from '#foundation/han-spacing-rules.ts';

/** Days and money are ready to show; `spent` is the net spend of the last `months`. */
export const zhTW = {
  title: () => '會員等級說明',
  first: (tier: string) => `${tier}是每位會員一開始的等級。`,
  risen: (on: string, months: number, spent: string, threshold: string, tier: string) =>
    `${on}的消費讓最近 ${months} 個月累計到 ${spent}，滿 ${threshold}，所以升為${tier}。`,
  /** The purchase that carried the rise. */
  receipt: (store: string, slipNo: string) => han`那一筆在 ${store}，發票號碼 ${slipNo}。`,
  raised: (on: string, months: number, spent: string, threshold: string, tier: string) =>
    `${on}重新計算時，最近 ${months} 個月消費是 ${spent}，滿 ${threshold}，所以升為${tier}。`,
  /** `place` and `percent` are bare numbers: 1 = who spent most. */
  rankedUp: (on: string, days: number, spent: string, place: string, percent: string, tier: string) =>
    `${on}的排名，最近 ${days} 天消費 ${spent}，是第 ${place} 名，在會員的前 ${percent}%，所以升為${tier}。`,
  rankedDown: (on: string, days: number, spent: string, place: string, tier: string) =>
    `${on}的排名，最近 ${days} 天消費 ${spent}，是第 ${place} 名，所以是${tier}。`,
  scoredUp: (on: string, score: number, min: number, tier: string) =>
    `${on}計分是 ${score} 分，滿 ${min} 分，所以升為${tier}。`,
  scoredDown: (on: string, score: number, tier: string) => `${on}計分是 ${score} 分，所以是${tier}。`,
  withdrawn: (on: string, months: number, spent: string, tier: string) =>
    `${on}退貨後，最近 ${months} 個月消費是 ${spent}，所以是${tier}。`,
  fallen: (on: string, months: number, spent: string, tier: string) =>
    `${on}重新計算時，最近 ${months} 個月消費是 ${spent}，所以是${tier}。`,
  since: (on: string, tier: string) => `依先前的消費紀錄，${on}起是${tier}。`,
  now: (months: number, spent: string) => `到今天為止，最近 ${months} 個月消費是 ${spent}。`,
  keep: (tier: string, until: string, months: number, threshold: string) =>
    `${tier}用到 ${until}，那天重新計算，最近 ${months} 個月滿 ${threshold} 就續留。`,
  nowRank: (on: string, spent: string, members: string, place: string) =>
    `${on}最近一次排名：消費 ${spent}，在 ${members} 位會員中是第 ${place} 名。`,
  nowScore: (on: string, score: number, spent: string, purchases: number, days: number) =>
    `${on}最近一次計分：消費 ${spent}、購買 ${purchases} 次、參與 ${days} 天，和其他會員相比是 ${score} 分。`,
  keepRank: (tier: string, until: string) => `${tier}在 ${until}以前不會調降，之後看每月 1 日的排名。`,
  nowMonthly: (tier: string) => `${tier}看每月 1 日的排名。`,
  nextRank: (percent: string, tier: string, cut: string | null) =>
    `消費在會員的前 ${percent}% 就升為${tier}${cut === null ? '' : `，上次要滿 ${cut}`}。`,
  nextScore: (min: number, tier: string) => `滿 ${min} 分就升為${tier}。`,
  next: (missing: string, tier: string) => `再消費 ${missing} 就升為${tier}。`,
  top: () => '上面沒有更高的等級了。',
  buttons: () => ({ card: '看會員卡', tiers: '等級禮遇' }),
};

export type WhyTierWords = typeof zhTW;
