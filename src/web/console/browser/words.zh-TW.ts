/** What several pages of the console say. */
export const zhTW = {
  nav: {
    home: '首頁',
    approvals: '待核准',
    people: '人員',
    devices: '裝置',
    keys: 'API 金鑰',
    audit: '操作紀錄',
    account: '我的帳號',
  },
  roles: {
    owner: '負責人',
    manager: '店長',
    clerk: '店員',
    marketer: '行銷',
    consultant: '顧問',
    auditor: '稽核',
  },
  everyStore: '所有門市',
  signOut: '登出',
  never: '還沒有',
};

export type ConsoleWords = typeof zhTW;
