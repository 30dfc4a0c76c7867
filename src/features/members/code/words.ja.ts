import type { CodeWords } from './words.zh-TW.ts';

export const ja: CodeWords = {
  ready: () => '会員コードの準備ができました。5分以内にスマートフォンで開き、スタッフにお見せください。',
  locked: () =>
    'ポイントとクーポンは担当者の確認が終わるまでロックされています。お買い物のポイントはたまります。',
  open: () => '会員コードを開く',
};
