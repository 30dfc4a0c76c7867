import type { AdjustmentWords } from './words.zh-TW.ts';

export const ja: AdjustmentWords = {
  give: (memberNo, points) => `会員${memberNo}に${points}を加算`,
  take: (memberNo, points) => `会員${memberNo}から${points}を差し引き`,
  gone: () => 'この会員の情報は削除済みのため、調整の対象がありません。',
  labels: () => ({
    member: '会員番号',
    before: '変更前利用可能',
    debt: '差し引き予定',
    change: '変更',
    after: '変更後利用可能',
  }),
};
