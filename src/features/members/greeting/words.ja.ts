import type { GreetingWords } from './words.zh-TW.ts';

export const ja: GreetingWords = {
  welcome: (name, _to, brand, gift, emoji) =>
    `${name ? `${name}さん、` : ''}${brand}へようこそ。${emoji}${gift ? `ご入会特典を用意しています：${gift}` : '会員連携をすると、店舗とオンラインのポイントがまとまります。'}`,
  giftCondition: () => '会員連携で受け取れます（約1分）',
  giftAlt: (gift) => `ご入会特典：${gift}（会員連携で受け取れます）`,
  whatWeDo: () =>
    'こちらは自動応答です。ポイント、クーポン、店舗のご案内ができます。担当者は「オペレーター」、配信を減らすには「減らす」と入力してください。',
  welcomeBack: (name) => `${name ? `${name}さん、` : ''}おかえりなさい。会員情報はそのままです。`,
  stillStopped: () => 'お知らせは停止したままです。再開は「再開」と入力してください。',
  welcomeBackWithGift: (gift) => `おかえりなさい。ご入会特典「${gift}」は会員連携で受け取れます。`,
  welcomeBackGuest: () => 'おかえりなさい。会員連携をすると、ポイントとクーポンをご覧になれます。',
  levels: {
    all: (perDay, perSevenDays) => `1日${perDay}通まで、7日で${perSevenDays}通まで`,
    less: (days) => (days === 14 ? '2週間に1通まで' : `${days}日に1通まで`),
    stopped: () => '停止',
  },
  settings: (level) => `現在のお知らせの設定：${level}。どのように変更しますか？`,
  less: (days) => `お知らせは${days === 14 ? '2週間' : `${days}日`}に1通までにします。`,
  stopped: () =>
    '停止しました。予定していたお知らせも取り消しました。お問い合わせには引き続きお答えします。再開は「再開」と入力してください。',
  resumed: (level) => `再開しました。お知らせは${level}です。`,
  unchanged: (level) => `すでにこの設定です：${level}。`,
  labels: {
    bind: '会員連携',
    browse: 'クーポンを見る',
    coupons: 'クーポン',
    stores: '店舗',
    card: '会員証',
    mine: 'マイクーポン',
    less: '減らす',
    stop: '停止',
    resume: '再開',
    birthday: '誕生日',
    unbind: '連携解除',
  },
};
