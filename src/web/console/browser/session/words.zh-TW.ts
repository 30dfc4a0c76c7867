export const zhTW = {
  signIn: {
    title: '登入後台',
    text: '輸入店裡給的名字，和自己設定的密碼。',
    name: '名字',
    password: '密碼',
    send: '登入',
    or: '或',
    byLine: '用 LINE 登入',
    lineFailed: 'LINE 登入沒有完成，請再試一次，或改用名字和密碼。',
    lineUnknown: '這個 LINE 還沒有連到任何帳號。請先用名字和密碼登入，再到「我的帳號」連結。',
  },
  secondFactor: {
    title: '輸入驗證碼',
    text: '打開手機上的驗證 App，輸入現在的 6 位數字。',
    code: '驗證碼',
    send: '繼續',
  },
  enrolment: {
    title: '設定兩步驟驗證',
    text: '負責人登入時，除了密碼還要一組驗證碼。設定一次就好，大約一分鐘。',
    scan: '用驗證 App 掃描，例如 Google Authenticator 或 1Password，再輸入它顯示的數字。',
    qr: '給驗證 App 掃描的 QR Code',
    secret: '不能掃描時，手動輸入這組金鑰',
    code: '驗證 App 顯示的 6 位數字',
    send: '完成設定',
  },
  counterOnly: {
    title: '這裡是後台',
    text: '目前登入的是門市裝置，請到門市頁面工作。要進後台，請換另一個帳號登入。',
    go: '到門市頁面',
  },
  somebodyElse: '換另一個帳號',
};

export type SessionWords = typeof zhTW;
