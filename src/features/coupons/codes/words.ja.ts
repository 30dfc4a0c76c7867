import type { CodeWords } from './words.zh-TW.ts';

export const ja: CodeWords = {
  show: () => 'コードを表示',
  showOnline: () => '通販用コード',
  memberCode: () => '会員コードを表示',
  copy: () => 'コードをコピー',
  counter: (until) =>
    `会員コードを読み取れないときは、店員がこのコードを入力します。${until}まで、1回だけ使えます。`,
  online: (end) => `オンラインのお会計で入力してください。${end}まで使えます。ご本人専用です。`,
  alt: (title) => `${title}のコード`,
};
