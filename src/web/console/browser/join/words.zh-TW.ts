export const zhTW = {
  title: '加入工作團隊',
  hello: (name: string) => `${name}，歡迎加入`,
  text: '設定好就能開始工作。這個連結只能用一次。',
  over: '這個連結不能再用了',
  password: '密碼',
  passwordHint: '至少 10 個字，一句只有自己知道的話最好記。',
  passwordAgain: '再輸入一次密碼',
  pin: 'PIN',
  pinHint: '6 位數字，在門市裝置上換人時使用。',
  pinAgain: '再輸入一次 PIN',
  send: '完成設定',
  done: {
    title: '設定好了',
    text: '到門市的裝置上點自己的名字，再輸入 PIN 就能開始。這個視窗可以關閉了。',
  },
};

export type JoinWords = typeof zhTW;
