/** What the page of a shared device says. */
export const zhTW = {
  title: '門市',
  pairing: {
    title: '配對這台裝置',
    text: '請負責人或店長在後台的「裝置」新增一台，再輸入畫面上的 8 位數字。',
    code: '配對碼',
    eightDigits: '請輸入 8 位數字。',
    send: '配對',
  },
  people: {
    title: '誰要使用？',
    nobody: '這家門市還沒有設定好 PIN 的同事。請負責人在後台的「人員」邀請。',
  },
  pin: {
    title: (name: string) => `${name}，請輸入 PIN`,
    typed: (count: string) => `已輸入 ${count} 位，共 6 位`,
    pad: '數字鍵盤',
    takeBack: '刪除一位',
    somebodyElse: '換人',
  },
  atWork: {
    hello: (name: string) => `${name}，工作順利`,
    where: (store: string) => `正在${store}工作。在這台裝置做的事，都會記在自己的名下。`,
    waiting: (count: string) => `提出的申請有 ${count} 件在等核准。`,
    before: '離開櫃台前',
    beforeText: '先鎖定，下一位輸入自己的 PIN 就能接手。',
    lock: '鎖定',
  },
  warning: { title: '快要自動鎖定了', stay: '繼續使用' },
};

export type StaffWords = typeof zhTW;
