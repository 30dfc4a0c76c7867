import type { PurchasesWords } from './words.zh-TW.ts';

export const en: PurchasesWords = {
  returns: (of) =>
    `Bought in a store: ${of.storeDays} days to return or exchange; online: ${of.onlineDays} days from the day after it arrives. Bring goods and invoice to any store; for online orders type "agent". Points and coupons are adjusted in proportion.`,
  stores: () => 'Stores',
  agent: () => 'Agent',
};
