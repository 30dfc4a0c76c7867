import type { HomeWords } from './words.zh-TW.ts';

export const ja: HomeWords = {
  hello: (name) => `${name}さん、おかえりなさい`,
  who: (brand, role, store) => `${brand}・${role}・${store}`,
  lineFailed: 'LINEの連携が完了しませんでした。「マイアカウント」からもう一度お試しください。',
  waiting: '対応待ち',
  nothing: '対応待ちはありません。お仕事はメニューからどうぞ。',
  nothingHere:
    '対応待ちはありません。この役割では自分のアカウントを管理できます。ほかの権限はオーナーにご相談ください。',
  approvals: (count) => ({
    title: `承認待ち ${count}件`,
    text: '変更の内容を確認して、承認か差し戻しを選んでください。',
  }),
  devices: (count) => ({
    title: `ペアリング待ちの端末 ${count}台`,
    text: '店舗の端末で/staffを開き、コードを入力してください。',
  }),
  invited: (count) => ({
    title: `参加前のスタッフ ${count}人`,
    text: '招待の期限が切れたら、新しいリンクを作れます。',
  }),
  secondFactor: {
    title: '2段階認証を追加',
    text: '認証アプリがあれば、パスワードだけでは入れなくなります。',
  },
};
