import type { StaffWords } from './words.zh-TW.ts';

export const ja: StaffWords = {
  title: '店舗',
  pairing: {
    title: 'この端末をペアリング',
    text: 'オーナーか店長が管理画面の「端末」で追加し、表示された8桁を入力してください。',
    code: 'ペアリングコード',
    eightDigits: '8桁の数字を入力してください。',
    send: 'ペアリング',
  },
  people: {
    title: 'どなたが使いますか？',
    nobody: 'この店舗にはPINを設定したスタッフがまだいません。管理画面の「スタッフ」で招待してください。',
  },
  pin: {
    title: (name) => `${name}さん、PINを入力してください`,
    typed: (count) => `6桁のうち${count}桁を入力`,
    pad: '数字キー',
    takeBack: '1桁消す',
    somebodyElse: '別の人',
  },
  atWork: {
    hello: (name) => `${name}さん、お疲れさまです`,
    where: (store) => `${store}で勤務中です。この端末での操作は、ご自身の名前で記録されます。`,
    waiting: (count) => `承認待ちの申請が${count}件あります。`,
    before: 'カウンターを離れる前に',
    beforeText: 'ロックしてください。次の人は自分のPINで引き継げます。',
    lock: 'ロックする',
  },
  warning: { title: 'まもなくロックします', stay: '使い続ける' },
};
