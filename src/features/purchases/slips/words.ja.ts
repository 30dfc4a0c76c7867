import type { SlipsWords } from './words.zh-TW.ts';

export const ja: SlipsWords = {
  title: () => '最近のレシートと返品',
  alt: (count) => `最近のレシートと返品：${count}件`,
  bought: (store) => `${store}でのお買い物`,
  returned: (store) => `${store}での返品`,
  no: (slipNo) => `番号 ${slipNo}`,
  back: (money) => `返金 ${money}`,
};
