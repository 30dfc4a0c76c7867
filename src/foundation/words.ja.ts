import type { FormatWords } from './words.zh-TW.ts';

const weekdays = ['月', '火', '水', '木', '金', '土', '日'];

export const formatWordsJa: FormatWords = {
  money: (shown) => `NT$${shown}`,
  points: (shown) => `${shown}ポイント`,
  dayOfYear: (month, day) => `${month}月${day}日`,
  day: ({ year, month, day }) => `${year}年${month}月${day}日`,
  weekdayOfYear: ({ month, day, weekday }) => `${month}月${day}日（${weekdays[weekday - 1]}）`,
  weekdayWithYear: ({ year, month, day, weekday }) =>
    `${year}年${month}月${day}日（${weekdays[weekday - 1]}）`,
  dayOnCard: (isoDate) => isoDate.replaceAll('-', '/'),
  endOnCard: (day) => `${day}まで（当日を含む）`,
  clock: (hour, minute) => `${hour}:${minute}`,
  clockTomorrow: (clock) => `明日 ${clock}`,
  clockOnDay: (day, clock) => `${day}${clock}`,
  discount: (percentOff) => (percentOff === 100 ? '無料' : `${percentOff}%OFF`),
  counts: {
    coupon: (shown) => `${shown}枚`,
    friend: (shown) => `${shown}人`,
    try: (shown) => `${shown}回`,
    store: (shown) => `${shown}店舗`,
    purchase: (shown) => `${shown}回のお買い物`,
    entry: (shown) => `${shown}件`,
    message: (shown) => `${shown}通`,
    day: (shown) => `${shown}日`,
    minute: (shown) => `${shown}分`,
  },
};
