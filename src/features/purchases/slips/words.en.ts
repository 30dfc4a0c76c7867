import type { SlipsWords } from './words.zh-TW.ts';

export const en: SlipsWords = {
  title: () => 'Last receipts and returns',
  alt: (count) => `Last receipts and returns: ${count}`,
  bought: (store) => `Purchase, ${store}`,
  returned: (store) => `Return, ${store}`,
  no: (slipNo) => `No. ${slipNo}`,
  back: (money) => `${money} back`,
};
