export const zhTW = {
  hello: (name: string) => `${name}，歡迎回來`,
  who: (brand: string, role: string, store: string) => `${brand}，${role}，${store}`,
  lineFailed: 'LINE 沒有連結完成，可以到「我的帳號」再試一次。',
  waiting: '等著處理的事',
  nothing: '現在沒有等著處理的事。要做的工作都在選單裡。',
  nothingHere: '現在沒有等著處理的事。這個角色在後台可以管理自己的帳號，其他權限請負責人調整。',
  approvals: (count: string) => ({
    title: `${count} 件申請等核准`,
    text: '看看要改什麼，再決定同意或退回。',
  }),
  devices: (count: string) => ({
    title: `${count} 台裝置等配對`,
    text: '在門市的裝置打開 /staff，輸入配對碼。',
  }),
  invited: (count: string) => ({
    title: `${count} 位同事還沒設定帳號`,
    text: '邀請連結過期時，可以再給一個新的。',
  }),
  secondFactor: {
    title: '加一道兩步驟驗證',
    text: '有了驗證 App，別人拿到密碼也進不來。',
  },
};

export type HomeWords = typeof zhTW;
