import type { FlowsWords } from './words.zh-TW.ts';

export const en: FlowsWords = {
  nameLead: '{name}, ',
  address: (text) => text,
  anyCategory: 'things',
  seeGift: 'See my gift',
  howToUse: 'How to use',
  showCode: 'Show my code',
  stores: 'Stores',
  seeOffer: 'See the offer',
  agent: 'Agent',
  giftAlt: (gift, end) => `Your gift: ${gift}, through ${end}`,
  wishAlt: (brand) => `Happy birthday from ${brand}`,
  reminderAlt: (title, daysLeft) =>
    daysLeft === 1 ? `Coupon, last day tomorrow: ${title}` : `Coupon, ${daysLeft} days left: ${title}`,
  alsoEnding: (count) => (count === 1 ? '1 more ends soon' : `${count} more end soon`),
  winBackAlt: (offer, end) => `Kept for you: ${offer}, through ${end}`,
  thanksAlt: (gift, end) => `Thanks for your order: ${gift}, through ${end}`,
};
