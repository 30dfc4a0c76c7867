import type { FlowsWords } from './words.zh-TW.ts';

export const ja: FlowsWords = {
  nameLead: '{name}さん、',
  address: (text) => text,
  anyCategory: '商品',
  seeGift: '特典を見る',
  howToUse: '使い方',
  showCode: '会員コードを表示',
  stores: '店舗',
  seeOffer: '特典を見る',
  agent: 'オペレーター',
  giftAlt: (gift, end) => `誕生日特典：${gift}、${end}まで`,
  wishAlt: (brand) => `${brand}より、お誕生日おめでとうございます`,
  reminderAlt: (title, daysLeft) =>
    daysLeft === 1 ? `クーポンは明日が最終日：${title}` : `クーポンはあと${daysLeft}日：${title}`,
  alsoEnding: (count) => `ほかに${count}枚がまもなく終了`,
  winBackAlt: (offer, end) => `あなたへの特典：${offer}、${end}まで`,
  thanksAlt: (gift, end) => `ご注文のお礼：${gift}、${end}まで`,
};
