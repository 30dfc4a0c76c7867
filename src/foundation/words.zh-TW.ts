/** The words inside numbers and dates. `month` and `day` are plain numbers, `weekday` is 1 (Monday) to 7. */
type DayParts = { year: number; month: number; day: number; weekday: number };

const weekdays = ['一', '二', '三', '四', '五', '六', '日'];

/** Nouns that the product counts; a new one needs all three languages. */
type Counted = { [noun: string]: (shown: string, count: number) => string };

const counts = {
  coupon: (shown: string, _count: number) => `${shown} 張券`,
  friend: (shown: string, _count: number) => `${shown} 位朋友`,
  try: (shown: string, _count: number) => `${shown} 次`,
  store: (shown: string, _count: number) => `${shown} 家門市`,
  purchase: (shown: string, _count: number) => `${shown} 次消費`,
  entry: (shown: string, _count: number) => `${shown} 筆`,
  message: (shown: string, _count: number) => `${shown} 則`,
  day: (shown: string, _count: number) => `${shown} 天`,
  minute: (shown: string, _count: number) => `${shown} 分鐘`,
} satisfies Counted;

export const formatWordsZhTw = {
  money: (shown: string) => `NT$${shown}`,
  points: (shown: string, _count: number) => `${shown} 點`,
  dayOfYear: (month: number, day: number) => `${month} 月 ${day} 日`,
  day: ({ year, month, day }: DayParts) => `${year} 年 ${month} 月 ${day} 日`,
  weekdayOfYear: ({ month, day, weekday }: DayParts) => `${month} 月 ${day} 日（${weekdays[weekday - 1]}）`,
  weekdayWithYear: ({ year, month, day, weekday }: DayParts) =>
    `${year} 年 ${month} 月 ${day} 日（${weekdays[weekday - 1]}）`,
  dayOnCard: (isoDate: string, _parts: DayParts) => isoDate.replaceAll('-', '/'),
  endOnCard: (day: string) => `可用到 ${day}（含當天）`,
  clock: (hour: number, minute: string) => `${hour}:${minute}`,
  clockTomorrow: (clock: string) => `明天 ${clock}`,
  clockOnDay: (day: string, clock: string) => `${day}${clock}`,
  /** The share of the price that is left to pay: 85 折 for 85, 9 折 for 90, 0.5 折 for 5. */
  discount: (percentOff: number) => {
    const left = 100 - percentOff;
    if (left === 0) return '免費';
    if (left < 10) return `${left / 10} 折`;
    return `${left % 10 === 0 ? left / 10 : left} 折`;
  },
  counts,
};

export type FormatWords = typeof formatWordsZhTw;
