import { han } from '#foundation/han-spacing-rules.ts';

const you = { formal: '您', familiar: '你' };
type Address = keyof typeof you;

/** Small counts as people say them; larger ones in digits. */
const times = (count: number) =>
  ['零', '一', '兩', '三', '四', '五', '六', '七', '八', '九', '十'][count] ?? ` ${count} `;

export const zhTW = {
  /** `emoji` is '' or an emoji and a space. */
  welcome: (name: string | null, to: Address, brand: string, gift: string | null, emoji: string) =>
    han`${name ? `${name}，` : ''}${you[to]}好，歡迎來到 ${brand}！${emoji}${gift ? `見面禮已經幫${you[to]}留好：${gift}。` : '綁定會員後，門市和網路的點數會算在一起。'}`,
  giftCondition: () => '綁定會員就能領，大約 1 分鐘',
  giftAlt: (gift: string) => `見面禮：${gift}，綁定會員就能領`,
  whatWeDo: (assistant: string) =>
    `這裡由${assistant}自動回覆，查點數、領優惠券、找門市都可以。要找真人請輸入「真人」，訊息想少一點請輸入「少一點」。`,
  welcomeBack: (name: string | null) => `${name ? `${name}，` : ''}歡迎回來！會員資料都還在，從這裡接著用。`,
  stillStopped: () => '優惠訊息維持停止，想再收請輸入「恢復」。',
  welcomeBackWithGift: (gift: string) => han`歡迎回來！見面禮 ${gift} 還留著，綁定會員就能領。`,
  welcomeBackGuest: () => '歡迎回來！綁定會員後，點數和優惠券都看得到。',
  levels: {
    all: (perDay: number, perSevenDays: number) =>
      `一天最多${times(perDay)}則、7 天最多${times(perSevenDays)}則`,
    less: (days: number) => (days === 14 ? '兩週最多一則' : `${days} 天最多一則`),
    stopped: () => '停止',
  },
  settings: (level: string) => `優惠訊息現在是：${level}。想怎麼調整？`,
  less: (days: number) =>
    `好的，優惠訊息改成${days === 14 ? '兩週' : ` ${days} 天`}最多一則。查點數、優惠券照常。`,
  stopped: (to: Address) =>
    `已經停止，排好的優惠訊息也取消了。${you[to]}查詢時照常回覆，想再收請輸入「恢復」。`,
  resumed: (level: string) => `已經恢復，優惠訊息${level}。`,
  unchanged: (level: string) => `目前就是這個設定：${level}。`,
  labels: {
    bind: '綁定會員',
    browse: '先逛逛優惠券',
    coupons: '優惠券',
    stores: '門市',
    card: '會員卡',
    mine: '我的優惠券',
    less: '少一點',
    stop: '停止',
    resume: '恢復',
    birthday: '改生日',
    unbind: '解除綁定',
  },
};

export type GreetingWords = typeof zhTW;

/** What is typed to be answered in a language. */
export const languageWords = { 'zh-TW': '中文', en: 'English', ja: '日本語' };
