import type { InboxWords, Keywords } from './words.zh-TW.ts';

export const keywordsJa: Keywords = {
  bind: ['会員連携', '連携', '会員登録', '入会'],
  card: ['会員証', '会員カード'],
  code: ['会員コード', '会員コードを表示', 'バーコード'],
  points: ['ポイント', 'ポイント照会'],
  why: ['なぜ', 'どうして', '内訳', '理由'],
  coupons: ['クーポン', 'クーポンを見る'],
  my_coupons: ['マイクーポン'],
  invite: ['友だち紹介', '友達紹介', '紹介'],
  stores: ['店舗', '店舗情報', '営業時間'],
  returns: ['返品', '交換', '返金'],
  rules: ['会員規約', '規約', '会員ルール', 'ルール'],
  help: ['ヘルプ', 'メニュー', '使い方'],
  less: ['減らす'],
  stop: ['停止', '配信停止'],
  resume: ['再開'],
  agent: ['オペレーター', '担当者', '有人'],
  unbind: ['連携解除', '退会'],
  settings: ['設定'],
  resend: ['再送', 'コードを再送'],
  change_phone: ['番号変更', '番号を変更'],
  change_birthday: ['誕生日'],
  cancel_bind: ['中止', '今はしない'],
  lang_zh: ['中国語'],
  lang_en: ['英語'],
  lang_ja: ['日本語'],
  yes: ['はい'],
  no: ['いいえ', 'キャンセル'],
};

export const ja: InboxWords = {
  groupNotice: (brand) =>
    `会員情報は${brand}との1対1のトークでご確認ください。ここには個人情報を表示しません。`,
  notDone: () =>
    '申し訳ありません、完了できませんでした。ポイントとクーポンに変更はありません。1分後にもう一度お試しいただくか、「オペレーター」と入力してください。',
  points: () => 'ポイント',
  agent: () => 'オペレーター',
  openChat: () => 'トークを開く',
};
