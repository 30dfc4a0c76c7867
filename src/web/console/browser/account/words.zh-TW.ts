export const zhTW = {
  title: '我的帳號',
  text: '自己的登入方式和語言。改過會記在操作紀錄。',
  password: {
    title: '密碼',
    text: '用在登入後台。',
    change: '換密碼',
    current: '目前的密碼',
    next: '新的密碼',
    hint: '至少 10 個字，一句只有自己知道的話最好記。',
    again: '再輸入一次新的密碼',
    done: '密碼換好了，其他地方都已登出。',
  },
  factor: {
    title: '兩步驟驗證',
    on: '已經設定，登入時要輸入驗證 App 的數字。',
    off: '還沒有設定。有了它，別人拿到密碼也進不來。',
    add: '設定',
    change: '換一台手機',
    done: '兩步驟驗證設定好了。',
  },
  pin: {
    title: 'PIN',
    on: '已經設定，用在門市的裝置。',
    off: '還沒有設定。設定後可以在門市的裝置上工作。',
    add: '設定 PIN',
    change: '換 PIN',
    next: '新的 PIN',
    hint: '6 位數字，避開生日和連號。',
    again: '再輸入一次新的 PIN',
    done: 'PIN 換好了。',
  },
  line: {
    title: 'LINE 登入',
    on: '已經連結，可以用 LINE 登入後台。',
    off: '還沒有連結。連結後可以用 LINE 登入後台。',
    add: '連結 LINE',
    change: '換一個 LINE',
    linked: 'LINE 連結好了，下次可以用 LINE 登入。',
  },
  language: { title: '語言', text: '後台和門市裝置都會用這個語言。' },
};

export type AccountWords = typeof zhTW;
