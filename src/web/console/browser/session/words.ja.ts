import type { SessionWords } from './words.zh-TW.ts';

export const ja: SessionWords = {
  signIn: {
    title: '管理画面にログイン',
    text: 'お店から伝えられた名前と、ご自身のパスワードを入力してください。',
    name: '名前',
    password: 'パスワード',
    send: 'ログイン',
    or: 'または',
    byLine: 'LINEでログイン',
    lineFailed: 'LINEでのログインが完了しませんでした。もう一度試すか、名前とパスワードをお使いください。',
    lineUnknown:
      'このLINEはまだアカウントと連携していません。パスワードでログインし、「マイアカウント」で連携してください。',
  },
  secondFactor: {
    title: '認証コードの入力',
    text: 'スマートフォンの認証アプリを開き、今表示されている6桁を入力してください。',
    code: '認証コード',
    send: '続ける',
  },
  enrolment: {
    title: '2段階認証の設定',
    text: 'オーナーのログインにはパスワードと認証コードを使います。設定は一度だけ、1分ほどで終わります。',
    scan: 'Google Authenticatorや1Passwordなどの認証アプリで読み取り、表示された数字を入力してください。',
    qr: '認証アプリ用のQRコード',
    secret: '読み取れないときは、このキーを入力してください',
    code: 'アプリに表示された6桁',
    send: '設定を完了',
  },
  counterOnly: {
    title: 'ここは管理画面です',
    text: '店舗の端末でログインしています。お仕事は店舗ページでどうぞ。管理画面は別のアカウントでお入りください。',
    go: '店舗ページへ',
  },
  somebodyElse: '別のアカウントを使う',
};
