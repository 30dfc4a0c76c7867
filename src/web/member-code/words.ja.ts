import type { MemberCodeWords } from './words.zh-TW.ts';

export const ja: MemberCodeWords = {
  title: () => '会員コード',
  qr: () => '会員コードのQRコード',
  show: () => 'スタッフに読み取ってもらうか、番号をお伝えください',
  renewed: (seconds) => `${seconds}秒ごとに更新。スクリーンショットは使えません`,
  holder: (lastFour) => `会員番号の下4桁 ${lastFour}`,
  onPhone: () => 'スマートフォンのLINEで開いてください',
  offline: () => '接続が切れました。つながると自動で更新します。',
  needsScript: () => 'このコードは30秒有効です。ページを再読み込みすると新しいコードになります。',
  expired: () => 'このページは期限切れです。LINEに戻り、もう一度「会員コードを表示」を押してください。',
  back: () => 'LINEに戻る',
  keyword: () => '会員コード',
};
