import type { StoresWords } from './words.zh-TW.ts';

export const ja: StoresWords = {
  found: (count) => `${count}をご案内します。`,
  none: () => '店舗の情報はまだありません。お問い合わせは「オペレーター」と入力してください。',
  map: () => '地図を見る',
  call: () => '電話する',
  more: () => 'もっと見る',
  agent: () => 'オペレーター',
};
