/** Days and money are ready to show; `percent` is a bare number. */
export const zhTW = {
  title: () => '會員等級通知',
  belowRank: (on: string, spent: string, percent: string) =>
    `${on}的排名，計算期間內消費 ${spent}，這次不在會員的前 ${percent}%。`,
  belowScore: (on: string, score: number, min: number) => `${on}計分是 ${score} 分，這次不到 ${min} 分。`,
  decides: (tier: string, on: string) => `${tier}先保留，到 ${on}那次再看一次。`,
  buttons: () => ({ card: '看會員卡' }),
};

export type RankingWords = typeof zhTW;
