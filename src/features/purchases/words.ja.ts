import type { PurchasesWords } from './words.zh-TW.ts';

export const ja: PurchasesWords = {
  returns: (of) =>
    `返品・交換は、店舗でのお買い物は${of.storeDays}日以内、通販は商品到着の翌日から${of.onlineDays}日以内です。商品とレシートをお近くの店舗へお持ちください。通販のご注文は「オペレーター」と入力してください。返金後、ポイントとクーポンは按分で調整します。`,
  stores: () => '店舗',
  agent: () => 'オペレーター',
};
