/** All ready to show; `spent` is what counts at the review by now. */
type Review = { on: string; months: number; spent: string; missing: string; tier: string };

export const zhTW = {
  title: () => '會員等級通知',
  review: (of: Review) =>
    `會員等級在 ${of.on}重新計算。到那天為止，最近 ${of.months} 個月消費 ${of.spent}，再消費 ${of.missing} 就能續留${of.tier}。`,
  buttons: () => ({ card: '看會員卡' }),
};

export type ReviewWords = typeof zhTW;
