import type { FormatWords } from './words.zh-TW.ts';

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const weekdays = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

const oneOrMany = (one: string, many: string) => (shown: string, count: number) =>
  `${shown} ${Math.abs(count) === 1 ? one : many}`;

export const formatWordsEn: FormatWords = {
  money: (shown) => `NT$${shown}`,
  points: oneOrMany('point', 'points'),
  dayOfYear: (month, day) => `${months[month - 1]} ${day}`,
  day: ({ year, month, day }) => `${months[month - 1]} ${day}, ${year}`,
  weekdayOfYear: ({ month, day, weekday }) => `${weekdays[weekday - 1]}, ${months[month - 1]} ${day}`,
  weekdayWithYear: ({ year, month, day, weekday }) =>
    `${weekdays[weekday - 1]}, ${months[month - 1]} ${day}, ${year}`,
  dayOnCard: (_isoDate, { year, month, day }) => `${months[month - 1]} ${day}, ${year}`,
  endOnCard: (day) => `Good through ${day}`,
  clock: (hour, minute) => `${hour % 12 === 0 ? 12 : hour % 12}:${minute} ${hour < 12 ? 'AM' : 'PM'}`,
  clockTomorrow: (clock) => `${clock} tomorrow`,
  clockOnDay: (day, clock) => `${day}, ${clock}`,
  discount: (percentOff) => (percentOff === 100 ? 'Free' : `${percentOff}% off`),
  counts: {
    coupon: oneOrMany('coupon', 'coupons'),
    friend: oneOrMany('friend', 'friends'),
    try: oneOrMany('try', 'tries'),
    store: oneOrMany('store', 'stores'),
    purchase: oneOrMany('purchase', 'purchases'),
    entry: oneOrMany('entry', 'entries'),
    message: oneOrMany('message', 'messages'),
    day: oneOrMany('day', 'days'),
    minute: oneOrMany('minute', 'minutes'),
  },
};
