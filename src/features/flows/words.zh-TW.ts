import { han } from '#foundation/han-spacing-rules.ts';
/** The fixed words around what the marketer wrote (flow_words). */
export const zhTW = {
  nameLead: '{name}，',
  /** The brand may say 你 instead of 您. */
  address: (text: string, address: 'formal' | 'familiar') =>
    address === 'formal' ? text : text.replaceAll('您', '你'),
  anyCategory: '商品',
  seeGift: '看生日禮',
  howToUse: '怎麼用',
  showCode: '出示會員碼',
  stores: '門市',
  seeOffer: '看這張優惠',
  agent: '真人',
  giftAlt: (gift: string, end: string) => `生日禮：${gift}，可用到 ${end}`,
  wishAlt: (brand: string) => han`${brand} 祝您生日快樂`,
  reminderAlt: (title: string, daysLeft: number) =>
    daysLeft === 1 ? `優惠券明天最後一天：${title}` : `優惠券還有 ${daysLeft} 天：${title}`,
  alsoEnding: (count: number) => `另外 ${count} 張也快到期`,
  winBackAlt: (offer: string, end: string) => `留給您的優惠：${offer}，可用到 ${end}`,
  thanksAlt: (gift: string, end: string) => `網購謝禮：${gift}，可用到 ${end}`,
};

export type FlowsWords = typeof zhTW;
