/** What a friend reads before anything about membership is said. */
export const zhTW = {
  unknownText: {
    1: (assistant: string) =>
      `${assistant}看不懂這句話。想查點數、優惠券或門市，點下面的按鈕，或直接輸入這幾個字。`,
    2: (_assistant: string) => '換個說法試試看，例如「點數」「優惠券」「退換貨」。',
    3: (_assistant: string) => '這題可能要請真人來答。輸入「真人」，客服會在服務時間內回覆。',
  },
  help: () =>
    '點選單，或直接輸入：綁定會員、會員卡、點數、優惠券、我的優惠券、邀請好友、門市、退換貨、會員規則、真人。訊息太多輸入「少一點」，不想收輸入「停止」。',
  languageChosen: () => '好的，之後用中文回覆。',
  oldButton: () => '這是比較早的訊息，內容可能變了，請從這裡重新開始。',
  labels: {
    points: '點數',
    coupons: '優惠券',
    stores: '門市',
    card: '會員卡',
    agent: '真人',
    help: '說明',
  },
};

export type FriendsWords = typeof zhTW;
