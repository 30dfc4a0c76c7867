import type { JoinWords } from './words.zh-TW.ts';

export const ja: JoinWords = {
  title: 'チームに参加',
  hello: (name) => `${name}さん、ようこそ`,
  text: '設定が終わるとすぐに始められます。リンクは一度だけ使えます。',
  over: 'このリンクはもう使えません',
  password: 'パスワード',
  passwordHint: '10文字以上。自分だけが知る文章なら覚えやすくなります。',
  passwordAgain: 'パスワード（もう一度）',
  pin: 'PIN',
  pinHint: '6桁の数字。店舗の端末で交代するときに使います。',
  pinAgain: 'PIN（もう一度）',
  send: '設定を完了',
  done: {
    title: '設定できました',
    text: '店舗の端末で自分の名前を選び、PINを入力してください。この画面は閉じてかまいません。',
  },
};
