import type { DevicesWords } from './words.zh-TW.ts';

export const ja: DevicesWords = {
  title: '端末',
  text: '店舗で共用するタブレットやスマートフォンです。コードで店舗と結びつけます。',
  add: '端末を追加',
  makeCode: 'コードを作る',
  empty: '端末はまだありません',
  emptyText: '追加したら、その端末で/staffを開いてコードを入力してください。',
  name: '名前',
  nameHint: 'どの端末か分かる名前です。例：「カウンターのタブレット」',
  store: '店舗',
  chooseStore: '店舗を選んでください',
  state: '状態',
  states: { waiting: 'ペアリング待ち', paired: '使用中', revoked: '取り消し済み' },
  signedIn: 'ログイン中',
  nobody: 'なし',
  lastSeen: '最終利用',
  newCode: '新しいコードを出す',
  codeTitle: (name) => `${name}のコード`,
  codeText:
    '端末で/staffを開き、この8桁を入力してください。新しいコードを使うと、以前のペアリングは終わります。',
  revoke: '端末を取り消す',
  revokeTitle: (name) => `「${name}」を取り消しますか？`,
  revokeText:
    'すぐにログアウトし、ログインできなくなります。記録は残ります。見つかったら、もう一度追加してください。',
  revoked: (name) => `「${name}」を取り消し、ログアウトしました。`,
};
