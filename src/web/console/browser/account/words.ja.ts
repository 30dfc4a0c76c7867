import type { AccountWords } from './words.zh-TW.ts';

export const ja: AccountWords = {
  title: 'マイアカウント',
  text: 'ご自身のログイン方法と言語です。変更は操作履歴に残ります。',
  password: {
    title: 'パスワード',
    text: '管理画面のログインに使います。',
    change: 'パスワードを変更',
    current: '現在のパスワード',
    next: '新しいパスワード',
    hint: '10文字以上。自分だけが知る文章なら覚えやすくなります。',
    again: '新しいパスワード（もう一度）',
    done: 'パスワードを変更し、ほかの場所はログアウトしました。',
  },
  factor: {
    title: '2段階認証',
    on: '設定済みです。ログイン時に認証アプリの数字を入力します。',
    off: 'まだ設定されていません。設定すると、パスワードだけでは入れなくなります。',
    add: '設定する',
    change: 'スマートフォンを変更',
    done: '2段階認証を設定しました。',
  },
  pin: {
    title: 'PIN',
    on: '設定済みです。店舗の端末で使います。',
    off: 'まだ設定されていません。設定すると店舗の端末で働けます。',
    add: 'PINを設定',
    change: 'PINを変更',
    next: '新しいPIN',
    hint: '6桁の数字。誕生日や連番は避けてください。',
    again: '新しいPIN（もう一度）',
    done: 'PINを変更しました。',
  },
  line: {
    title: 'LINEログイン',
    on: '連携済みです。LINEで管理画面にログインできます。',
    off: 'まだ連携していません。連携するとLINEでログインできます。',
    add: 'LINEを連携',
    change: '別のLINEに変更',
    linked: 'LINEを連携しました。次からLINEでログインできます。',
  },
  language: { title: '言語', text: '管理画面と店舗の端末で、この言語を使います。' },
};
