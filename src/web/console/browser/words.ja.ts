import type { ConsoleWords } from './words.zh-TW.ts';

export const ja: ConsoleWords = {
  nav: {
    home: 'ホーム',
    approvals: '承認',
    people: 'スタッフ',
    devices: '端末',
    keys: 'APIキー',
    audit: '操作履歴',
    account: 'マイアカウント',
  },
  roles: {
    owner: 'オーナー',
    manager: '店長',
    clerk: '店員',
    marketer: 'マーケター',
    consultant: 'コンサルタント',
    auditor: '監査',
  },
  everyStore: 'すべての店舗',
  signOut: 'ログアウト',
  never: 'まだありません',
};
